//! Permissions that callers lack. Whatever is not taken away is held: roles and policies are not modelled.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The lack of permissions of one caller or of all. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lack {
    /// E-mail address of the caller; all callers unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// Names of the permissions that are missing, such as `compute.routes.delete`.
    pub missing: BTreeSet<String>,
    /// Permissions that are held all the same on single resources, by path (`projects/P/regions/R/subnetworks/S`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held_on: BTreeMap<String, BTreeSet<String>>,
}

impl Lack {
    fn takes(&self, caller: &str, permission: &str, resource: &str) -> bool {
        let held = || self.held_on.get(resource).is_some_and(|held| held.contains(permission));
        self.caller.as_deref().is_none_or(|of| of == caller) && self.missing.contains(permission) && !held()
    }
}

/// Permissions that callers lack, at most one entry for each caller and one for all.
#[derive(Debug, Clone, Default)]
pub struct Permissions {
    lacks: Vec<Lack>,
    known: BTreeSet<String>,
}

impl Permissions {
    /// Everybody holds all permissions. `known` are those that any call needs.
    pub fn new(known: BTreeSet<String>) -> Self {
        Self { lacks: Vec::new(), known }
    }

    /// The entries, each as it was set.
    pub fn lacks(&self) -> &[Lack] {
        &self.lacks
    }

    /// Whether any call needs a permission of this name.
    pub fn is_known(&self, permission: &str) -> bool {
        self.known.contains(permission)
    }

    /// Puts an entry in place of the one for the same caller. An entry without permissions takes nothing away.
    pub fn set(&mut self, lack: Lack) {
        self.lacks.retain(|other| other.caller != lack.caller);
        if !lack.missing.is_empty() {
            self.lacks.push(lack);
        }
    }

    /// Whether a caller holds a permission on the resource of a path.
    pub fn holds(&self, caller: &str, permission: &str, resource: &str) -> bool {
        !self.lacks.iter().any(|lack| lack.takes(caller, permission, resource))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permissions(entries: &[&str]) -> Permissions {
        let mut permissions = Permissions::default();
        for entry in entries {
            permissions.set(serde_saphyr::from_str(entry).unwrap());
        }
        permissions
    }

    #[test]
    fn what_is_missing_is_missing_for_its_caller_but_where_it_is_held() {
        let some = permissions(&["{caller: a, missing: [x.y.z], heldOn: {projects/p/s: [x.y.z]}}"]);
        for (caller, permission, resource, holds) in [
            ("a", "x.y.z", "projects/p", false),
            ("a", "x.y.z", "projects/p/s", true),
            ("a", "x.y.other", "projects/p", true),
            ("b", "x.y.z", "projects/p", true),
        ] {
            assert_eq!(some.holds(caller, permission, resource), holds, "{caller} {permission} {resource}");
        }
    }

    #[test]
    fn an_entry_replaces_that_of_the_same_caller() {
        let all = permissions(&["{missing: [x.y.z]}", "{caller: a, missing: [x.y.w]}"]);
        assert!(!all.holds("a", "x.y.z", "") && !all.holds("a", "x.y.w", "") && all.holds("b", "x.y.w", ""));
        let given_back = permissions(&["{missing: [x.y.z]}", "{missing: []}"]);
        assert!(given_back.holds("a", "x.y.z", ""));
    }
}
