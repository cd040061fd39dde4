//! VPCs, as they are created and changed.

use serde_json::{Map, Value, json};

use super::{Row, object};
use crate::snapshot::Part;

/// The properties of all VPCs.
pub(super) const ROW: Row = Row {
    collection: Some("networks"),
    noun: "network",
    label: "VPC",
    is_in_network: false,
    shows_in: &[Part::Network],
};

/// A new VPC in custom mode, whose subnets are created one by one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewNetwork {
    /// The MTU in bytes; `None` for Google's default.
    pub mtu: Option<i32>,
    /// The dynamic routing mode, `REGIONAL` or `GLOBAL`.
    pub routing_mode: String,
}

impl NewNetwork {
    pub(super) fn fields(&self) -> Map<String, Value> {
        let mut fields = routing_mode(&self.routing_mode);
        // A negative MTU is left out, as if it were not configured.
        if let Some(mtu) = self.mtu.and_then(|mtu| u32::try_from(mtu).ok()) {
            fields.insert("mtu".to_owned(), json!(mtu));
        }
        fields
    }
}

/// The fields that set the routing mode. Without the first one Google would create a legacy network.
pub(in crate::plan) fn routing_mode(mode: &str) -> Map<String, Value> {
    object([("autoCreateSubnetworks", json!(false)), ("routingConfig", json!({ "routingMode": mode }))])
}
