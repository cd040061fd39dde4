//! The desired egress of a shoot: its Cloud Router and its NAT.

use super::target::{NatTarget, NatTimeouts, Ownership, RouterTarget};
use crate::documents::config::{CloudNat, InfrastructureConfig};

/// The configured router; without one the shoot gets its own.
pub(super) fn router(cluster: &str, config: &InfrastructureConfig) -> RouterTarget {
    let users = config.networks.vpc.as_ref().filter(|vpc| !vpc.name.is_empty());
    let users = users.and_then(|vpc| vpc.cloud_router.as_ref()).filter(|router| !router.name.is_empty());
    match users {
        Some(router) => RouterTarget { name: router.name.clone().into(), ownership: Ownership::User },
        None => RouterTarget { name: own_router(cluster).into(), ownership: Ownership::Own },
    }
}

/// The name of the shoot's own router.
pub(super) fn own_router(cluster: &str) -> String {
    format!("{cluster}-cloud-router")
}

/// The configured NAT, with defaults for fields that are left out.
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
        name: format!("{cluster}-cloud-nat").into(),
        addresses: nat_ip_names.unwrap_or_default().into_iter().map(|address| address.name.into()).collect(),
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
