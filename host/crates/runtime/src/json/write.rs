//! Generated value (through serde) → its JSON rendering, along the WIT type, as the bytes that RFC 8785 writes: no `Value`
//! is made. Texts and integers of 32 bits are alike in RFC 8785 and `serde_json`; what is left is the order of members.

use super::JsonError;
use super::wit::{Case, Fields, Wit};
use serde::Serialize;
use serde::ser::{self, Impossible, Serializer};
use std::fmt::Display;
use std::ops::Range;
use wit_parser::{Type, TypeDefKind};

impl Wit {
    /// Appends the RFC 8785 bytes of a generated value of the WIT type `ty`.
    pub(crate) fn write<T: Serialize + ?Sized>(
        &self,
        ty: &Type,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), JsonError> {
        let mut writer = Writer { wit: self, ty: *ty, out, hex: false, unsorted: Vec::new() };
        writer.write(*ty, value)
    }
    fn kind(&self, ty: Type) -> Option<&TypeDefKind> {
        let Type::Id(id) = ty else { return None };
        self.resolve.types.get(id).map(|of| &of.kind)
    }
    /// The type that `ty` is a name of.
    fn unaliased(&self, ty: Type) -> Type {
        match self.kind(ty) {
            Some(TypeDefKind::Type(of)) => self.unaliased(*of),
            _ => ty,
        }
    }
}

impl ser::Error for JsonError {
    fn custom<T: Display>(message: T) -> Self {
        JsonError::inner(message)
    }
}

struct Writer<'a> {
    wit: &'a Wit,
    /// Of the value that comes next; no alias.
    ty: Type,
    out: &'a mut Vec<u8>,
    /// Whether it is a byte of a `list<u8>`.
    hex: bool,
    /// A record's members as they were declared, while they are put in order.
    unsorted: Vec<u8>,
}

impl<'a> Writer<'a> {
    fn write<T: Serialize + ?Sized>(&mut self, ty: Type, value: &T) -> Result<(), JsonError> {
        self.ty = self.wit.unaliased(ty);
        value.serialize(self)
    }
    fn kind(&self) -> Option<&'a TypeDefKind> {
        self.wit.kind(self.ty)
    }
    fn case(&self, rust: &str) -> Result<&'a Case, JsonError> {
        let cases = self.wit.cases(self.ty);
        let case = cases.iter().find(|case| case.rust == rust);
        case.ok_or_else(|| JsonError::inner(format!("no case {rust}")))
    }
    fn unfit(&self, what: impl Display) -> JsonError {
        let wanted = self.kind().map_or_else(|| format!("{:?}", self.ty), |kind| kind.as_str().to_owned());
        JsonError::inner(format!("{wanted} from {what}"))
    }
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
    fn number<N: Serialize + Display>(&mut self, number: N) -> Result<(), JsonError> {
        let quote = match self.ty {
            Type::U8 | Type::U16 | Type::U32 | Type::S32 if !self.hex => "",
            Type::S64 | Type::U64 => "\"",
            _ => return Err(self.unfit(number)),
        };
        self.text(quote);
        serde_json::to_writer(&mut *self.out, &number).map_err(JsonError::inner)?;
        self.text(quote);
        Ok(())
    }
    /// Ends what is written, if anything, as items with a comma after each.
    fn close(&mut self, with: u8) {
        if self.out.last() == Some(&b',') {
            self.out.pop();
        }
        self.out.push(with);
    }
}

/// A list while it is written.
struct List<'w, 'a> {
    writer: &'w mut Writer<'a>,
    element: Type,
}

impl ser::SerializeSeq for List<'_, '_> {
    type Ok = ();
    type Error = JsonError;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
        self.writer.write(self.element, value)?;
        if !self.writer.hex {
            self.writer.out.push(b',');
        }
        Ok(())
    }
    fn end(self) -> Result<(), JsonError> {
        let hex = std::mem::take(&mut self.writer.hex);
        self.writer.close(if hex { b'"' } else { b']' });
        Ok(())
    }
}

/// A record while it is written: the generated type gives its fields as they are declared.
struct Record<'w, 'a> {
    writer: &'w mut Writer<'a>,
    fields: &'a Fields,
    /// Where its first member stands.
    start: usize,
    /// Of each field the member from there, with a comma after it. It is empty where the field is none.
    members: Vec<Range<usize>>,
}

impl ser::SerializeStruct for Record<'_, '_> {
    type Ok = ();
    type Error = JsonError;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), JsonError> {
        let field = self.fields.declared.get(self.members.len()).filter(|field| field.rust == key);
        let field = field.ok_or_else(|| JsonError::inner(format!("no field for {key}")))?;
        let from = self.writer.out.len();
        self.writer.text(&field.key);
        let value_from = self.writer.out.len();
        self.writer.write(field.ty, value)?;
        let out = &mut *self.writer.out;
        if out.get(value_from..).is_some_and(|written| written == b"null") {
            out.truncate(from);
        } else {
            out.push(b',');
        }
        self.members.push(from - self.start..out.len() - self.start);
        Ok(())
    }
    fn end(self) -> Result<(), JsonError> {
        let Record { writer, fields, start, members } = self;
        let wanted = fields.declared.len();
        if members.len() != wanted {
            return Err(JsonError::inner(format!("{} of the {wanted} fields of a record", members.len())));
        }
        if !fields.sorted.is_sorted() {
            writer.unsorted.clear();
            writer.unsorted.extend_from_slice(writer.out.get(start..).unwrap_or_default());
            writer.out.truncate(start);
            for member in fields.sorted.iter().filter_map(|at| members.get(*at)) {
                writer.out.extend_from_slice(writer.unsorted.get(member.clone()).unwrap_or_default());
            }
        }
        writer.close(b'}');
        Ok(())
    }
}

