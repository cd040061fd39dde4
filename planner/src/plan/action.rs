//! Actions: complete, inert descriptions of one effect each. Nothing is left to decide when one is carried out.

use std::cmp::Ordering;

use ipnet::Ipv4Net;
use serde_json::{Map, Value};

use crate::journal::State;
use crate::snapshot::Subnet;
use crate::text::listed;
use crate::vocabulary::{FlowLogs, VmRef};

/// One effect on the cloud, the state or the cloud-controller-manager.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Write `status.state`, with optimistic lock.
    WriteState(Box<State>),
    /// Make the VPC.
    InsertNetwork {
        /// Its name.
        name: String,
        /// Its MTU in bytes, if not Google's default.
        mtu: Option<i32>,
    },
    /// Set how far routes that the VPC learns reach.
    SetRoutingMode {
        /// Its name.
        name: String,
        /// `REGIONAL`.
        mode: String,
    },
    /// Delete the VPC.
    DeleteNetwork {
        /// Its name.
        name: String,
    },
    /// Make a subnet.
    InsertSubnet {
        /// Its region.
        region: String,
        /// What it shall be.
        body: SubnetBody,
    },
    /// Widen the primary range of a subnet.
    ExpandSubnet {
        /// Its region.
        region: String,
        /// Its name.
        name: String,
        /// The new range; contains the old one.
        range: Ipv4Net,
    },
    /// Change one group of fields of a subnet.
    PatchSubnet {
        /// Its region.
        region: String,
        /// Its name.
        name: String,
        /// As last read.
        fingerprint: String,
        /// The change.
        change: SubnetChange,
    },
    /// Delete a subnet.
    DeleteSubnet {
        /// Its region.
        region: String,
        /// Its name.
        name: String,
    },
    /// Make a Cloud Router.
    InsertRouter {
        /// Its region.
        region: String,
        /// Its name.
        name: String,
        /// The URL of its VPC.
        network: String,
    },
    /// Replace the list of NATs of a Cloud Router, if it is still as it was read: Google knows no fingerprint of it.
    SetNats {
        /// The region of the router.
        region: String,
        /// The name of the router.
        router: String,
        /// The whole list as last read.
        before: Vec<Map<String, Value>>,
        /// The whole list: what was there, as read, and ours as it shall be.
        nats: Vec<Map<String, Value>>,
    },
    /// Delete a Cloud Router with its NATs.
    DeleteRouter {
        /// Its region.
        region: String,
        /// Its name.
        name: String,
    },
    /// Make a firewall rule.
    InsertFirewall(FirewallRule),
    /// Put the managed fields of a firewall rule right.
    PatchFirewall(FirewallRule),
    /// Delete a firewall rule.
    DeleteFirewall {
        /// Its name.
        name: String,
    },
    /// Make a service account.
    InsertServiceAccount {
        /// Its id, the part of its address before the `@`.
        id: String,
        /// What it is called.
        display_name: String,
        /// Its e-mail address.
        email: String,
    },
    /// Delete a service account.
    DeleteServiceAccount {
        /// Its e-mail address.
        email: String,
    },
    /// Replace the list of alias ranges of a VM's interface.
    SetAliases {
        /// The VM.
        vm: VmRef,
        /// The interface.
        nic: String,
        /// As last read.
        fingerprint: String,
        /// The whole list: what was there, as read, and ours.
        aliases: Vec<Value>,
    },
    /// Delete a route.
    DeleteRoute {
        /// Its name.
        name: String,
        /// Its destination, for the self-check and for people.
        destination: Ipv4Net,
        /// The VM it leads to, for the self-check and for people.
        vm: VmRef,
    },
    /// Delete a route to the internet, of a VPC that goes.
    DeleteInternetRoute {
        /// Its name.
        name: String,
    },
    /// Tell the resource manager to leave the control plane chart alone, or to take it up again.
    IgnoreControlPlane {
        /// Which of the two.
        ignore: bool,
    },
    /// Set the replicas of the cloud-controller-manager.
    ScaleCcm {
        /// How many.
        replicas: i32,
    },
}

