//! The machine controller's part, and the kubelets': VMs in two worker pools over all zones, each with its Node.
//!
//! Pod CIDRs, which the cloud-controller-manager's allocator hands out in life, are given here, in order.

mod health;

use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};

pub use health::Health;

use crate::cloud::Cloud;
use crate::json::{merge_patch, set, text};
use crate::neighbours::kubelets::{KUBELET_PORT, TAKES_ALIASES, Workload, pods};
use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::{Guest, Guests, Result, World, node_agent};

const AGENT: &str = "landscape-machines";
/// VMs that are made at the same time.
const CONCURRENCY: usize = 50;

/// A worker machine: VM and Node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Machine {
    /// Name of VM and Node.
    pub name: String,
    /// Zone of the VM.
    pub zone: String,
    /// Name of the worker pool.
    pub pool: String,
    /// Pod CIDR of the Node.
    pub pod_cidr: String,
    /// Guest of the VM.
    pub guest: Guest,
}

impl Machine {
    fn node(&self) -> pods::Node<'_> {
        pods::Node { name: &self.name, pool: &self.pool, range: &self.pod_cidr }
    }
}

/// The machine controller of one shoot.
#[derive(Clone)]
pub struct Machines {
    world: World,
    cloud: Cloud,
    nodes: Objects,
    random_seed: u64,
    guests: Guests,
    workload: Workload,
}

impl Machines {
    /// A machine controller whose machine names follow from `random_seed`.
    pub fn new(world: &World, random_seed: u64) -> Self {
        Self {
            cloud: world.cloud.as_agent(AGENT),
            nodes: Objects::cluster_wide(&world.shoot_api, Kind::Node),
            world: world.clone(),
            random_seed,
            guests: Guests::default(),
            workload: Workload::default(),
        }
    }

    /// The machine controller with other guests and pods than the usual ones.
    #[must_use]
    pub fn with(self, guests: Guests, workload: Workload) -> Self {
        Self { guests, workload, ..self }
    }

    /// Creates the machines with the numbers in `indices`; a number decides name, zone, pool, pod CIDR and guest.
    pub async fn create(&self, indices: std::ops::Range<u32>) -> Result<Vec<Machine>> {
        node_agent::deploy(&self.world.shoot_api, &self.world.shoot).await?;
        let machines: Vec<Machine> = indices.map(|index| self.machine(index)).collect::<Result<_>>()?;
        let (pods, of) = (&self.workload, machines.len());
        futures::stream::iter(machines.clone().into_iter().enumerate())
            .map(|(number, machine)| async move {
                self.join(&machine).await?;
                pods.place(&self.world, &machine.node(), number, of).await
            })
            .buffer_unordered(CONCURRENCY)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(machines)
    }

    /// Creates VM and Node of a machine; a machine that was removed comes back under the same name and pod CIDR.
    pub async fn join(&self, machine: &Machine) -> Result<()> {
        self.cloud.insert(&format!("zones/{}/instances", machine.zone), self.instance(machine)).await?;
        self.appear(machine).await
    }

    /// Creates the Node and the pods of a machine whose VM is there.
    pub async fn register(&self, machine: &Machine) -> Result<()> {
        node_agent::deploy(&self.world.shoot_api, &self.world.shoot).await?;
        self.appear(machine).await?;
        self.workload.place(&self.world, &machine.node(), 0, 1).await
    }

    async fn appear(&self, machine: &Machine) -> Result<()> {
        let vm = self.cloud.get(&format!("zones/{}/instances/{}", machine.zone, machine.name)).await?;
        let address = vm.as_ref().map_or("", |vm| text(vm, "/networkInterfaces/0/networkIP"));
        self.nodes.ensure(self.node(machine)).await?;
        self.nodes.merge_status(&machine.name, &self.status(machine, address)).await
    }

    /// Removes the VM, then the Node and its pods.
    pub async fn remove(&self, machine: &Machine) -> Result<()> {
        self.cloud.delete(&format!("zones/{}/instances/{}", machine.zone, machine.name)).await?;
        self.nodes.delete(&machine.name).await?;
        pods::evict(&self.world, &machine.name).await
    }

