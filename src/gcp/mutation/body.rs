//! The typed bodies of mutations: what is to be made, and the groups of fields that can be changed.

use serde_json::{Map, Value, json};

use crate::gcp::types::{ResourceUrl, SecondaryRange};

/// A custom-mode VPC network to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNetwork {
    /// Its name.
    pub name: String,
    /// How far learned routes reach: `REGIONAL` or `GLOBAL`.
    pub routing_mode: String,
    /// Bytes; none: the API's default.
    pub mtu: Option<u32>,
}

impl NewNetwork {
    pub(super) fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("name".to_owned(), json!(self.name));
        // Absent would mean a legacy network.
        body.insert("autoCreateSubnetworks".to_owned(), json!(false));
        body.insert("routingConfig".to_owned(), json!({ "routingMode": self.routing_mode }));
        if let Some(mtu) = self.mtu {
            body.insert("mtu".to_owned(), json!(mtu));
        }
        Value::Object(body)
    }
}

/// A subnetwork to be.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSubnetwork {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: String,
    /// The network that it becomes part of.
    pub network: ResourceUrl,
    /// Its primary IPv4 range.
    pub ip_cidr_range: String,
    /// Its secondary ranges.
    pub secondary_ip_ranges: Vec<SecondaryRange>,
    /// IPv6 from the start; none: IPv4 only.
    pub stack: Option<Stack>,
    /// Flow logs: the `logConfig` to send; none: off.
    pub log_config: Option<Map<String, Value>>,
}

impl NewSubnetwork {
    pub(super) fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("name".to_owned(), json!(self.name));
        body.insert("description".to_owned(), json!(self.description));
        body.insert("network".to_owned(), json!(self.network));
        body.insert("ipCidrRange".to_owned(), json!(self.ip_cidr_range));
        if !self.secondary_ip_ranges.is_empty() {
            body.insert("secondaryIpRanges".to_owned(), json!(self.secondary_ip_ranges));
        }
        if let Some(stack) = &self.stack {
            body.extend(stack.body());
        }
        if let Some(log_config) = &self.log_config {
            body.insert("enableFlowLogs".to_owned(), json!(true));
            body.insert("logConfig".to_owned(), json!(log_config));
        }
        Value::Object(body)
    }
}

/// Which families a subnetwork has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// `IPV4_ONLY` or `IPV4_IPV6`.
    pub stack_type: String,
    /// `EXTERNAL` or `INTERNAL`; needed with `IPV4_IPV6`, immutable once set.
    pub ipv6_access_type: Option<String>,
}

impl Stack {
    /// IPv4 and external IPv6.
    pub fn dual_external() -> Self {
        Self { stack_type: "IPV4_IPV6".to_owned(), ipv6_access_type: Some("EXTERNAL".to_owned()) }
    }

    pub(super) fn body(&self) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("stackType".to_owned(), json!(self.stack_type));
        if let Some(access) = &self.ipv6_access_type {
            body.insert("ipv6AccessType".to_owned(), json!(access));
        }
        body
    }
}

/// One group of fields of a subnetwork: the API takes one per PATCH.
#[derive(Clone, Debug, PartialEq)]
pub enum SubnetworkPatch {
    /// `allowSubnetCidrRoutesOverlap`.
    RoutesOverlap(bool),
    /// `secondaryIpRanges`, the whole list; empty: none are left.
    SecondaryRanges(Vec<SecondaryRange>),
    /// `stackType` and `ipv6AccessType`.
    Stack(Stack),
    /// `enableFlowLogs`.
    FlowLogs(bool),
    /// `logConfig`; none: sent as `null`.
    LogConfig(Option<Map<String, Value>>),
}

impl SubnetworkPatch {
    pub(super) fn body(&self) -> Map<String, Value> {
        let (field, value) = match self {
            Self::RoutesOverlap(allowed) => ("allowSubnetCidrRoutesOverlap", json!(allowed)),
            Self::SecondaryRanges(ranges) => ("secondaryIpRanges", json!(ranges)),
            Self::Stack(stack) => return stack.body(),
            Self::FlowLogs(enabled) => ("enableFlowLogs", json!(enabled)),
            Self::LogConfig(config) => ("logConfig", json!(config)),
        };
        Map::from_iter([(field.to_owned(), value)])
    }

    pub(super) fn label(&self) -> String {
        match self {
            Self::RoutesOverlap(true) => "allow routes inside its ranges".to_owned(),
            Self::RoutesOverlap(false) => "allow no routes inside its ranges".to_owned(),
            Self::SecondaryRanges(ranges) => {
                let ranges: Vec<_> = ranges
                    .iter()
                    .map(|range| format!("{} {}", range.range_name, range.ip_cidr_range))
                    .collect();
                format!("set secondary ranges to [{}]", ranges.join(", "))
            }
            Self::Stack(stack) => format!("set stack type to {}", stack.stack_type),
            Self::FlowLogs(enabled) => format!("set flow logs to {enabled}"),
            Self::LogConfig(_) => "set the configuration of flow logs".to_owned(),
        }
    }
}
