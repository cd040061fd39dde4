//! The machine controller's part, and the kubelets': VMs in two worker pools over all zones, each with its Node.
//!
//! Pod CIDRs, which the cloud-controller-manager's allocator hands out in life, are given here, in order, unless the real one
//! is there ([`Registration`]).

mod health;
mod node;
mod vm;

use std::time::Duration;

use futures::{StreamExt, TryStreamExt};

pub use health::Health;
pub use node::Registration;
pub use vm::Families;

use crate::cloud::Cloud;
use crate::json::text;
use crate::neighbours::kubelets::{Workload, pods};
use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::{Error, Guest, Guests, Result, World, node_agent};

const AGENT: &str = "landscape-machines";
/// VMs that are made at the same time.
const CONCURRENCY: usize = 50;
/// Longest time until a Node has its pod range, on the wall clock: the allocator may wait for the end of a Lease, and then for itself.
const ALLOCATION: Duration = Duration::from_secs(120);
/// Pause between two looks at a Node that is to get its pod range.
const LOOK: Duration = Duration::from_secs(1);

/// A worker machine: VM and Node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Machine {
    /// Name of VM and Node.
    pub name: String,
    /// Zone of the VM.
    pub zone: String,
    /// Name of the worker pool.
    pub pool: String,
    /// Pod CIDR of the Node; empty as long as it is not known.
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
    registration: Registration,
    families: Families,
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
            registration: Registration::default(),
            families: Families::default(),
        }
    }

    /// The machine controller with other guests and pods than the usual ones.
    #[must_use]
    pub fn with(self, guests: Guests, workload: Workload) -> Self {
        Self { guests, workload, ..self }
    }

    /// The machine controller among kubelets that register their Nodes otherwise than as a whole.
    #[must_use]
    pub fn registering(self, registration: Registration) -> Self {
        Self { registration, ..self }
    }

    /// The machine controller whose new machines have these families.
    #[must_use]
    pub fn of(self, families: Families) -> Self {
        Self { families, ..self }
    }

    /// Creates the machines with the numbers in `indices`; a number decides name, zone, pool, pod CIDR and guest.
    pub async fn create(&self, indices: std::ops::Range<u32>) -> Result<Vec<Machine>> {
        node_agent::deploy(&self.world.shoot_api, &self.world.shoot).await?;
        let machines: Vec<Machine> = indices.map(|index| self.machine(index)).collect::<Result<_>>()?;
        let (pods, of) = (&self.workload, machines.len());
        let mut joined: Vec<(usize, Machine)> = futures::stream::iter(machines.into_iter().enumerate())
            .map(|(number, machine)| async move {
                let machine = self.join(&machine).await?;
                pods.place(&self.world, &machine.node(), number, of).await?;
                Ok::<_, Error>((number, machine))
            })
            .buffer_unordered(CONCURRENCY)
            .try_collect()
            .await?;
        joined.sort_by_key(|(number, _)| *number);
        Ok(joined.into_iter().map(|(_, machine)| machine).collect())
    }

    /// Creates VM and Node of a machine; a machine that was removed comes back under the same name and pod CIDR.
    /// Returns it with its pod CIDR.
    pub async fn join(&self, machine: &Machine) -> Result<Machine> {
        self.boot(machine).await?;
        self.allocated(machine).await
    }

    /// Creates VM and Node of a machine, whether it gets a pod CIDR or not.
    pub async fn boot(&self, machine: &Machine) -> Result<()> {
        let vm = vm::instance(&self.world.shoot, machine, self.families);
        self.cloud.insert(&format!("zones/{}/instances", machine.zone), vm).await?;
        self.appear(machine).await
    }

    /// Creates the Node and the pods of a machine whose VM is there.
    pub async fn register(&self, machine: &Machine) -> Result<()> {
        node_agent::deploy(&self.world.shoot_api, &self.world.shoot).await?;
        self.appear(machine).await?;
        let machine = self.allocated(machine).await?;
        self.workload.place(&self.world, &machine.node(), 0, 1).await
    }

    async fn appear(&self, machine: &Machine) -> Result<()> {
        let vm = self.cloud.get(&format!("zones/{}/instances/{}", machine.zone, machine.name)).await?;
        let address = vm.as_ref().map_or("", |vm| text(vm, "/networkInterfaces/0/networkIP"));
        self.nodes.ensure(self.registration.node(&self.world.shoot, machine)).await?;
        let status = self.registration.status(machine, address, &self.world.time);
        self.nodes.merge_status(&machine.name, &status).await
    }

    /// The machine with its pod CIDR, which is waited for if somebody else gives it.
    async fn allocated(&self, machine: &Machine) -> Result<Machine> {
        if self.registration == Registration::Complete {
            return Ok(machine.clone());
        }
        let time = &self.world.time;
        let (begun, longest) = (time.elapsed(), time.patience(Duration::ZERO, ALLOCATION));
        while time.elapsed().saturating_sub(begun) < longest {
            let node = self.nodes.get(&machine.name).await?;
            let pod_cidr = text(&node, "/spec/podCIDR").to_owned();
            if !pod_cidr.is_empty() {
                return Ok(Machine { pod_cidr, ..machine.clone() });
            }
            time.sleep(LOOK).await;
        }
        Err(Error::NoPodRange { node: machine.name.clone(), seconds: ALLOCATION.as_secs() })
    }

    /// Evicts the pods of a machine, as before it is removed on purpose.
    pub async fn drain(&self, machine: &Machine) -> Result<()> {
        pods::evict(&self.world, &machine.name).await
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
