//! Subnets with their ranges.

use ipnet::Ipv4Net;
use serde_json::Value;

use crate::vocabulary::{FlowLogs, RangeName, Region, ResourceName};

/// A subnet that has IPv4.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subnet {
    /// The name, unique in project and region.
    pub name: ResourceName,
    /// The region, e.g. `europe-west1`.
    pub region: Region,
    /// The text of its maker.
    pub description: String,
    /// The primary IPv4 range.
    pub range: Ipv4Net,
    /// The secondary ranges, in the order read.
    pub secondary: Vec<SecondaryRange>,
    /// The overlap flag, `allowSubnetCidrRoutesOverlap`: whether routes may lie inside the ranges.
    pub overlap: bool,
    /// The IP stack, which says whether the subnet has IPv6.
    pub stack: StackType,
    /// The purpose, as Google spells it; VMs can only be in one that is `PRIVATE`.
    pub purpose: String,
    /// The configuration of flow logs; `None`: they are off.
    pub flow_logs: Option<FlowLogs>,
    /// The external IPv6 range, a /64 as Google spells it; `None` until some time after external IPv6 was turned on.
    pub ipv6_prefix: Option<String>,
    /// The version of this reading, which a change must name; empty if the subnet was changed since.
    pub fingerprint: String,
}

/// The purpose of a subnet for VMs, as Google spells it.
pub const PRIVATE: &str = "PRIVATE";

/// A secondary range of a subnet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecondaryRange {
    /// The name, unique in the subnet.
    pub name: RangeName,
    /// The IPv4 range.
    pub range: Ipv4Net,
    /// The element as read, to be sent back as it was.
    pub raw: Value,
}

/// The IP stack of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StackType {
    /// The subnet has IPv4 only.
    Ipv4,
    /// The subnet has IPv4 and external IPv6.
    DualExternal,
    /// The subnet has IPv4 and internal IPv6, which cannot be changed to external.
    DualInternal,
    /// The subnet has IPv6 only, or a stack newer than this program.
    Other,
}
