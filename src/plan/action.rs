//! Actions: complete, inert descriptions of one effect each. Nothing is left to decide when one is carried out.

use ipnet::Ipv4Net;
use serde_json::Value;

use crate::journal::State;
use crate::snapshot::VmRef;

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
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

impl Action {
    /// How a person would mark it in a list of changes: `+` makes, `~` changes, `-` removes.
    pub fn sign(&self) -> char {
        match self {
            Self::InsertNetwork { .. } | Self::InsertSubnet { .. } | Self::SetAliases { .. } => '+',
            Self::DeleteRoute { .. } => '-',
            Self::WriteState(_)
            | Self::ExpandSubnet { .. }
            | Self::PatchSubnet { .. }
            | Self::IgnoreControlPlane { .. }
            | Self::ScaleCcm { .. } => '~',
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
            Self::InsertSubnet { body, .. } => format!("create the subnet with range {}", body.range),
            Self::ExpandSubnet { range, .. } => format!("widen the primary range to {range}"),
            Self::PatchSubnet { change, .. } => change.summary(),
            Self::SetAliases { nic, aliases, .. } => {
                format!("set the alias ranges of {nic} to {}", ranges(aliases))
            }
            Self::DeleteRoute { destination, vm, .. } => {
                format!("delete the route for {destination} to {}", vm.name)
            }
            Self::IgnoreControlPlane { ignore: true } => "have the control plane chart left alone".to_owned(),
            Self::IgnoreControlPlane { ignore: false } => {
                "have the control plane chart taken up again".to_owned()
            }
            Self::ScaleCcm { replicas } => format!("scale to {replicas}"),
        }
    }
}

impl SubnetChange {
    fn summary(&self) -> String {
        match self {
            Self::Overlap(true) => "allow routes inside its ranges (overlap flag on)".to_owned(),
            Self::Overlap(false) => "allow no routes inside its ranges again (overlap flag off)".to_owned(),
            Self::SecondaryRanges(list) => format!("set the secondary ranges to {}", ranges(list)),
            Self::DualStack => "turn on external IPv6".to_owned(),
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
    texts.collect::<Vec<_>>().join(", ")
}
