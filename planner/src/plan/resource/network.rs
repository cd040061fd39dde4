//! VPCs, as they are made and changed.

use serde_json::{Map, Value, json};

use super::{Row, object};
use crate::snapshot::Part;

/// The row of the table.
pub(super) const ROW: Row = Row {
    collection: Some("networks"),
    noun: "network",
    label: "VPC",
    is_in_network: false,
    shows_in: &[Part::Network],
};

/// A VPC to be, in custom mode, where subnets are made one by one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewNetwork {
    /// The MTU in bytes; none: Google's default.
    pub mtu: Option<i32>,
    /// How far routes that it learns reach: `REGIONAL` or `GLOBAL`.
    pub routing_mode: String,
}

impl NewNetwork {
    pub(super) fn fields(&self) -> Map<String, Value> {
        let mut fields = routing_mode(&self.routing_mode);
        // A number that no MTU can be is left to Google, as the field would be.
        if let Some(mtu) = self.mtu.and_then(|mtu| u32::try_from(mtu).ok()) {
            fields.insert("mtu".to_owned(), json!(mtu));
        }
        fields
    }
}

/// The fields that set the routing mode. Without the first one Google would take the VPC for a legacy network.
pub(in crate::plan) fn routing_mode(mode: &str) -> Map<String, Value> {
    object([("autoCreateSubnetworks", json!(false)), ("routingConfig", json!({ "routingMode": mode }))])
}
