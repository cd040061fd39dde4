//! Inputs and expectations as files in `testdata/integration/`, and how what is there is held against them.
//!
//! In a file, `$CLUSTER` stands for the shoot's name, `$PROJECT` for its project, `$COMPUTE` for the project's URL.

use std::collections::BTreeMap;
use std::path::Path;

use landscape::json::at;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::shoot::Shoot;

/// A value that must be there, whichever it is.
const ANYTHING: &str = "*";

/// Part of what shall be. Several parts together are what a case expects.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// All that the project holds of a kind: these names, no more and no less.
    #[serde(default)]
    names: BTreeMap<String, Vec<String>>,
    /// At least so these things of a kind are; see [`differences`].
    #[serde(default)]
    cloud: BTreeMap<String, Vec<Value>>,
    /// At least so the Infrastructure's status is.
    #[serde(default)]
    status: Value,
    /// Paths, below the project, of what must be gone after the deletion.
    #[serde(default)]
    pub(crate) gone: Vec<String>,
}

impl Part {
    /// What is not as it should be: in the project's `resources`, in the Infrastructure's `status`.
    pub(crate) fn differences(&self, resources: &Value, status: &Value) -> Vec<String> {
        let mut found = Vec::new();
        for (kind, wanted) in &self.names {
            let mut names: Vec<&str> = things(resources, kind).map(name).collect();
            names.sort_unstable();
            if names != *wanted {
                found.push(format!("{kind}: {names:?} instead of {wanted:?}"));
            }
        }
        for (kind, wanted) in
            self.cloud.iter().flat_map(|(kind, list)| list.iter().map(move |one| (kind, one)))
        {
            let place = format!("{kind}/{}", name(wanted));
            match things(resources, kind).find(|thing| name(thing) == name(wanted)) {
                Some(thing) => differences(&place, wanted, thing, &mut found),
                None => found.push(format!("{place} is missing")),
            }
        }
        if !self.status.is_null() {
            differences("status", &self.status, status, &mut found);
        }
        found
    }
}

fn things<'a>(resources: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    resources[kind].as_array().unwrap_or_else(|| panic!("no kind {kind}")).iter()
}

fn name(thing: &Value) -> &str {
    thing["name"].as_str().unwrap()
}

/// Adds what differs: of an object only the members that are wanted count, lists have the same elements in any order, null
/// stands for nothing, and [`ANYTHING`] for anything but that.
fn differences(place: &str, wanted: &Value, is: &Value, found: &mut Vec<String>) {
    let nothing = is.is_null() || is.as_array().is_some_and(Vec::is_empty);
    let right = match wanted {
        Value::Object(members) if is.is_object() => {
            for (member, wanted) in members {
                differences(&format!("{place}.{member}"), wanted, &is[member], found);
            }
            true
        }
        Value::Array(wanted) => is.as_array().is_some_and(|is| same_elements(wanted, is)),
        Value::Null => nothing,
        Value::String(text) if text == ANYTHING => !nothing && is != "",
        Value::Number(number) => number.as_f64() == is.as_f64(),
        other => other == is,
    };
    if !right {
        found.push(format!("{place}: {is} instead of {wanted}"));
    }
}

/// Whether each wanted element finds one of its own, and none is left. The strict ones choose first.
fn same_elements(wanted: &[Value], is: &[Value]) -> bool {
    let mut left: Vec<&Value> = is.iter().collect();
    let (anything, exact): (Vec<&Value>, Vec<&Value>) = wanted.iter().partition(|wanted| *wanted == ANYTHING);
    let all_found = exact.into_iter().chain(anything).all(|wanted| {
        let fits = |is: &&Value| {
            let mut found = Vec::new();
            differences("", wanted, is, &mut found);
            found.is_empty()
        };
        left.iter().position(fits).map(|index| left.swap_remove(index)).is_some()
    });
    all_found && left.is_empty()
}

/// Reads `testdata/integration/<file>.yaml` for a shoot.
pub(crate) fn read<T: DeserializeOwned>(file: &str, shoot: &Shoot) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/integration/{file}.yaml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = text
        .replace("$COMPUTE", "https://www.googleapis.com/compute/v1/projects/$PROJECT")
        .replace("$CLUSTER", shoot.cluster())
        .replace("$PROJECT", shoot.world.cloud.project());
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What became of a project: `+` for what was not there before, `-` for what is gone, one line each; what was changed is both.
/// Nothing is masked but the names that Google makes up.
pub(crate) fn changes(before: &Value, after: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (kind, now) in after.as_object().unwrap() {
        let (old, now) = (before[kind].as_array().unwrap(), now.as_array().unwrap());
        let line = |sign: char, thing: &Value| match thing.get("destRange") {
            Some(range) => format!("{sign} {kind} {} to {range}", thing["network"]),
            None => format!("{sign} {kind} {thing}"),
        };
        found.extend(now.iter().filter(|thing| !old.contains(thing)).map(|thing| line('+', thing)));
        found.extend(old.iter().filter(|thing| !now.contains(thing)).map(|thing| line('-', thing)));
    }
    found
}

/// What `status.egressCIDRs` must be: the addresses of the NAT one by one, and after them the nodes' IPv6 range, if there is
/// one. Without addresses there is nothing, not even that.
pub(crate) fn egress(addresses: &[String], resources: &Value, nodes_subnet: &str) -> Vec<String> {
    let address = |wanted: &String| {
        let found = things(resources, "addresses").find(|address| name(address) == wanted).unwrap();
        format!("{}/32", found["address"].as_str().unwrap())
    };
    let mut ranges: Vec<String> = addresses.iter().map(address).collect();
    let nodes = things(resources, "subnetworks").find(|subnet| name(subnet) == nodes_subnet).unwrap();
    let ipv6 = at(nodes, "/externalIpv6Prefix").as_str();
    ranges.extend(ipv6.filter(|_| !addresses.is_empty()).map(str::to_owned));
    ranges
}

#[test]
fn what_is_held_against_an_expectation() {
    let check = |wanted: Value, is: Value, right: bool| {
        let mut found = Vec::new();
        differences("it", &wanted, &is, &mut found);
        assert_eq!(found.is_empty(), right, "{wanted} and {is}: {found:?}");
    };
    use serde_json::json;
    check(json!({"a": 1}), json!({"a": 1, "b": 2}), true);
    check(json!({"a": {"b": 0.2}}), json!({"a": {"b": 0.200_000_003}}), false);
    check(json!({"a": null}), json!({"a": []}), true);
    check(json!({"a": null}), json!({"a": [1]}), false);
    check(json!({"a": null}), json!({}), true);
    check(json!("*"), json!("x"), true);
    check(json!("*"), json!(""), false);
    check(json!("*"), json!(null), false);
    check(json!([1, 2]), json!([2, 1]), true);
    check(json!([1, 2]), json!([1, 2, 3]), false);
    check(json!([1, 1]), json!([1, 2]), false);
    check(json!(["*", "x"]), json!(["x", "y"]), true);
    check(json!(["*", "*"]), json!(["x"]), false);
    check(json!({"a": 1}), json!(null), false);
    check(json!([{"a": 1}]), json!([{"a": 1, "b": 2}]), true);
}
