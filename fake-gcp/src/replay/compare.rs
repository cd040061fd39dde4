//! What differs between two answers, once values that nobody can foresee are left out.

use std::fmt;

use serde_json::{Map, Value};

use super::Exchange;

/// Fields whose values are made up by the server: only their presence is compared.
const MADE_UP: [&str; 19] = [
    "createTime",
    "updateTime",
    "id",
    "name@operation",
    "insertTime",
    "startTime",
    "endTime",
    "creationTimestamp",
    "fingerprint",
    "labelFingerprint",
    "targetId",
    "selfLinkWithId",
    "user",
    "etag",
    "uniqueId",
    "oauth2ClientId",
    "projectId",
    "pscConnectionId",
    "clientOperationId",
];

/// Fields that whoever recorded the logs took out of some: where they are not recorded, they are not compared.
const TAKEN_OUT: [(&str, &str); 7] = [
    ("compute#network", "routingConfig"),
    ("compute#route", "description"),
    ("compute#route", "warnings"),
    ("compute#operation", "warnings"),
    ("compute#operation", "clientOperationId"),
    ("compute#network", "subnetworks"),
    ("compute#subnetwork", "allowSubnetCidrRoutesOverlap"),
];

/// Addresses that whoever recorded the logs put in place of others.
const REPLACED: [&str; 2] = ["8.8.8.8", "10.0.0.1"];

/// One place where two answers differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Path of the field, or `status`.
    pub at: String,
    /// What was recorded and what was answered, in words.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

impl Difference {
    /// The difference of a call that is modelled, but not with these fields.
    pub(super) fn refused(body: &Value) -> Self {
        let message = body.pointer("/error/message").and_then(Value::as_str).unwrap_or_default();
        Self { at: "status".to_owned(), what: message.to_owned() }
    }
}

/// All differences between a recorded answer and that of the fake.
pub(super) fn differences(recorded: &Exchange, status: u16, body: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    if recorded.status != status {
        let message = body.pointer("/error/message").map(Value::to_string).unwrap_or_default();
        found.push(Difference {
            at: "status".to_owned(),
            what: format!("{} was recorded, {status} answered {message}", recorded.status),
        });
        return found;
    }
    compare("", &recorded.reply, body, &mut found);
    found
}

fn compare(at: &str, recorded: &Value, answered: &Value, found: &mut Vec<Difference>) {
    match (recorded, answered) {
        (Value::Object(recorded), Value::Object(answered)) => objects(at, recorded, answered, found),
        (Value::Array(recorded), Value::Array(answered)) if recorded.len() == answered.len() => {
            for (recorded, answered) in recorded.iter().zip(answered) {
                compare(&format!("{at}[]"), recorded, answered, found);
            }
        }
        _ if recorded == answered || is_replaced(recorded) || is_same_link(recorded, answered) => {}
        _ => found.push(Difference {
            at: at.to_owned(),
            what: format!("{recorded} was recorded, {answered} answered"),
        }),
    }
}

/// Whether a value stands for another one that whoever recorded it took out.
fn is_replaced(recorded: &Value) -> bool {
    recorded.as_str().is_some_and(|text| REPLACED.contains(&text))
}

/// Whether two links differ in nothing but the version of the API by which what they lead to was made.
fn is_same_link(recorded: &Value, answered: &Value) -> bool {
    let plain = recorded.as_str().map(|link| link.replace("/compute/beta/", "/compute/v1/"));
    plain.is_some() && plain.as_deref() == answered.as_str()
}

fn objects(
    at: &str,
    recorded: &Map<String, Value>,
    answered: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    let kind = answered.get("kind").and_then(Value::as_str).unwrap_or_default();
    let mut names: Vec<&String> = recorded.keys().chain(answered.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        let made_up = MADE_UP.contains(&name.as_str())
            || (kind == "compute#operation" && ["name", "selfLink"].contains(&name.as_str()))
            || (answered.contains_key("metadata") && name == "name")
            || (at == "metadata" && name == "endTime");
        match (recorded.get(name), answered.get(name)) {
            (Some(_), Some(_)) if made_up => {}
            (Some(recorded), Some(answered)) => compare(&path, recorded, answered, found),
            (None, Some(_)) if TAKEN_OUT.contains(&(kind, name.as_str())) => {}
            (None, Some(answered)) => {
                found.push(Difference { at: path, what: format!("not recorded, {answered} answered") });
            }
            (Some(recorded), None) => {
                found.push(Difference { at: path, what: format!("{recorded} was recorded, not answered") });
            }
            (None, None) => {}
        }
    }
}
