//! The Node of a machine, as its kubelet registers it.

use serde_json::{Value, json};

use super::Machine;
use crate::json::{merge_patch, set};
use crate::neighbours::kubelets::{KUBELET_PORT, TAKES_ALIASES};
use crate::neighbours::{Shoot, node_agent};
use crate::time::Time;

/// What a Node says of itself when it is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Registration {
    /// All that a cloud-controller-manager would add too, its pod range among it: for a stand-in that only makes routes.
    #[default]
    Complete,
    /// What a kubelet with an external cloud provider knows, and the taint that it is not initialised.
    Uninitialised,
}

impl Registration {
    /// The Node of `machine`, without its status.
    pub(super) fn node(self, shoot: &Shoot, machine: &Machine) -> Value {
        let (label, annotation) = node_agent::marks(&machine.pool, machine.guest);
        let mut node = json!({
            "apiVersion": "v1", "kind": "Node",
            "metadata": {
                "name": machine.name,
                "labels": {
                    "kubernetes.io/hostname": machine.name,
                    "worker.gardener.cloud/pool": machine.pool,
                },
            },
        });
        merge_patch(&mut node, &json!({"metadata": {"labels": label, "annotations": annotation}}));
        if machine.guest.takes_aliases() {
            set(&mut node, &format!("/metadata/labels/{}", crate::json::escape(TAKES_ALIASES)), "true");
        }
        let addition = match self {
            Self::Complete => json!({
                "metadata": {"labels": {
                    "topology.kubernetes.io/region": shoot.region,
                    "topology.kubernetes.io/zone": machine.zone,
                }},
                "spec": {
                    "providerID": format!("gce://{}/{}/{}", shoot.project, machine.zone, machine.name),
                    "podCIDR": machine.pod_cidr,
                    "podCIDRs": [machine.pod_cidr],
                },
            }),
            Self::Uninitialised => json!({"spec": {"taints": [{
                "key": "node.cloudprovider.kubernetes.io/uninitialized",
                "value": "true", "effect": "NoSchedule",
            }]}}),
        };
        merge_patch(&mut node, &addition);
        node
    }

    /// The status of such a Node, whose kubelet runs at `address`. No route leads to it yet.
    pub(super) fn status(self, machine: &Machine, address: &str, time: &Time) -> Value {
        let now = time.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let condition = |kind: &str, reason: &str| {
            json!({
                "type": kind, "status": "True", "reason": reason,
                "lastHeartbeatTime": now, "lastTransitionTime": now,
            })
        };
        let mut conditions = vec![condition("Ready", "KubeletReady")];
        // The cloud-controller-manager says whether there is a route, and where the Node is.
        if self == Self::Complete {
            conditions.push(condition("NetworkUnavailable", "NoRouteCreated"));
        }
        let info = json!({"osImage": machine.guest.image()});
        let addresses = [json!({"type": "InternalIP", "address": address})];
        let endpoints = json!({"kubeletEndpoint": {"Port": KUBELET_PORT}});
        let mut status = json!({
            "conditions": conditions, "nodeInfo": info, "daemonEndpoints": endpoints,
        });
        if self == Self::Complete {
            set(&mut status, "/addresses", json!(addresses));
        }
        json!({ "status": status })
    }
}
