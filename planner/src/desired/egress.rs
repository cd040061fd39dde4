//! How traffic leaves: the Cloud Router and its NAT.

use super::Ownership;
use crate::documents::config::{CloudNat, InfrastructureConfig};

/// The Cloud Router of a shoot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RouterTarget {
    /// Its name.
    pub name: String,
    /// Who made it. Of a user's only our own NAT is ours.
    pub ownership: Ownership,
}

/// The Cloud NAT of a shoot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NatTarget {
    /// Its name, unique on its router.
    pub name: String,
    /// Names of the regional external addresses to use, in order; empty: Google chooses.
    pub addresses: Vec<String>,
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
    pub fn distinct(&self) -> Vec<&String> {
        let mut names: Vec<&String> = Vec::new();
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

/// The router that `config` asks for.
pub(super) fn router(cluster: &str, config: &InfrastructureConfig) -> RouterTarget {
    let users = config.networks.vpc.as_ref().filter(|vpc| !vpc.name.is_empty());
    let users = users.and_then(|vpc| vpc.cloud_router.as_ref()).filter(|router| !router.name.is_empty());
    match users {
        Some(router) => RouterTarget { name: router.name.clone(), ownership: Ownership::User },
        None => RouterTarget { name: own_router(cluster), ownership: Ownership::Own },
    }
}

/// The name of a router that is the shoot's own.
pub(super) fn own_router(cluster: &str) -> String {
    format!("{cluster}-cloud-router")
}

/// The NAT that `config` asks for, with the values of what it leaves open.
pub(super) fn nat(cluster: &str, config: &InfrastructureConfig, reported: Option<Vec<String>>) -> NatTarget {
    let nat = config.networks.cloud_nat.clone().unwrap_or_default();
    let CloudNat {
        endpoint_independent_mapping,
        min_ports_per_vm,
        max_ports_per_vm,
        enable_dynamic_port_allocation,
        nat_ip_names,
        icmp_idle_timeout_sec,
        tcp_established_idle_timeout_sec,
        tcp_time_wait_timeout_sec,
        tcp_transitory_idle_timeout_sec,
        udp_idle_timeout_sec,
    } = nat;
    NatTarget {
        name: format!("{cluster}-cloud-nat"),
        addresses: nat_ip_names.unwrap_or_default().into_iter().map(|address| address.name).collect(),
        reported,
        min_ports_per_vm: min_ports_per_vm.unwrap_or(2048),
        max_ports_per_vm: max_ports_per_vm.unwrap_or(65536),
        dynamic_ports: enable_dynamic_port_allocation.unwrap_or_default(),
        endpoint_independent_mapping: endpoint_independent_mapping.is_some_and(|mapping| mapping.enabled),
        timeouts: NatTimeouts {
            icmp: icmp_idle_timeout_sec.unwrap_or(30),
            udp: udp_idle_timeout_sec.unwrap_or(30),
            tcp_transitory: tcp_transitory_idle_timeout_sec.unwrap_or(30),
            tcp_established: tcp_established_idle_timeout_sec.unwrap_or(1200),
            tcp_time_wait: tcp_time_wait_timeout_sec.unwrap_or(120),
        },
    }
}
