//! What the network of a shoot shall be, as plain data.

use ipnet::Ipv4Net;

use crate::vocabulary::{ClusterName, FlowLogs, ProjectId, Purpose, Region, ResourceName, subnet_name};

/// What the network of one shoot shall be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// Whether it shall be there at all.
    pub goal: Goal,
    /// The Cluster's name, from which every name in the cloud derives; also the network tag of the shoot's VMs.
    pub cluster: ClusterName,
    /// The namespace of the shoot's control plane, if Gardener has given it one.
    pub control_plane_namespace: Option<String>,
    /// The GCP project.
    pub project: ProjectId,
    /// The GCP region.
    pub region: Region,
    /// The VPC.
    pub network: NetworkTarget,
    /// The Cloud Router.
    pub router: RouterTarget,
    /// The Cloud NAT on it.
    pub nat: NatTarget,
    /// The subnets, in the order nodes, internal, services.
    pub subnets: Vec<SubnetTarget>,
    /// What `networks.worker` says beside another `networks.workers`: no subnet has it, and it may reach every VM all the same.
    pub old_worker: Option<Ipv4Net>,
    /// Whether the shoot has a service account of its own for its VMs.
    pub service_account: bool,
    /// The range of the pods, if the shoot has one.
    pub pods: Option<Ipv4Net>,
    /// Whether dual-stack is in effect.
    pub dual_stack: bool,
    /// The families to report: those of the spec, or those last reported where there were more than one.
    pub families: Vec<String>,
    /// The ranges to report, as the Shoot spells them.
    pub networking: NetworkingTarget,
    /// What the owner says of the published limits of hybrid subnets.
    pub hybrid_limits: HybridLimits,
}

/// Whether a network shall be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Goal {
    /// It shall be as the target says.
    Present,
    /// Nothing of it shall be left; what is the user's stays.
    Absent,
}

/// The VPC of a shoot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NetworkTarget {
    /// Its name.
    pub name: ResourceName,
    /// Who made it.
    pub ownership: Ownership,
    /// MTU in bytes for an own VPC; `None` leaves it to Google.
    pub mtu: Option<i32>,
}

/// Who made an object, and so who may change or delete it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ownership {
    /// Made by us for this shoot.
    Own,
    /// Made by the user; read only.
    User,
}

/// One subnet of a shoot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubnetTarget {
    /// What it is for.
    pub purpose: Purpose,
    /// Its name.
    pub name: ResourceName,
    /// Its primary range.
    pub range: Ipv4Net,
    /// Whether it shall have an external IPv6 range.
    pub dual_stack: bool,
    /// The secondary range for pods that it shall have; the nodes subnet of a dual-stack shoot only.
    pub pod_range: Option<Ipv4Net>,
    /// Its flow logs; the nodes subnet only.
    pub flow_logs: Option<FlowLogs>,
}

/// The ranges of the Shoot's spec, repeated in the status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NetworkingTarget {
    /// `networking.nodes`.
    pub nodes: Option<String>,
    /// `networking.pods`.
    pub pods: Option<String>,
    /// `networking.services`.
    pub services: Option<String>,
}

/// What shall happen beyond the published limits of hybrid subnets (130 VMs and so on, per VPC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HybridLimits {
    /// Refuse to migrate.
    Refuse,
    /// Migrate; hitless is not promised then.
    Allow,
}

/// The Cloud Router of a shoot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RouterTarget {
    /// Its name.
    pub name: ResourceName,
    /// Who made it. Of a user's only our own NAT is ours.
    pub ownership: Ownership,
}

/// The Cloud NAT of a shoot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NatTarget {
    /// Its name, unique on its router.
    pub name: ResourceName,
    /// Names of the regional external addresses to use, in order; empty: Google chooses.
    pub addresses: Vec<ResourceName>,
    /// The IPv4 addresses that it has, as reported last, and that are reported again; `None`: those of `addresses`.
    pub reported: Option<Vec<String>>,
    /// Fewest ports per VM.
    pub min_ports_per_vm: i32,
    /// Most ports per VM.
    pub max_ports_per_vm: i32,
    /// Whether ports are given out on demand.
    pub dynamic_ports: bool,
    /// Whether a mapping is independent of the endpoint.
    pub endpoint_independent_mapping: bool,
    /// Idle timeouts.
    pub timeouts: NatTimeouts,
}

impl NatTarget {
    /// The names of the addresses, each once: an address serves a NAT once, however often it is named.
    pub fn distinct(&self) -> Vec<&ResourceName> {
        let mut names: Vec<&ResourceName> = Vec::new();
        for name in &self.addresses {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// Idle timeouts of a NAT, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NatTimeouts {
    /// ICMP.
    pub icmp: i32,
    /// UDP.
    pub udp: i32,
    /// TCP, while a connection is set up or torn down.
    pub tcp_transitory: i32,
    /// TCP, once a connection stands.
    pub tcp_established: i32,
    /// TCP, after a connection was closed.
    pub tcp_time_wait: i32,
}

impl Target {
    /// The subnet for `purpose`, if the shoot shall have it.
    pub fn subnet(&self, purpose: Purpose) -> Option<&SubnetTarget> {
        self.subnets.iter().find(|subnet| subnet.purpose == purpose)
    }

    /// The name of the nodes subnet.
    pub fn nodes_subnet(&self) -> ResourceName {
        subnet_name(&self.cluster, Purpose::Nodes)
    }

    /// The e-mail address of the shoot's service account, by which it is known.
    pub fn service_account_email(&self) -> String {
        format!("{}@{}.iam.gserviceaccount.com", self.cluster, self.project)
    }

    /// The path of the subnet for `purpose`, `projects/P/regions/R/subnetworks/S`.
    pub fn subnet_path(&self, purpose: Purpose) -> String {
        let name = subnet_name(&self.cluster, purpose);
        format!("projects/{}/regions/{}/subnetworks/{name}", self.project, self.region)
    }

    /// The VPC's URL below the API's version, `projects/P/global/networks/N`.
    pub fn network_path(&self) -> String {
        format!("projects/{}/global/networks/{}", self.project, self.network.name)
    }
}
