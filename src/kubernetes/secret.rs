//! The parts of a Secret that this controller needs.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use serde::Deserialize;

use planner::documents::null;

/// The document of a Secret, in which a null means the same as an absent field, as it does in Go.
#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(default, deserialize_with = "null::is_absent")]
    pub(super) metadata: Metadata,
    #[serde(default, deserialize_with = "null::in_map")]
    pub(super) data: BTreeMap<String, ByteString>,
}

/// The metadata of a Secret that are read.
#[derive(Default, Deserialize)]
pub(super) struct Metadata {
    #[serde(default, deserialize_with = "null::in_map")]
    pub(super) labels: BTreeMap<String, String>,
}

/// A Secret with its data and labels. Its `Debug` shows no values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret {
    /// The namespace, `metadata.namespace`.
    pub namespace: String,
    /// The name, `metadata.name`.
    pub name: String,
    /// The values of `data`, decoded from base64.
    pub data: BTreeMap<String, Vec<u8>>,
    /// The labels, `metadata.labels`.
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
