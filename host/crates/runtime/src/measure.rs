//! How large an answer is, and whether a list deep inside of it is too long. One walk over any generated value, by way of
//! its `serde` derive; nothing is written.
//!
//! wasmtime grants its budget for copying anew at each call into the guest, but a conversation may have thousands: the host
//! adds up what came and grants the rest. The size is that of the value in memory, near enough: scalars 8 bytes, texts
//! and lists 24 and their contents.

use serde::Serialize;
use serde::ser::{self, Error as _, Impossible, Serializer};
use std::fmt;

/// Bytes of a text's or list's own.
const HEADER_BYTES: usize = 24;
const SCALAR_BYTES: usize = 8;

/// Bytes of `value`.
///
/// # Errors
/// [`TooLong`] for a list inside of another list with more than `nested_items_max` elements (bytes do not count).
pub(crate) fn measure<T: Serialize>(value: &T, nested_items_max: usize) -> Result<usize, TooLong> {
    let mut measure = Measure { bytes: 0, nested_items_max, depth: 0, path: Vec::new(), byte: false };
    value.serialize(&mut measure)?;
    Ok(measure.bytes)
}

/// A list that is too long: the fields that lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) String);

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TooLong {}

impl ser::Error for TooLong {
    fn custom<T: fmt::Display>(message: T) -> Self {
        TooLong(message.to_string())
    }
}

struct Measure {
    bytes: usize,
    nested_items_max: usize,
    /// Lists around this place.
    depth: usize,
    path: Vec<&'static str>,
    /// Whether the last value was a byte.
    byte: bool,
}

impl Measure {
    fn add(&mut self, bytes: usize) -> Result<(), TooLong> {
        self.byte = false;
        self.bytes = self.bytes.saturating_add(bytes);
        Ok(())
    }
}

/// A list while it is walked.
struct List<'a> {
    measure: &'a mut Measure,
    items: usize,
}

impl ser::SerializeSeq for List<'_> {
    type Ok = ();
    type Error = TooLong;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), TooLong> {
        value.serialize(&mut *self.measure)?;
        if !self.measure.byte {
            self.items = self.items.saturating_add(1);
        }
        if self.measure.depth > 1 && self.items > self.measure.nested_items_max {
            return Err(TooLong::custom(format_args!("the list {}", self.measure.path.join("."))));
        }
        Ok(())
    }
    fn end(self) -> Result<(), TooLong> {
        self.measure.depth = self.measure.depth.saturating_sub(1);
        self.measure.byte = false;
        Ok(())
    }
}

impl ser::SerializeTuple for List<'_> {
    type Ok = ();
    type Error = TooLong;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), TooLong> {
        ser::SerializeSeq::serialize_element(self, value)
    }
    fn end(self) -> Result<(), TooLong> {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeStruct for &mut Measure {
    type Ok = ();
    type Error = TooLong;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), TooLong> {
        self.path.push(key);
        value.serialize(&mut **self)?;
        self.path.pop();
        Ok(())
    }
    fn end(self) -> Result<(), TooLong> {
        self.byte = false;
        Ok(())
    }
}

macro_rules! scalars {
    ($($name:ident $ty:ty),* $(,)?) => {
        $(fn $name(self, _: $ty) -> Result<(), TooLong> { self.add(SCALAR_BYTES) })*
    };
}

impl<'a> Serializer for &'a mut Measure {
    type Ok = ();
    type Error = TooLong;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = Impossible<(), TooLong>;
    type SerializeTupleVariant = Impossible<(), TooLong>;
    type SerializeMap = Impossible<(), TooLong>;
    type SerializeStruct = &'a mut Measure;
    type SerializeStructVariant = Impossible<(), TooLong>;

    scalars!(
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_u16 u16,
        serialize_u32 u32, serialize_u64 u64, serialize_f32 f32, serialize_f64 f64, serialize_char char,
    );
    fn serialize_u8(self, _: u8) -> Result<(), TooLong> {
        self.add(1)?;
        self.byte = true;
        Ok(())
    }
    fn serialize_str(self, text: &str) -> Result<(), TooLong> {
        self.add(HEADER_BYTES.saturating_add(text.len()))
    }
    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), TooLong> {
        self.add(HEADER_BYTES.saturating_add(bytes.len()))
    }
    fn serialize_none(self) -> Result<(), TooLong> {
        self.add(HEADER_BYTES)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), TooLong> {
        self.add(SCALAR_BYTES)?;
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), TooLong> {
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), TooLong> {
        Ok(())
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), TooLong> {
        self.add(SCALAR_BYTES)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), TooLong> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), TooLong> {
        self.add(SCALAR_BYTES)?;
        value.serialize(self)
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, TooLong> {
        self.add(HEADER_BYTES)?;
        self.depth = self.depth.saturating_add(1);
        Ok(List { measure: self, items: 0 })
    }
    fn serialize_tuple(self, len: usize) -> Result<List<'a>, TooLong> {
        self.serialize_seq(Some(len))
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, TooLong> {
        Ok(self)
    }
    // WIT has none of the following
    fn serialize_tuple_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, TooLong> {
        Err(TooLong::custom(name))
    }
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, TooLong> {
        Err(TooLong::custom(name))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, TooLong> {
        Err(TooLong::custom("a map"))
    }
    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, TooLong> {
        Err(TooLong::custom(name))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[derive(Serialize)]
    struct Answer {
        proposals: Vec<Proposal>,
    }

    #[derive(Serialize)]
    struct Proposal {
        lines: Vec<u32>,
        picture: Vec<u8>,
    }

    #[test]
    fn an_answer_is_as_large_as_its_texts_and_lists() {
        assert_eq!(measure(&"abc", 0), Ok(27));
        assert_eq!(measure(&vec![1u32, 2, 3], 0), Ok(24 + 24), "an outer list has a limit of its own");
        assert_eq!(measure(&Ok::<Vec<u8>, String>(vec![0; 1_000]), 0), Ok(8 + 24 + 1_000));
        let one = |lines| Answer { proposals: vec![Proposal { lines, picture: vec![] }] };
        let (small, large) = (measure(&one(vec![]), 9).unwrap(), measure(&one(vec![1; 9]), 9).unwrap());
        assert_eq!(large - small, 72);
    }

    #[test]
    fn a_list_inside_of_a_list_has_a_bound_and_bytes_do_not_count() {
        let answer = |lines, bytes| Answer {
            proposals: vec![Proposal { lines: vec![7; lines], picture: vec![7; bytes] }],
        };
        assert!(measure(&answer(3, 100), 3).is_ok());
        assert_eq!(measure(&answer(4, 0), 3), Err(TooLong("the list proposals.lines".to_owned())));
    }
}
