//! The target: the desired network of a shoot, as plain data.

use ipnet::Ipv4Net;

use super::Said;
use super::retries::Retries;
use crate::vocabulary::{ClusterName, FlowLogs, ProjectId, Purpose, Region, ResourceName, subnet_name};

/// The name of the family IPv4 in a Shoot.
const IPV4: &str = "IPv4";
/// The name of the family IPv6 in a Shoot.
const IPV6: &str = "IPv6";

/// The desired network of one shoot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// Whether the network shall exist.
    pub goal: Goal,
    /// The name of the Cluster, from which all names in the cloud derive; also the network tag of the shoot's VMs.
    pub cluster: ClusterName,
    /// The namespace of the shoot's control plane on the seed; `None` until Gardener has assigned one.
    pub control_plane_namespace: Option<String>,
    /// The project of Google Cloud that the credentials belong to.
    pub project: ProjectId,
    /// The region of the shoot, e.g. `europe-west1`.
    pub region: Region,
    /// The VPC, which may be the user's.
    pub network: NetworkTarget,
    /// The Cloud Router, which may be the user's.
    pub router: RouterTarget,
    /// The Cloud NAT on that router.
    pub nat: NatTarget,
    /// The subnets, in the order nodes, internal, services.
    pub subnets: Vec<SubnetTarget>,
    /// The range of the former field `networks.worker` if `networks.workers` overrides it. No subnet has it, but firewall rules
    /// let it reach the VMs, as before.
    pub old_worker: Option<Ipv4Net>,
    /// Whether the shoot has a service account of its own for its VMs.
    pub service_account: bool,
    /// The range of the pods; `None` for a shoot without one.
    pub pods: Option<Ipv4Net>,
    /// The range of the services; `None` for a shoot without one.
    pub services: Option<Ipv4Net>,
    /// Whether dual-stack is in effect.
    pub dual_stack: bool,
    /// Whether both families were ever reported. Dual-stack stays in effect then.
    pub reported: bool,
    /// Whether the Shoot is being deleted, whatever its Infrastructure is asked for.
    pub going: bool,
    /// The words of people about the migration.
    pub said: Said,
    /// The retries of the Shoot, for people who are told how long they go on.
    pub retries: Retries,
    /// The IP families to report: those of the spec, or those reported last if there were two.
    pub families: Vec<String>,
    /// The IPv4 ranges to report, spelled as in the Shoot.
    pub networking: NetworkingTarget,
    /// The owner's choice for a VPC beyond the published limits of hybrid subnets.
    pub hybrid_limits: HybridLimits,
}

/// Whether a network shall exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Goal {
    /// The network shall be as the target describes it.
    Present,
    /// Nothing of the network shall be left but what the user made.
    Absent,
}

/// The VPC of a shoot, or the user's that it is in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NetworkTarget {
    /// The name, which is the Cluster's for an own VPC.
    pub name: ResourceName,
    /// The creator of the VPC.
    pub ownership: Ownership,
    /// The MTU of an own VPC in bytes; `None` for Google's default.
    pub mtu: Option<i32>,
}

/// The creator of an object, who alone may change or delete it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ownership {
    /// Created by this controller for the shoot.
    Own,
    /// Created by the user; only read.
    User,
}

/// One subnet of a shoot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubnetTarget {
    /// The purpose, from which the name follows.
    pub purpose: Purpose,
    /// The name, e.g. `shoot--project--name-nodes`.
    pub name: ResourceName,
    /// The primary IPv4 range.
    pub range: Ipv4Net,
    /// Whether the subnet shall have an external IPv6 range.
    pub dual_stack: bool,
    /// The secondary range for pods; only the nodes subnet of a dual-stack shoot has one.
    pub pod_range: Option<Ipv4Net>,
    /// The flow logs; `None` if they shall be off. Only the nodes subnet can have them.
    pub flow_logs: Option<FlowLogs>,
}

/// The ranges of the Shoot's spec, which the status repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NetworkingTarget {
    /// `shoot.spec.networking.nodes`.
    pub nodes: Option<String>,
    /// `shoot.spec.networking.pods`.
    pub pods: Option<String>,
    /// `shoot.spec.networking.services`.
    pub services: Option<String>,
}

/// The behaviour beyond the published limits of hybrid subnets (per VPC 130 VMs and so on).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HybridLimits {
    /// The migration is refused.
    Refuse,
    /// The migration begins, without the promise that no node is cut off.
    Allow,
}

