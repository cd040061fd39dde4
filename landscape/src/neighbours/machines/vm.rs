//! The VM of a machine, as the machine controller makes it.

use serde_json::{Value, json};

use super::Machine;
use crate::json::set;
use crate::neighbours::Shoot;

const IMAGE: &str =
    "projects/sap-se-gcp-gardenlinux/global/images/gardenlinux-gcp-gardener-prod-amd64-1877-4";

/// The families of a machine's network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Families {
    /// IPv4 alone; pods are reached over a route.
    #[default]
    Ipv4,
    /// Both, and an alias from the pod range.
    DualStack,
}

/// The VM of `machine`, whose NIC is in the nodes subnet.
pub(super) fn instance(shoot: &Shoot, machine: &Machine, families: Families) -> Value {
    let mut vm = json!({
        "name": machine.name,
        "machineType": format!("zones/{}/machineTypes/n2-standard-4", machine.zone),
        "canIpForward": true,
        "tags": {"items": [shoot.name, format!("kubernetes-io-cluster-{}", shoot.name)]},
        "labels": {"worker_gardener_cloud_pool": machine.pool},
        "disks": [{
            "boot": true, "autoDelete": true,
            "initializeParams": {"diskSizeGb": "50", "sourceImage": IMAGE},
        }],
        "metadata": {"items": [
            {"key": "fake-guest-ip-aliases", "value": machine.guest.takes_aliases().to_string()},
        ]},
        "networkInterfaces": [{
            "network": shoot.network_url(),
            "subnetwork": shoot.subnet_url(&shoot.nodes_subnet()),
        }],
    });
    if families == Families::DualStack {
        let nic = "/networkInterfaces/0";
        if let Some(nic) = vm.pointer_mut(nic) {
            set(nic, "/stackType", "IPV4_IPV6");
            set(nic, "/ipv6AccessConfigs", json!([{"type": "DIRECT_IPV6", "networkTier": "PREMIUM"}]));
            let alias = json!({"ipCidrRange": "/24", "subnetworkRangeName": "ipv4-pod-cidr"});
            set(nic, "/aliasIpRanges", json!([alias]));
        }
    }
    vm
}
