//! Names typed by what they name, so that the compiler tells a zone from a region and a cluster from a VPC.
//!
//! A name holds any text. Whether Google accepts it is checked by [`is_name`], once where it enters and once more where it
//! becomes part of a URL.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::{Serialize, Serializer};

use super::named;

/// The name of a Cluster, e.g. `shoot--project--name`; also the network tag of the shoot's VMs.
pub type ClusterName = Name<named::Cluster>;
/// The id of a Google Cloud project, e.g. `my-project`; ids of old projects begin with the domain of their organisation.
pub type ProjectId = Name<named::Project>;
/// The name of a region, e.g. `europe-west1`.
pub type Region = Name<named::Region>;
/// The name of a zone, e.g. `europe-west1-b`.
pub type Zone = Name<named::Zone>;
/// The name of a Compute resource, unique among those of its kind in its project, region or zone.
pub type ResourceName = Name<named::Resource>;
/// The name of a secondary range, unique in its subnet.
pub type RangeName = Name<named::Range>;

/// The name of a thing of kind `Of`. It dereferences to its text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<Of> {
    text: String,
    of: PhantomData<Of>,
}

impl<Of> Name<Of> {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<Of> From<String> for Name<Of> {
    fn from(text: String) -> Self {
        Self { text, of: PhantomData }
    }
}

impl<Of> From<&str> for Name<Of> {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), of: PhantomData }
    }
}

impl<Of> From<&String> for Name<Of> {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl<Of> From<&Self> for Name<Of> {
    fn from(name: &Self) -> Self {
        name.text.clone().into()
    }
}

impl<Of> From<&Name<Of>> for String {
    fn from(name: &Name<Of>) -> Self {
        name.text.clone()
    }
}

impl<Of> From<Name<Of>> for String {
    fn from(name: Name<Of>) -> Self {
        name.text
    }
}

impl<Of> Default for Name<Of> {
    fn default() -> Self {
        String::new().into()
    }
}

impl<Of> Deref for Name<Of> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl<Of> AsRef<str> for Name<Of> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<Of> Borrow<str> for Name<Of> {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl<Of> PartialEq<str> for Name<Of> {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl<Of> PartialEq<&str> for Name<Of> {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<Of> PartialEq<Name<Of>> for String {
    fn eq(&self, other: &Name<Of>) -> bool {
        *self == other.text
    }
}

impl<Of> PartialEq<String> for Name<Of> {
    fn eq(&self, other: &String) -> bool {
        self.text == *other
    }
}

impl<Of> fmt::Display for Name<Of> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(formatter)
    }
}

impl<Of> fmt::Debug for Name<Of> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(formatter)
    }
}

impl<Of> Serialize for Name<Of> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// The longest name that Compute takes, in characters.
pub const LONGEST_NAME: usize = 63;
/// Whether `text` is a label as in RFC 1035, the form of all names in Compute: of networks, routers, addresses, VMs, zones,
/// regions.
pub fn is_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= LONGEST_NAME
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_google_takes() {
        for name in ["a", "shoot--p--a", "europe-west1", "a-0", &"x".repeat(63)] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "",
            "-a",
            "a-",
            "0a",
            "A",
            "a_b",
            "a.b",
            "a/b",
            "..",
            ".",
            "a b",
            "a%2Fb",
            "ä",
            "a\n",
            "projects/h/global/networks/x",
            &"x".repeat(64),
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
