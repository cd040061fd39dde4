//! Subnets, as they are created and changed.

mod effect;

use ipnet::Ipv4Net;
use serde_json::{Map, Value, json};

use super::ranges;
use super::row::{Row, object};
use crate::snapshot::Part;
use crate::vocabulary::{FlowLogs, RangeName};

pub(in crate::plan) use effect::{delete, widen};

/// The properties of all subnets.
pub(super) const ROW: Row = Row {
    collection: Some("subnetworks"),
    noun: "subnetwork",
    label: "subnet",
    is_in_network: true,
    shows_in: &[Part::Subnets],
};

/// A new subnet of a VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewSubnet {
    /// The description, for people.
    pub description: String,
    /// The URL of the VPC.
    pub network: String,
    /// The primary IPv4 range.
    pub range: Ipv4Net,
    /// Whether the subnet has external IPv6.
    pub dual_stack: bool,
    /// The name and the range of the secondary range, if there shall be one.
    pub secondary: Option<(RangeName, Ipv4Net)>,
    /// The flow logs; `None` if they are off.
    pub flow_logs: Option<FlowLogs>,
}

impl NewSubnet {
    pub(super) fn fields(&self) -> Map<String, Value> {
        let mut fields = object([
            ("description", json!(self.description)),
            ("network", json!(self.network)),
            ("ipCidrRange", json!(self.range)),
        ]);
        if let Some((name, range)) = &self.secondary {
            fields.insert("secondaryIpRanges".to_owned(), json!([named_range(name, *range)]));
        }
        if self.dual_stack {
            fields.extend(dual_stack());
        }
        if let Some(logs) = &self.flow_logs {
            fields.insert("enableFlowLogs".to_owned(), json!(true));
            fields.insert("logConfig".to_owned(), log_config(logs));
        }
        fields
    }

    pub(super) fn summary(&self) -> String {
        format!("create the subnet with range {}", self.range)
    }
}

/// A change of one group of fields of a subnet, as Google accepts one group per request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SubnetChange {
    /// The overlap flag, `allowSubnetCidrRoutesOverlap`.
    Overlap(bool),
    /// The whole list of secondary ranges: the present ones as they were read, and the shoot's own.
    SecondaryRanges(Vec<Value>),
    /// The stack type `IPV4_IPV6`, with external IPv6.
    DualStack,
    /// The stack type `IPV4_ONLY`, without IPv6.
    Ipv4Only,
    /// Whether flow logs are on.
    FlowLogs(bool),
    /// The configuration of flow logs that are on.
    LogConfig(FlowLogs),
}

impl SubnetChange {
    /// The fields to send, with the API's names.
    pub(in crate::plan) fn fields(&self) -> Map<String, Value> {
        match self {
            Self::Overlap(allowed) => object([("allowSubnetCidrRoutesOverlap", json!(allowed))]),
            Self::SecondaryRanges(ranges) => object([("secondaryIpRanges", json!(ranges))]),
            Self::DualStack => dual_stack(),
            Self::Ipv4Only => object([("stackType", json!("IPV4_ONLY"))]),
            Self::FlowLogs(on) => object([("enableFlowLogs", json!(on))]),
            Self::LogConfig(logs) => object([("logConfig", log_config(logs))]),
        }
    }

    /// A description of the change in a few words, for people who read a plan.
    pub(in crate::plan) fn summary(&self) -> String {
        match self {
            Self::Overlap(true) => "allow routes inside its ranges (overlap flag on)".to_owned(),
            Self::Overlap(false) => "allow no routes inside its ranges again (overlap flag off)".to_owned(),
            Self::SecondaryRanges(list) if list.is_empty() => "remove its secondary ranges".to_owned(),
            Self::SecondaryRanges(list) => format!("set the secondary ranges to {}", ranges(list)),
            Self::DualStack => "turn on external IPv6".to_owned(),
            Self::Ipv4Only => "turn off IPv6".to_owned(),
            Self::FlowLogs(true) => "turn on flow logs".to_owned(),
            Self::FlowLogs(false) => "turn off flow logs".to_owned(),
            Self::LogConfig(_) => "set up flow logs".to_owned(),
        }
    }

    /// A description of the change in the API's terms, for the label of the call.
    pub(in crate::plan) fn label(&self) -> String {
        match self {
            Self::Overlap(true) => "allow routes inside its ranges".to_owned(),
            Self::Overlap(false) => "allow no routes inside its ranges".to_owned(),
            Self::SecondaryRanges(list) => {
                let field = |range: &Value, name: &str| {
                    range.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
                };
                let ranges: Vec<_> = list
                    .iter()
                    .map(|range| format!("{} {}", field(range, "rangeName"), field(range, "ipCidrRange")))
                    .collect();
                format!("set secondary ranges to [{}]", ranges.join(", "))
            }
            Self::DualStack => "set stack type to IPV4_IPV6".to_owned(),
            Self::Ipv4Only => "set stack type to IPV4_ONLY".to_owned(),
            Self::FlowLogs(on) => format!("set flow logs to {on}"),
            Self::LogConfig(_) => "set the configuration of flow logs".to_owned(),
        }
    }
}

/// An element of the list of secondary ranges.
fn named_range(name: &RangeName, range: Ipv4Net) -> Value {
    json!({ "rangeName": name, "ipCidrRange": range })
}

/// The fields of a dual-stack subnet with external IPv6. `ipv6AccessType` is immutable once it is set.
fn dual_stack() -> Map<String, Value> {
    object([("stackType", json!("IPV4_IPV6")), ("ipv6AccessType", json!("EXTERNAL"))])
}

fn log_config(logs: &FlowLogs) -> Value {
    json!({
        "aggregationInterval": logs.interval,
        "flowSampling": f64::from(logs.sampling.share()),
        "metadata": logs.metadata,
    })
}