/// What a new subnet shall be.
#[derive(Clone, Debug, PartialEq)]
pub struct SubnetBody {
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub description: String,
    /// The URL of its VPC.
    pub network: String,
    /// Its primary range.
    pub range: Ipv4Net,
    /// Whether it gets an external IPv6 range.
    pub dual_stack: bool,
    /// Its secondary range: name and range.
    pub secondary: Option<(String, Ipv4Net)>,
    /// Its flow logs.
    pub flow_logs: Option<FlowLogs>,
}

/// A rule that lets traffic into every VM of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirewallRule {
    /// Its name.
    pub name: String,
    /// The URL of its VPC.
    pub network: String,
    /// Where the traffic comes from, ranges of one family.
    pub source_ranges: Vec<String>,
    /// Protocol and port ranges; no port ranges: all.
    pub allowed: Vec<(String, Vec<String>)>,
    /// The lower, the stronger.
    pub priority: u32,
}

/// A change of one group of fields of a subnet; Google takes one group per request.
#[derive(Clone, Debug, PartialEq)]
pub enum SubnetChange {
    /// `allowSubnetCidrRoutesOverlap`.
    Overlap(bool),
    /// The whole list of secondary ranges: what was there, as read, and ours.
    SecondaryRanges(Vec<Value>),
    /// Dual-stack with external IPv6.
    DualStack,
    /// Whether flow logs are on.
    FlowLogs(bool),
    /// What flow logs say, where they are on.
    LogConfig(FlowLogs),
}

impl Action {
    /// One change of a subnet, based on what was read.
    pub(super) fn patch_subnet(subnet: &Subnet, change: SubnetChange) -> Self {
        Self::PatchSubnet {
            region: subnet.region.clone(),
            name: subnet.name.clone(),
            fingerprint: subnet.fingerprint.clone(),
            change,
        }
    }

    /// The path below the project of the object that it changes, if that is one of Compute's.
    pub fn object(&self) -> Option<String> {
        let regional = |region: &str, kind: &str, name: &str| format!("regions/{region}/{kind}/{name}");
        Some(match self {
            Self::InsertNetwork { name, .. }
            | Self::SetRoutingMode { name, .. }
            | Self::DeleteNetwork { name } => format!("global/networks/{name}"),
            Self::InsertSubnet { region, body } => regional(region, "subnetworks", &body.name),
            Self::ExpandSubnet { region, name, .. }
            | Self::PatchSubnet { region, name, .. }
            | Self::DeleteSubnet { region, name } => regional(region, "subnetworks", name),
            Self::InsertRouter { region, name, .. }
            | Self::SetNats { region, router: name, .. }
            | Self::DeleteRouter { region, name } => regional(region, "routers", name),
            Self::InsertFirewall(FirewallRule { name, .. })
            | Self::PatchFirewall(FirewallRule { name, .. })
            | Self::DeleteFirewall { name } => format!("global/firewalls/{name}"),
            Self::SetAliases { vm, .. } => format!("zones/{}/instances/{}", vm.zone, vm.name),
            Self::DeleteRoute { name, .. } | Self::DeleteInternetRoute { name } => {
                format!("global/routes/{name}")
            }
            Self::WriteState(_)
            | Self::IgnoreControlPlane { .. }
            | Self::ScaleCcm { .. }
            | Self::InsertServiceAccount { .. }
            | Self::DeleteServiceAccount { .. } => return None,
        })
    }

    /// How a person would mark it in a list of changes: `+` makes, `~` changes, `-` removes.
    pub fn sign(&self) -> char {
        match self {
            Self::InsertNetwork { .. }
            | Self::InsertSubnet { .. }
            | Self::InsertRouter { .. }
            | Self::InsertFirewall(_)
            | Self::InsertServiceAccount { .. }
            | Self::SetAliases { .. } => '+',
            Self::DeleteRoute { .. }
            | Self::DeleteInternetRoute { .. }
            | Self::DeleteNetwork { .. }
            | Self::DeleteSubnet { .. }
            | Self::DeleteRouter { .. }
            | Self::DeleteFirewall { .. }
            | Self::DeleteServiceAccount { .. } => '-',
            Self::SetNats { before, nats, .. } => match nats.len().cmp(&before.len()) {
                Ordering::Greater => '+',
                Ordering::Equal => '~',
                Ordering::Less => '-',
            },
            Self::WriteState(_)
            | Self::SetRoutingMode { .. }
            | Self::PatchFirewall(_)
            | Self::ExpandSubnet { .. }
            | Self::PatchSubnet { .. }
            | Self::IgnoreControlPlane { .. }
            | Self::ScaleCcm { .. } => '~',
        }
    }

