//! The name of an Infrastructure on its seed.

use std::fmt;

use crate::api::infrastructure::Infrastructure;

/// An Infrastructure by namespace and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The namespace, which is also the name of the shoot's Cluster.
    pub namespace: String,
    /// The name, `metadata.name`.
    pub name: String,
}

impl Key {
    /// The key of `infrastructure`.
    pub fn of(infrastructure: &Infrastructure) -> Self {
        let metadata = &infrastructure.metadata;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self { namespace: text(&metadata.namespace), name: text(&metadata.name) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.namespace, self.name)
    }
}
