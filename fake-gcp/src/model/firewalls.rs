//! Firewall rules: fields, and how they are printed.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::placed::{Key, Resource};
use crate::time::Instant;

/// The direction of the packets that a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Packets that arrive.
    Ingress,
    /// Packets that leave.
    Egress,
}

impl Direction {
    /// Name of the value in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ingress => "INGRESS",
            Self::Egress => "EGRESS",
        }
    }
}

/// A firewall rule.
#[derive(Debug, Clone)]
pub struct Firewall {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name, unique in the project.
    pub name: String,
    /// Description, as it was sent; printed even if it is empty.
    pub description: String,
    /// Name of its network.
    pub network: String,
    /// Direction of the packets.
    pub direction: Direction,
    /// Priority; the lowest number wins.
    pub priority: u32,
    /// Ranges, tags and accounts between which the packets go.
    pub ends: Ends,
    /// Protocols and ports that are allowed or denied.
    pub protocols: Protocols,
    /// Whether the rule is switched off.
    pub disabled: bool,
    /// Value of `logConfig`, as it is printed.
    pub log_config: Map<String, Value>,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl Resource for Firewall {
    fn id(&self) -> Option<u64> {
        Some(self.id)
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::Network(self.network.clone())]
    }
}

impl Firewall {
    /// Path of the firewall rule: `projects/P/global/firewalls/F`.
    pub fn path(&self, project: &str) -> String {
        reference::global(project, "firewalls", &self.name)
    }

    /// The resource as Google prints it.
    pub fn to_json(&self, project: &str) -> Value {
        let object = Object::kind("compute#firewall")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with("description", self.description.clone())
            .with("network", self_link(&reference::global(project, "networks", &self.network)))
            .with("direction", self.direction.as_str())
            .with("priority", self.priority)
            .with("disabled", self.disabled)
            .with("logConfig", self.log_config.clone())
            .with("enableLogging", self.log_config.get("enable") == Some(&Value::Bool(true)))
            .with("selfLink", self_link(&self.path(project)));
        self.protocols.print(self.ends.print(object)).build()
    }
}

/// The one of two lists that a rule has, as it was sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Protocols {
    /// List in `allowed`.
    Allowed(Vec<Value>),
    /// List in `denied`.
    Denied(Vec<Value>),
}

impl Protocols {
    /// Adds the list to a rule.
    pub(crate) fn print(&self, object: Object) -> Object {
        match self {
            Self::Allowed(list) => object.with("allowed", list.clone()),
            Self::Denied(list) => object.with("denied", list.clone()),
        }
    }
}

/// The lists of a rule that are not empty, by field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends(pub(crate) BTreeMap<&'static str, Vec<String>>);

impl Ends {
    /// Adds the lists to a rule.
    pub(crate) fn print(&self, object: Object) -> Object {
        self.0.iter().fold(object, |object, (field, list)| object.with(field, json!(list)))
    }
}
