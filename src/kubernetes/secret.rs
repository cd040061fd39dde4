//! A Secret, as far as this controller needs it.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use serde::Deserialize;

use planner::documents::null;

/// A Secret as the API hands it out. A null is absent, as it is to Go: so an empty value may be written.
#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(default, deserialize_with = "null::is_absent")]
    pub(super) metadata: Metadata,
    #[serde(default, deserialize_with = "null::in_map")]
    pub(super) data: BTreeMap<String, ByteString>,
}

/// What of its metadata counts.
#[derive(Default, Deserialize)]
pub(super) struct Metadata {
    #[serde(default, deserialize_with = "null::in_map")]
    pub(super) labels: BTreeMap<String, String>,
}

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
