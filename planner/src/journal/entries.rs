//! The entries of the journal: pod ranges by VM, with lookups that do not scan the list.

use std::collections::{BTreeMap, BTreeSet};
use std::slice;

use ipnet::Ipv4Net;
use serde_json::{Map, Value};

use crate::vocabulary::VmRef;

/// A node's pod range that is being moved from a VPC route to an alias range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The node's VM.
    pub vm: VmRef,
    /// The node's pod range, which is the destination of its route.
    pub range: Ipv4Net,
    /// Unknown fields of the entry, kept as they are.
    pub other: Map<String, Value>,
}

impl Entry {
    /// An entry for `range` of `vm`, without unknown fields.
    pub fn new(vm: VmRef, range: Ipv4Net) -> Self {
        Self { vm, range, other: Map::new() }
    }
}

/// Entries in order of insertion, each range of a VM once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Entries {
    list: Vec<Entry>,
    ranges: BTreeMap<VmRef, BTreeSet<Ipv4Net>>,
}

impl Entries {
    /// Appends `entry` unless that range of that VM is listed already; returns whether it was appended.
    pub fn insert(&mut self, entry: Entry) -> bool {
        let is_new = self.ranges.entry(entry.vm.clone()).or_default().insert(entry.range);
        if is_new {
            self.list.push(entry);
        }
        is_new
    }

    /// Whether `range` of `vm` is listed.
    pub fn contains(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        self.ranges.get(vm).is_some_and(|ranges| ranges.contains(&range))
    }

    /// Whether any range of `vm` is listed.
    pub fn names(&self, vm: &VmRef) -> bool {
        self.ranges.contains_key(vm)
    }

    /// The ranges of `vm` that are listed.
    pub fn ranges(&self, vm: &VmRef) -> impl Iterator<Item = Ipv4Net> {
        self.ranges.get(vm).into_iter().flatten().copied()
    }

    /// Keeps only the entries for which `wanted` is true.
    pub fn retain(&mut self, wanted: impl FnMut(&Entry) -> bool) {
        let mut list = std::mem::take(&mut self.list);
        list.retain(wanted);
        *self = list.into_iter().collect();
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The entries in order of insertion.
    pub fn iter(&self) -> slice::Iter<'_, Entry> {
        self.list.iter()
    }
}

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut all = Self::default();
        for entry in entries {
            all.insert(entry);
        }
        all
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a Entry;
    type IntoIter = slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_once_is_kept_as_it_came_first_and_found_until_it_goes() {
        let vm = |name: &str| VmRef { zone: "z".into(), name: name.into() };
        let range = |text: &str| text.parse::<Ipv4Net>().unwrap();
        let entry = |name: &str, text: &str| Entry::new(vm(name), range(text));
        let mut entries: Entries =
            [entry("b", "10.0.1.0/24"), entry("a", "10.0.0.0/24")].into_iter().collect();
        assert!(!entries.insert(entry("a", "10.0.0.0/24")) && entries.insert(entry("a", "10.0.2.0/24")));
        let names: Vec<&str> = entries.iter().map(|entry| entry.vm.name.as_str()).collect();
        assert_eq!(names, ["b", "a", "a"]);
        entries.retain(|entry| entry.range != range("10.0.0.0/24"));
        assert!(entries.contains(&vm("a"), range("10.0.2.0/24")) && entries.names(&vm("a")));
        assert!(!entries.contains(&vm("a"), range("10.0.0.0/24")));
        entries.retain(|entry| entry.vm.name == "b");
        assert!(!entries.names(&vm("a")) && entries.len() == 1);
    }
}