/// The Cloud Router of a shoot, or the user's that bears its NAT.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RouterTarget {
    /// The name, e.g. `shoot--project--name-cloud-router` for an own router.
    pub name: ResourceName,
    /// The creator of the router. On a user's router only the shoot's NAT may be changed.
    pub ownership: Ownership,
}

/// The Cloud NAT of a shoot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NatTarget {
    /// The name, unique on its router.
    pub name: ResourceName,
    /// The names of the regional external addresses to use, in order; empty if Google allocates them.
    pub addresses: Vec<ResourceName>,
    /// The IPv4 addresses to report again during a committed migration; `None` to report those of `addresses`.
    pub reported: Option<Vec<String>>,
    /// The minimum number of ports per VM; 0 for Google's default.
    pub min_ports_per_vm: i32,
    /// The maximum number of ports per VM with dynamic allocation; 0 for Google's default.
    pub max_ports_per_vm: i32,
    /// Whether ports are allocated dynamically.
    pub dynamic_ports: bool,
    /// Whether the same internal address and port keep their external ones for every destination.
    pub endpoint_independent_mapping: bool,
    /// Idle timeouts by protocol.
    pub timeouts: NatTimeouts,
}

impl NatTarget {
    /// The names of the addresses without duplicates, as an address serves a NAT once.
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
    /// The timeout of ICMP mappings.
    pub icmp: i32,
    /// The timeout of UDP mappings.
    pub udp: i32,
    /// The timeout of TCP connections that are being opened or closed.
    pub tcp_transitory: i32,
    /// The timeout of established TCP connections.
    pub tcp_established: i32,
    /// The timeout of closed TCP connections in state `TIME_WAIT`.
    pub tcp_time_wait: i32,
}

impl Target {
    /// The shoot with IPv4 only: what stays of it if dual-stack is taken back, and what stands until it is begun.
    #[must_use]
    pub fn with_ipv4(&self) -> Self {
        let subnets = self.subnets.iter().filter(|subnet| subnet.purpose != Purpose::Services);
        Self {
            dual_stack: false,
            families: vec![IPV4.to_owned()],
            subnets: subnets
                .map(|subnet| SubnetTarget { dual_stack: false, pod_range: None, ..subnet.clone() })
                .collect(),
            ..self.clone()
        }
    }

    /// The shoot with both families, whatever its spec says; `None` if it has no range for services.
    pub fn with_both(&self) -> Option<Self> {
        if self.dual_stack {
            return Some(self.clone());
        }
        let services = SubnetTarget {
            purpose: Purpose::Services,
            name: subnet_name(&self.cluster, Purpose::Services),
            range: self.services?,
            dual_stack: true,
            pod_range: None,
            flow_logs: None,
        };
        let subnets = self.subnets.iter().map(|subnet| SubnetTarget {
            dual_stack: true,
            pod_range: self.pods.filter(|_| subnet.purpose == Purpose::Nodes),
            ..subnet.clone()
        });
        Some(Self {
            dual_stack: true,
            families: vec![IPV4.to_owned(), IPV6.to_owned()],
            subnets: subnets.chain([services]).collect(),
            ..self.clone()
        })
    }

    /// The subnet for `purpose`; `None` if the shoot shall have none.
    pub fn subnet(&self, purpose: Purpose) -> Option<&SubnetTarget> {
        self.subnets.iter().find(|subnet| subnet.purpose == purpose)
    }

    /// The name of the nodes subnet, e.g. `shoot--project--name-nodes`.
    pub fn nodes_subnet(&self) -> ResourceName {
        subnet_name(&self.cluster, Purpose::Nodes)
    }

    /// The e-mail address of the shoot's service account, which identifies it in IAM.
    pub fn service_account_email(&self) -> String {
        format!("{}@{}.iam.gserviceaccount.com", self.cluster, self.project)
    }

    /// The path of the subnet for `purpose` below the API's version, `projects/P/regions/R/subnetworks/S`.
    pub fn subnet_path(&self, purpose: Purpose) -> String {
        let name = subnet_name(&self.cluster, purpose);
        format!("projects/{}/regions/{}/subnetworks/{name}", self.project, self.region)
    }

    /// The path of the VPC below the API's version, `projects/P/global/networks/N`.
    pub fn network_path(&self) -> String {
        format!("projects/{}/global/networks/{}", self.project, self.network.name)
    }
}
