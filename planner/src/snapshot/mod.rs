//! Snapshots of the world as one observation saw it, parsed into types. Each kind of resource has a file; which of them are read
//! together stands here.
//!
//! A snapshot is pure data, and all that the planner knows of the world. May not know: any client, the clock, the runtime; who
//! read it and how.

mod address;
mod bgp_router;
mod canary;
mod ccm;
mod firewall;
mod ipv6;
mod leftover;
mod load_balancer;
mod namesake;
mod network;
mod node;
mod peer_route;
mod permissions;
mod pod;
mod policy_route;
mod preflight;
mod quota;
mod reading;
mod reserved_range;
mod route;
mod router;
mod service_account;
mod settings;
mod shoot;
mod subnet;
mod vm;
mod world;

use std::collections::{BTreeMap, BTreeSet};

pub use address::Address;
pub use bgp_router::BgpRouter;
pub use canary::{Look, NodeLook, PodLook, Pods, Window};
pub use ccm::{Ccm, CcmPod, ManagedResource};
pub use firewall::Firewall;
pub use ipv6::is_same_range;
pub use leftover::{Leftover, LeftoverKind};
pub use load_balancer::PassthroughRules;
pub use namesake::Namesake;
pub use network::{Network, NetworkMode, Peering};
pub use node::{Guest, Node};
pub use peer_route::{PeerRoute, PeerRouteKind};
pub use permissions::{Permissions, SeedRights};
pub use pod::{Endpoint, Pod, Unhealthy};
pub use policy_route::PolicyRoute;
pub use preflight::Preflight;
pub use quota::Quota;
pub use reading::{Obstacle, Reading};
pub use reserved_range::ReservedRange;
pub use route::{NextHop, Route};
pub use router::Router;
pub use service_account::{ServiceAccount, Unread};
pub use settings::Settings;
pub use shoot::Shoot;
pub use subnet::{PRIVATE, SecondaryRange, StackType, Subnet};
pub use vm::{Alias, Nic, Vm};
pub use world::Snapshot;

use crate::vocabulary::{Region, ResourceName, VmRef, path_of};

/// The cloud as it was seen. A part that was not read is as if it were empty: nothing may depend on it then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cloud {
    /// The VPC; `None` if there is none.
    pub network: Option<Network>,
    /// The subnets of the VPC: those in the shoot's region and, before a migration is recorded, those in all others.
    pub subnets: Vec<Subnet>,
    /// The shoot's Cloud Router; `None` if there is none.
    pub router: Option<Router>,
    /// The firewall rules of the VPC.
    pub firewalls: Vec<Firewall>,
    /// The reserved addresses of the region; `None`: the shoot names none, or, past the point of no return, they cannot be read.
    pub addresses: Option<Vec<Address>>,
    /// The service account of the shoot; read only where it is wanted, or is to be deleted.
    pub service_account: Option<ServiceAccount>,
    /// The reason why the service account, which is to be deleted, could not be read; it may exist.
    pub service_account_unread: Option<Unread>,
    /// The leftovers of the cluster's load balancers; read only where the VPC is to be deleted.
    pub leftovers: Vec<Leftover>,
    /// The kinds of leftovers that could not be listed.
    pub unlisted: Vec<LeftoverKind>,
    /// The rules of internal passthrough load balancers in the VPC.
    pub passthrough_rules: PassthroughRules,
    /// The routes of the VPC, including those that Google makes for subnets.
    pub routes: Vec<Route>,
    /// VMs with their first interface in the VPC: before a migration is recorded all, in a deletion those in the shoot's region, else
    /// those called as the shoot's, and those that the journal or a route names. Read only where something depends on them.
    pub vms: BTreeMap<VmRef, Vm>,
    /// VMs that a journal entry or a route names and that a GET of their own answered with 404.
    pub gone: BTreeSet<VmRef>,
    /// What may be in the way of a migration, beside all this. Read only before one begins, and before its point of no return.
    pub preflight: Preflight,
    /// Objects of the project on which an operation is under way, begun by anyone: the path below the project, and the type of the
    /// operation. Read only where something is to be changed.
    pub in_flight: BTreeMap<String, String>,
    /// Operations under way that may still make a route of the shoot. Read before the routes were, while a migration is under way.
    pub route_inserts_in_flight: usize,
}

impl Cloud {
    /// The external address called `name`, if it was seen.
    pub fn external_address(&self, name: &str) -> Option<&Address> {
        self.addresses.iter().flatten().find(|address| address.external && address.name == name)
    }

    /// The subnet called `name` in `region`.
    pub fn subnet(&self, region: &Region, name: &ResourceName) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.region == *region && subnet.name == *name)
    }

    /// The subnet called `name` in `region`, for changes.
    pub fn subnet_mut(&mut self, region: &Region, name: &ResourceName) -> Option<&mut Subnet> {
        self.subnets.iter_mut().find(|subnet| subnet.region == *region && subnet.name == *name)
    }

    /// The VM at `vm`, if it was seen.
    pub fn vm(&self, vm: &VmRef) -> Option<&Vm> {
        self.vms.get(vm)
    }

    /// Adds `vm`, or puts it in the place of an older reading.
    pub fn see(&mut self, vm: Vm) {
        self.vms.insert(vm.id.clone(), vm);
    }

    /// Whether `url` is the URL of the VPC, with whatever host.
    pub fn is_network(&self, url: &str) -> bool {
        self.network.as_ref().is_some_and(|network| path_of(&network.url) == path_of(url))
    }

    /// The cloud without the VPC: all that is left to see is outside of it.
    #[must_use]
    pub fn without_network(self) -> Self {
        let Self { addresses, service_account, service_account_unread, .. } = self;
        Self { addresses, service_account, service_account_unread, ..Self::default() }
    }
}

/// A part of the cloud that is read as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The reserved addresses of the region.
    Addresses,
    /// The VPC.
    Network,
    /// The subnets of the VPC in the shoot's region.
    Subnets,
    /// The shoot's Cloud Router.
    Router,
    /// The firewall rules of the VPC.
    Firewalls,
    /// Operations that are under way.
    Operations,
    /// Routes and VMs, and whatever elsewhere may be in the way of their migration.
    Traffic,
    /// What may be in the way of a migration, beside all this.
    Preflight,
    /// Leftovers of load balancers.
    Leftovers,
    /// The shoot's service account.
    ServiceAccount,
}

/// A set of parts.
pub type Parts = BTreeSet<Part>;

impl Part {
    /// The parts that show resources, as opposed to operations under way.
    pub const STANDING: [Self; 8] = [
        Self::Addresses,
        Self::Network,
        Self::Subnets,
        Self::Router,
        Self::Firewalls,
        Self::Traffic,
        Self::Leftovers,
        Self::ServiceAccount,
    ];
}