    /// The machine of a number; makes nothing.
    pub fn machine(&self, index: u32) -> Result<Machine> {
        let shoot = &self.world.shoot;
        let number = index as usize;
        let (zone_number, zone) = shoot
            .zones
            .iter()
            .enumerate()
            .cycle()
            .nth(number)
            .map_or((0, ""), |(at, zone)| (at, zone.as_str()));
        let pool = shoot.pools.iter().cycle().nth(number).map_or("", String::as_str);
        let suffix = letters(self.random_seed, index);
        Ok(Machine {
            name: format!("{}-{pool}-z{}-{suffix}", shoot.name, zone_number + 1),
            zone: zone.to_owned(),
            pool: pool.to_owned(),
            pod_cidr: shoot.pod_cidr(index)?,
            guest: self.guests.of(index),
        })
    }

    fn instance(&self, machine: &Machine) -> Value {
        let shoot = &self.world.shoot;
        let image =
            "projects/sap-se-gcp-gardenlinux/global/images/gardenlinux-gcp-gardener-prod-amd64-1877-4";
        json!({
            "name": machine.name,
            "machineType": format!("zones/{}/machineTypes/n2-standard-4", machine.zone),
            "canIpForward": true,
            "tags": {"items": [shoot.name, format!("kubernetes-io-cluster-{}", shoot.name)]},
            "labels": {"worker_gardener_cloud_pool": machine.pool},
            "disks": [{
                "boot": true, "autoDelete": true,
                "initializeParams": {"diskSizeGb": "50", "sourceImage": image},
            }],
            "metadata": {"items": [
                {"key": "fake-guest-ip-aliases", "value": machine.guest.takes_aliases().to_string()},
            ]},
            "networkInterfaces": [{
                "network": shoot.network_url(),
                "subnetwork": shoot.subnet_url(&shoot.nodes_subnet()),
            }],
        })
    }

    fn node(&self, machine: &Machine) -> Value {
        let (label, annotation) = node_agent::marks(&machine.pool, machine.guest);
        let mut node = json!({
            "apiVersion": "v1", "kind": "Node",
            "metadata": {
                "name": machine.name,
                "labels": {
                    "kubernetes.io/hostname": machine.name,
                    "topology.kubernetes.io/region": self.world.shoot.region,
                    "topology.kubernetes.io/zone": machine.zone,
                    "worker.gardener.cloud/pool": machine.pool,
                },
            },
            "spec": {
                "providerID": format!("gce://{}/{}/{}", self.world.shoot.project, machine.zone, machine.name),
                "podCIDR": machine.pod_cidr,
                "podCIDRs": [machine.pod_cidr],
            },
        });
        merge_patch(&mut node, &json!({"metadata": {"labels": label, "annotations": annotation}}));
        if machine.guest.takes_aliases() {
            set(&mut node, &format!("/metadata/labels/{}", crate::json::escape(TAKES_ALIASES)), "true");
        }
        node
    }

    /// Status of a Node whose kubelet runs at `address` and that has no route yet.
    fn status(&self, machine: &Machine, address: &str) -> Value {
        let now = self.world.time.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let condition = |kind: &str, reason: &str| {
            json!({
                "type": kind, "status": "True", "reason": reason,
                "lastHeartbeatTime": now, "lastTransitionTime": now,
            })
        };
        let conditions =
            [condition("Ready", "KubeletReady"), condition("NetworkUnavailable", "NoRouteCreated")];
        let info = json!({"osImage": machine.guest.image()});
        let addresses = [json!({"type": "InternalIP", "address": address})];
        let endpoints = json!({"kubeletEndpoint": {"Port": KUBELET_PORT}});
        json!({"status": {
            "conditions": conditions, "nodeInfo": info, "addresses": addresses, "daemonEndpoints": endpoints,
        }})
    }
}

/// The suffix of a machine's name: two groups of five letters and digits, from `random_seed` (splitmix64).
fn letters(random_seed: u64, index: u32) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut mixed = random_seed.wrapping_add(u64::from(index) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    let mut text = String::with_capacity(11);
    for position in 0..10 {
        if position == 5 {
            text.push('-');
        }
        let letter = ALPHABET.get((mixed >> (5 * position)) as usize % ALPHABET.len());
        text.push(letter.map_or('a', |letter| char::from(*letter)));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_differ_and_follow_from_the_seed() {
        let names: BTreeSet<_> = (0..1000).map(|index| letters(7, index)).collect();
        assert_eq!(names.len(), 1000);
        assert_eq!(letters(7, 3), letters(7, 3));
        assert_ne!(letters(7, 3), letters(8, 3));
        assert_eq!(letters(7, 3).len(), 11);
    }
}
