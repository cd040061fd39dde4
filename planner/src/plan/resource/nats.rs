//! The NATs of a Cloud Router: one list that is replaced as a whole, with entries of several owners.

use serde_json::{Map, Value};

use crate::snapshot::Cloud;
use crate::vocabulary::path_of;

/// The list of a router's NATs, as in the API.
type Nats = [Map<String, Value>];

/// Changes the NATs of the router `name` in `cloud`, and the users of the addresses with them. Nothing changes if an entry is not as it
/// was in `before`.
pub(in crate::plan) fn set(name: &str, before: &Nats, after: &Nats, cloud: &mut Cloud) {
    let Some(router) = cloud.router.as_mut().filter(|router| router.name == *name) else { return };
    if let Some(nats) = rebased(&router.nats, before, after) {
        router.nats.clone_from(&nats);
        use_addresses(name, &nats, cloud);
    }
}

/// Updates which addresses the router `name` uses, given all its NATs. An address names a router once, for all of its NATs.
pub(super) fn use_addresses(name: &str, nats: &Nats, cloud: &mut Cloud) {
    for address in cloud.addresses.iter_mut().flatten() {
        address.users.retain(|user| user != name);
        if nats.iter().any(|nat| has_address(nat, &address.path)) {
            address.users.insert(0, name.to_owned());
        }
    }
}

/// Whether `nat` has the address at `path`: in use, being drained, or in a rule.
pub(in crate::plan) fn has_address(nat: &Map<String, Value>, path: &str) -> bool {
    nat.values().any(|value| mentions(value, path))
}

/// Whether `value` contains the URL of the object at `path`, at any depth.
fn mentions(value: &Value, path: &str) -> bool {
    match value {
        Value::String(url) => path_of(url) == path,
        Value::Array(items) => items.iter().any(|item| mentions(item, path)),
        Value::Object(fields) => fields.values().any(|field| mentions(field, path)),
        _ => false,
    }
}

/// The change from `before` to `after`, applied to `present`; `None` if an entry that it changes differs in `before` and
/// `present`. Entries are identified by name.
pub fn rebased(present: &Nats, before: &Nats, after: &Nats) -> Option<Vec<Map<String, Value>>> {
    let changes = |name: &Value| named(before, name) != named(after, name);
    let names = before.iter().chain(after).filter_map(|nat| nat.get("name"));
    if names.filter(|name| changes(name)).any(|name| named(present, name) != named(before, name)) {
        return None;
    }
    let name = |nat: &Map<String, Value>| nat.get("name").cloned().unwrap_or_default();
    let kept = present.iter().filter_map(|nat| match changes(&name(nat)) {
        true => named(after, &name(nat)),
        false => Some(nat),
    });
    let new = after.iter().filter(|nat| named(before, &name(nat)).is_none());
    Some(kept.chain(new).cloned().collect())
}

fn named<'a>(nats: &'a Nats, name: &Value) -> Option<&'a Map<String, Value>> {
    nats.iter().find(|nat| nat.get("name") == Some(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nats(list: &Value) -> Vec<Map<String, Value>> {
        serde_json::from_value(list.clone()).unwrap()
    }

    #[test]
    fn a_change_is_made_of_what_is_there_and_void_only_if_that_is_what_it_changes() {
        let ours = |ports: u32| json!({ "name": "ours", "ports": ports });
        let theirs = |ports: u32| json!({ "name": "theirs", "ports": ports });
        for (present, before, after, wanted) in [
            // No entries of others.
            (json!([]), json!([]), json!([ours(1)]), Some(json!([ours(1)]))),
            (json!([ours(1)]), json!([ours(1)]), json!([ours(2)]), Some(json!([ours(2)]))),
            (json!([ours(1)]), json!([ours(1)]), json!([]), Some(json!([]))),
            // Entries of others were added, changed or removed.
            (json!([theirs(1)]), json!([]), json!([ours(1)]), Some(json!([theirs(1), ours(1)]))),
            (
                json!([theirs(2), ours(1)]),
                json!([theirs(1), ours(1)]),
                json!([theirs(1), ours(2)]),
                Some(json!([theirs(2), ours(2)])),
            ),
            (json!([ours(1)]), json!([theirs(1), ours(1)]), json!([theirs(1)]), Some(json!([]))),
            // The entry to change has changed.
            (json!([ours(3)]), json!([ours(1)]), json!([ours(2)]), None),
            (json!([ours(3)]), json!([]), json!([ours(2)]), None),
            (json!([]), json!([ours(1)]), json!([ours(2)]), None),
            (json!([theirs(1)]), json!([ours(1), theirs(1)]), json!([theirs(1)]), None),
        ] {
            let rebased = rebased(&nats(&present), &nats(&before), &nats(&after));
            assert_eq!(rebased, wanted.as_ref().map(nats), "{present} {before} {after}");
        }
    }
}
