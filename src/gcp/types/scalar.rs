//! Numbers and URLs of resources, as the API writes them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The number that Google gives to an object. An object that is made anew under an old name has another one.
/// Written as a string of digits, since it does not fit a JSON number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceId(pub String);

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The URL of a resource, whole (`https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i`) or partial
/// (`projects/p/…`, `zones/z/…`).
///
/// One resource has several whole URLs: the API answers with another host than it is called at. So URLs are compared
/// by [`path`](Self::path), never as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceUrl(pub String);

impl ResourceUrl {
    /// The path that identifies the resource: from `projects/` on, or all of a partial URL that starts later.
    pub fn path(&self) -> &str {
        match self.0.find("projects/") {
            Some(at) => self.0.get(at..).unwrap_or_default(),
            None => self.0.trim_start_matches('/'),
        }
    }

    /// The last segment: the name of the resource.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The name of the zone, if the resource lies in one or is one.
    pub fn zone(&self) -> Option<&str> {
        self.after("zones")
    }

    /// The name of the region, if the resource lies in one or is one.
    pub fn region(&self) -> Option<&str> {
        self.after("regions")
    }

    /// The project, if the URL names one.
    pub fn project(&self) -> Option<&str> {
        self.after("projects")
    }

    /// Whether both name the same resource.
    pub fn same_as(&self, other: &Self) -> bool {
        self.path() == other.path()
    }

    fn after(&self, collection: &str) -> Option<&str> {
        let mut segments = self.path().split('/');
        segments.by_ref().find(|segment| *segment == collection)?;
        segments.next()
    }
}

impl fmt::Display for ResourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceUrl;

    #[test]
    fn urls_of_one_resource_are_the_same_whatever_the_host() {
        let url = |text: &str| ResourceUrl(text.to_owned());
        let answered = url("https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i");
        let called = url("https://compute.googleapis.com/compute/v1/projects/p/zones/z/instances/i");
        assert!(answered.same_as(&called));
        assert!(!answered.same_as(&url("projects/p/zones/z/instances/ii")));
        assert_eq!((answered.project(), answered.zone(), answered.name()), (Some("p"), Some("z"), "i"));
        assert_eq!(answered.region(), None);
        assert_eq!(url("zones/z/instances/i").zone(), Some("z"));
        assert_eq!(url("https://x/compute/v1/projects/p/regions/r").region(), Some("r"));
    }
}
