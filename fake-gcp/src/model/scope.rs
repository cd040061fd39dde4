//! The scope in which a resource or an operation lives.

use serde_json::Value;

use crate::api::reference::self_link;

/// The global scope, a region or a zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The whole project.
    Global,
    /// A region, by name.
    Region(String),
    /// A zone, by name.
    Zone(String),
}

impl Scope {
    /// The part of a path between project and collection.
    pub fn path(&self) -> String {
        match self {
            Self::Global => "global".to_owned(),
            Self::Region(region) => format!("regions/{region}"),
            Self::Zone(zone) => format!("zones/{zone}"),
        }
    }

    /// The field that shows the scope in a resource: its name and the URL; none for global ones.
    pub fn field(&self, project: &str) -> Option<(&'static str, Value)> {
        let key = match self {
            Self::Global => return None,
            Self::Region(_) => "region",
            Self::Zone(_) => "zone",
        };
        Some((key, self_link(&format!("projects/{project}/{}", self.path())).into()))
    }
}

/// Name of a region or a zone, and name of a resource in it.
pub type Scoped = (String, String);