macro_rules! numbers {
    ($($name:ident $ty:ty),* $(,)?) => {
        $(fn $name(self, number: $ty) -> Result<(), JsonError> { self.number(number) })*
    };
}

impl<'w, 'a> Serializer for &'w mut Writer<'a> {
    type Ok = ();
    type Error = JsonError;
    type SerializeSeq = List<'w, 'a>;
    type SerializeTuple = Impossible<(), JsonError>;
    type SerializeTupleStruct = Impossible<(), JsonError>;
    type SerializeTupleVariant = Impossible<(), JsonError>;
    type SerializeMap = Impossible<(), JsonError>;
    type SerializeStruct = Record<'w, 'a>;
    type SerializeStructVariant = Impossible<(), JsonError>;

    numbers!(
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_u16 u16, serialize_u32 u32,
        serialize_u64 u64,
    );
    fn serialize_u8(self, number: u8) -> Result<(), JsonError> {
        if !self.hex {
            return self.number(number);
        }
        let mut digits = [0; 2];
        hex::encode_to_slice([number], &mut digits).map_err(JsonError::inner)?;
        self.out.extend_from_slice(&digits);
        Ok(())
    }
    fn serialize_bool(self, value: bool) -> Result<(), JsonError> {
        if self.ty != Type::Bool {
            return Err(self.unfit(value));
        }
        self.text(if value { "true" } else { "false" });
        Ok(())
    }
    fn serialize_str(self, text: &str) -> Result<(), JsonError> {
        if self.ty != Type::String {
            return Err(self.unfit("a text"));
        }
        serde_json::to_writer(&mut *self.out, text).map_err(JsonError::inner)
    }
    fn serialize_none(self) -> Result<(), JsonError> {
        let Some(TypeDefKind::Option(_)) = self.kind() else { return Err(self.unfit("none")) };
        self.text("null");
        Ok(())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), JsonError> {
        let Some(TypeDefKind::Option(inner)) = self.kind() else { return Err(self.unfit("an option")) };
        self.write(*inner, value)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, rust: &'static str) -> Result<(), JsonError> {
        let case = self.case(rust)?;
        if let Some(TypeDefKind::Enum(_)) = self.kind() {
            self.text(&case.json);
            return Ok(());
        }
        self.text("{\"tag\":");
        self.text(&case.json);
        self.text("}");
        Ok(())
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        rust: &'static str,
        value: &T,
    ) -> Result<(), JsonError> {
        let case = self.case(rust)?;
        let ty = case.ty.ok_or_else(|| self.unfit(rust))?;
        self.text("{\"tag\":");
        self.text(&case.json);
        self.text(",\"val\":");
        self.write(ty, value)?;
        self.text("}");
        Ok(())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<List<'w, 'a>, JsonError> {
        let Some(TypeDefKind::List(element)) = self.kind() else { return Err(self.unfit("a list")) };
        self.hex = *element == Type::U8;
        self.text(if self.hex { "\"" } else { "[" });
        Ok(List { writer: self, element: *element })
    }
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Record<'w, 'a>, JsonError> {
        let fields = self.wit.fields(self.ty).ok_or_else(|| self.unfit(name))?;
        self.text("{");
        let start = self.out.len();
        Ok(Record { writer: self, fields, start, members: Vec::with_capacity(fields.declared.len()) })
    }
    // the WIT of the worlds has none of the following
    fn serialize_f32(self, number: f32) -> Result<(), JsonError> {
        Err(self.unfit(number))
    }
    fn serialize_f64(self, number: f64) -> Result<(), JsonError> {
        Err(self.unfit(number))
    }
    fn serialize_char(self, letter: char) -> Result<(), JsonError> {
        Err(self.unfit(letter))
    }
    fn serialize_bytes(self, _: &[u8]) -> Result<(), JsonError> {
        Err(self.unfit("bytes"))
    }
    fn serialize_unit(self) -> Result<(), JsonError> {
        Err(self.unfit("nothing"))
    }
    fn serialize_unit_struct(self, name: &'static str) -> Result<(), JsonError> {
        Err(self.unfit(name))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: &T,
    ) -> Result<(), JsonError> {
        Err(self.unfit(name))
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, JsonError> {
        Err(self.unfit("a tuple"))
    }
    fn serialize_tuple_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, JsonError> {
        Err(self.unfit(name))
    }
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, JsonError> {
        Err(self.unfit(name))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, JsonError> {
        Err(self.unfit("a map"))
    }
    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, JsonError> {
        Err(self.unfit(name))
    }
}
