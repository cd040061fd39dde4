//! VMs with their first interface, as far as pod traffic depends on them.

use ipnet::Ipv4Net;
use jiff::Timestamp;
use serde_json::Value;

use crate::vocabulary::{POD_RANGE_NAME, RangeName, ResourceName, VmRef};

/// A VM of the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Vm {
    /// The zone and the name.
    pub id: VmRef,
    /// The network tags; a shoot's VMs bear the name of its Cluster.
    pub tags: Vec<String>,
    /// The state of its life, as Google spells it, e.g. `RUNNING`.
    pub status: String,
    /// Whether the VM may receive packets for other addresses, as a static route needs (`canIpForward`).
    pub can_forward: bool,
    /// The instant at which the VM was created; `None` if Google does not say.
    pub created: Option<Timestamp>,
    /// The first interface, `nic0`.
    pub nic: Nic,
}

/// The state of a VM that is up, as Google spells it.
const RUNNING: &str = "RUNNING";

impl Vm {
    /// Whether the VM is up. A stopped VM is passed over as the owner of its aliases.
    pub fn is_running(&self) -> bool {
        self.status == RUNNING
    }

    /// Whether the VM bears this network tag.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| own == tag)
    }

    /// The ranges that the VM bears as aliases from the secondary range for pods.
    pub fn pod_ranges(&self) -> impl Iterator<Item = Ipv4Net> + '_ {
        let ours = self.nic.aliases.iter().filter(|alias| alias.is_for_pods());
        ours.map(|alias| alias.range)
    }

    /// Whether the VM bears `range` as an alias from the secondary range for pods.
    pub fn bears(&self, range: Ipv4Net) -> bool {
        self.pod_ranges().any(|own| own == range)
    }
}

/// The first interface of a VM.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Nic {
    /// The name, `nic0`.
    pub name: String,
    /// The subnet that the interface is plugged into; empty on a legacy network.
    pub subnet: ResourceName,
    /// The alias ranges, in the order read.
    pub aliases: Vec<Alias>,
    /// The version of this reading, which a change must name; empty if the interface was changed since.
    pub fingerprint: String,
}

/// An alias range of an interface.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Alias {
    /// The IPv4 range; a single address is a /32.
    pub range: Ipv4Net,
    /// The secondary range that the alias is taken from; `None`: the primary range.
    pub range_name: Option<RangeName>,
    /// The element as read, to be sent back as it was.
    pub raw: Value,
}

impl Alias {
    /// Whether the alias is taken from the secondary range for pods.
    pub fn is_for_pods(&self) -> bool {
        self.range_name.as_deref() == Some(POD_RANGE_NAME)
    }
}
