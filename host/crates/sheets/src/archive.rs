//! Several files as one: a ZIP archive, in the order of their paths. The same files make the same bytes: no time stands in it.

use std::collections::BTreeMap;
use std::io::{Cursor, Error, Write};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

/// Packs files by their path.
///
/// # Errors
/// More than an archive can hold.
pub fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, Error> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (path, bytes) in files {
        writer.start_file(path.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_packed_is_unpacked_and_packs_alike() {
        let files: BTreeMap<String, Vec<u8>> = [
            ("population.ndjson".to_owned(), b"{}\n".repeat(1_000)),
            ("附件/发票 1.pdf".to_owned(), b"%PDF-1.7\n".to_vec()),
            ("empty".to_owned(), Vec::new()),
        ]
        .into();
        let packed = pack(&files).unwrap();
        assert_eq!(packed, pack(&files).unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
        assert_eq!(archive.len(), files.len());
        for (path, bytes) in &files {
            let mut found = Vec::new();
            archive.by_name(path).unwrap().read_to_end(&mut found).unwrap();
            assert_eq!(&found, bytes, "{path}");
        }
    }
}
