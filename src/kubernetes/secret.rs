//! A Secret, as far as this controller needs it.

use std::collections::BTreeMap;

/// Data and labels of a Secret. Its values are shown by nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret {
    /// Where it is.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
    /// The values, decoded.
    pub data: BTreeMap<String, Vec<u8>>,
    /// The labels.
    pub labels: BTreeMap<String, String>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys: Vec<&String> = self.data.keys().collect();
        f.debug_struct("Secret")
            .field("namespace", &self.namespace)
            .field("name", &self.name)
            .field("keys", &keys)
            .field("labels", &self.labels)
            .finish()
    }
}
