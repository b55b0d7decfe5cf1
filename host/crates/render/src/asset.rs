use std::collections::BTreeMap;

/// An image a document may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// `image/png` or `image/jpeg`.
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// The images a document may name, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assets(BTreeMap<String, Asset>);

impl Assets {
    pub fn new() -> Self {
        Assets::default()
    }

    /// Adds an image, in place of one of the same name.
    pub fn insert(&mut self, name: impl Into<String>, media_type: impl Into<String>, bytes: Vec<u8>) {
        self.0.insert(name.into(), Asset { media_type: media_type.into(), bytes });
    }

    pub fn get(&self, name: &str) -> Option<&Asset> {
        self.0.get(name)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

impl FromIterator<(String, Asset)> for Assets {
    fn from_iter<I: IntoIterator<Item = (String, Asset)>>(items: I) -> Self {
        Assets(items.into_iter().collect())
    }
}