    /// The fingerprint of the reading that it is made from, if it is refused for any other.
    pub(super) fn fingerprint(&self) -> Option<&str> {
        match self {
            Self::PatchSubnet { fingerprint, .. } | Self::SetAliases { fingerprint, .. } => Some(fingerprint),
            _ => None,
        }
    }

    /// What it does, in a few words.
    pub fn summary(&self) -> String {
        match self {
            Self::WriteState(state) => match state.journal.phase {
                Some(phase) => {
                    format!("write the state: {phase}, {} pod range(s) pending", state.journal.entries.len())
                }
                None => "write the state: nothing pending".to_owned(),
            },
            Self::InsertNetwork { .. } => "create the VPC".to_owned(),
            Self::SetRoutingMode { mode, .. } => format!("set the routing mode to {mode}"),
            Self::DeleteNetwork { .. } => "delete the VPC".to_owned(),
            Self::DeleteSubnet { .. } => "delete the subnet".to_owned(),
            Self::InsertRouter { .. } => "create the Cloud Router".to_owned(),
            Self::SetNats { router, .. } => match self.sign() {
                '+' => format!("add it to the NATs of router {router}"),
                '-' => format!("take it off the NATs of router {router}"),
                _ => format!("change it among the NATs of router {router}"),
            },
            Self::DeleteRouter { .. } => "delete the Cloud Router with its NATs".to_owned(),
            Self::InsertFirewall(rule) => {
                format!("create the firewall rule for {}", listed(&rule.source_ranges, ", "))
            }
            Self::PatchFirewall(_) => "change the firewall rule".to_owned(),
            Self::DeleteFirewall { .. } => "delete the firewall rule".to_owned(),
            Self::InsertServiceAccount { .. } => "create the service account".to_owned(),
            Self::DeleteServiceAccount { .. } => "delete the service account".to_owned(),
            Self::InsertSubnet { body, .. } => format!("create the subnet with range {}", body.range),
            Self::ExpandSubnet { range, .. } => format!("widen the primary range to {range}"),
            Self::PatchSubnet { change, .. } => change.summary(),
            Self::SetAliases { nic, aliases, .. } => {
                format!("set the alias ranges of {nic} to {}", ranges(aliases))
            }
            Self::DeleteRoute { destination, vm, .. } => {
                format!("delete the route for {destination} to {}", vm.name)
            }
            Self::DeleteInternetRoute { .. } => "delete the route to the internet".to_owned(),
            Self::IgnoreControlPlane { ignore: true } => "have the control plane chart left alone".to_owned(),
            Self::IgnoreControlPlane { ignore: false } => {
                "have the control plane chart taken up again".to_owned()
            }
            Self::ScaleCcm { replicas } => format!("scale to {replicas}"),
        }
    }
}

impl SubnetChange {
    pub(super) fn summary(&self) -> String {
        match self {
            Self::Overlap(true) => "allow routes inside its ranges (overlap flag on)".to_owned(),
            Self::Overlap(false) => "allow no routes inside its ranges again (overlap flag off)".to_owned(),
            Self::SecondaryRanges(list) => format!("set the secondary ranges to {}", ranges(list)),
            Self::DualStack => "turn on external IPv6".to_owned(),
            Self::FlowLogs(true) => "turn on flow logs".to_owned(),
            Self::FlowLogs(false) => "turn off flow logs".to_owned(),
            Self::LogConfig(_) => "set up flow logs".to_owned(),
        }
    }
}

/// The ranges of a list of Google's, with their names.
fn ranges(list: &[Value]) -> String {
    let texts = list.iter().map(|range| {
        let field = |name: &str| range.get(name).and_then(Value::as_str);
        let name = field("rangeName").or_else(|| field("subnetworkRangeName")).unwrap_or("primary");
        format!("{} ({name})", field("ipCidrRange").unwrap_or("?"))
    });
    listed(texts, ", ")
}
