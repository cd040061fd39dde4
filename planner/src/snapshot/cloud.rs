//! The VPC of a shoot and what is in it, foreign things included.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};
use serde_json::Value;

use super::{Address, Firewall, Leftover, LeftoverKind, Router, ServiceAccount, Unread};
use crate::vocabulary::{FlowLogs, RangeName, Region, ResourceName, VmRef};

/// The VPC and what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cloud {
    /// The VPC; `None` if there is none.
    pub network: Option<Network>,
    /// All its subnets, in all regions.
    pub subnets: Vec<Subnet>,
    /// The shoot's Cloud Router; `None` if there is none.
    pub router: Option<Router>,
    /// All its firewall rules.
    pub firewalls: Vec<Firewall>,
    /// The reserved addresses of the region; `None`: the shoot names none, or, past the point of no return, they cannot be read.
    pub addresses: Option<Vec<Address>>,
    /// The service account of the shoot; read only where it is wanted, or is to go.
    pub service_account: Option<ServiceAccount>,
    /// Whether it is to go and could not be read: it may be there.
    pub service_account_unread: Option<Unread>,
    /// What the cluster's load balancers left behind; read only where the VPC is to go.
    pub leftovers: Vec<Leftover>,
    /// The kinds of those that could not be listed.
    pub unlisted: Vec<LeftoverKind>,
    /// The rules of internal passthrough load balancers in it.
    pub passthrough_rules: PassthroughRules,
    /// All its routes, those that Google makes for subnets included.
    pub routes: Vec<Route>,
    /// VMs with their first interface in it: before a migration is recorded all, in a deletion those in the shoot's region, else those
    /// called as the shoot's, and those that the journal or a route names. Read only where something depends on them.
    pub vms: BTreeMap<VmRef, Vm>,
    /// VMs that a journal entry or a route names and that a GET of their own answered with 404.
    pub gone: BTreeSet<VmRef>,
    /// Objects of the project on which an operation is under way, begun by anyone: the path below the project, and the type of the
    /// operation. Read only where something is to be changed.
    pub in_flight: BTreeMap<String, String>,
    /// Those of them that may still make a route of the shoot. Read before the routes were, while a migration is under way.
    pub route_inserts_in_flight: usize,
}

impl Cloud {
    /// The external address called `name`, if it was seen.
    pub fn external_address(&self, name: &str) -> Option<&Address> {
        self.addresses.iter().flatten().find(|address| address.external && address.name == name)
    }

    /// The subnet with that name in that region.
    pub fn subnet(&self, region: &str, name: &str) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.region == region && subnet.name == name)
    }

    /// The VM with that zone and name.
    pub fn vm(&self, vm: &VmRef) -> Option<&Vm> {
        self.vms.get(vm)
    }

    /// Adds `vm`, or puts it in the place of an older reading.
    pub fn see(&mut self, vm: Vm) {
        self.vms.insert(vm.id.clone(), vm);
    }
}

/// How many rules of internal passthrough load balancers there are in a VPC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PassthroughRules {
    /// Nothing depends on it.
    #[default]
    Unread,
    /// The credentials may not list them.
    Denied,
    /// So many.
    Counted(usize),
}

/// A VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    /// Its name.
    pub name: ResourceName,
    /// Its full URL.
    pub url: String,
    /// How it makes subnets.
    pub mode: NetworkMode,
    /// How far routes that it learns reach: `REGIONAL` or `GLOBAL`.
    pub routing_mode: String,
    /// Names of its peerings.
    pub peerings: Vec<String>,
    /// All its subnets, `REGION/NAME`.
    pub subnets: Vec<String>,
}

/// How a VPC makes subnets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NetworkMode {
    /// Subnets are made one by one.
    Custom,
    /// Google makes one in each region.
    Auto,
    /// From before there were subnets.
    Legacy,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subnet {
    /// Its name.
    pub name: ResourceName,
    /// Its region.
    pub region: Region,
    /// Its primary range.
    pub range: Ipv4Net,
    /// Its secondary ranges, in the order read.
    pub secondary: Vec<SecondaryRange>,
    /// `allowSubnetCidrRoutesOverlap`, the overlap flag.
    pub overlap: bool,
    /// Its IP stack.
    pub stack: StackType,
    /// Its flow logs; `None`: they are off.
    pub flow_logs: Option<FlowLogs>,
    /// Its external IPv6 range, once it has one.
    pub ipv6_prefix: Option<String>,
    /// Proves, in a change, that the changer knew the present state.
    pub fingerprint: String,
}

/// A secondary range of a subnet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecondaryRange {
    /// Its name, unique in the subnet.
    pub name: RangeName,
    /// Its range.
    pub range: Ipv4Net,
    /// As read, to be sent back as it was.
    pub raw: Value,
}

/// The IP stack of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StackType {
    /// IPv4 only.
    Ipv4,
    /// IPv4 and external IPv6.
    DualExternal,
    /// IPv4 and internal IPv6, which cannot be changed to external.
    DualInternal,
    /// IPv6 only, or something newer than this program.
    Other,
}

/// A route of the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// Its name, unique in the project.
    pub name: ResourceName,
    /// Its destination.
    pub destination: IpNet,
    /// Where it leads.
    pub next_hop: NextHop,
    /// What its maker says of it.
    pub description: String,
    /// The network tags that it is limited to.
    pub tags: Vec<String>,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NextHop {
    /// A VM in this project.
    Vm(VmRef),
    /// The subnet itself: Google's own route for one of its ranges.
    Subnet,
    /// The default internet gateway.
    Internet,
    /// Anything else, as spelt.
    Other(String),
}

/// A VM of the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Vm {
    /// Zone and name.
    pub id: VmRef,
    /// Its network tags.
    pub tags: Vec<String>,
    /// Its first interface.
    pub nic: Nic,
}

impl Vm {
    /// Whether it bears this network tag.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| own == tag)
    }
}

/// The first interface of a VM.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Nic {
    /// Its name, `nic0`.
    pub name: String,
    /// The name of its subnet.
    pub subnet: ResourceName,
    /// Its alias ranges, in the order read.
    pub aliases: Vec<Alias>,
    /// Proves, in a change, that the changer knew the present state.
    pub fingerprint: String,
}

/// An alias range of an interface.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Alias {
    /// Its range.
    pub range: Ipv4Net,
    /// The secondary range that it is taken from; `None`: the primary one.
    pub range_name: Option<RangeName>,
    /// As read, to be sent back as it was.
    pub raw: Value,
}
