//! The programmed state: changes go in one by one as they take effect, the facts of the moment come out.
//!
//! Changes may take effect in another order than the API made them. Each thing therefore remembers its
//! generation, so that a late removal spares what was added after it and a late addition does not bring back
//! what was removed or replaced meanwhile.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::change::{Change, Generation, NetworkRef, PolicyFact, RouteFact, SubnetRef, VmRef, What};
use super::lookup::{Alias, Facts, Range, Vm};
use super::settings::StoppedVm;

/// The programmed state at some instant, as seen from one host. It starts empty.
#[derive(Default)]
pub(super) struct Programmed<'a> {
    routes: BTreeMap<(&'a NetworkRef, &'a str), Slot<&'a RouteFact>>,
    policies: BTreeMap<(&'a NetworkRef, &'a str), Slot<&'a PolicyFact>>,
    ranges: BTreeMap<(&'a SubnetRef, &'a str), Slot<(&'a NetworkRef, Ipv4Net)>>,
    flags: BTreeMap<&'a SubnetRef, Slot<()>>,
    aliases: BTreeMap<(&'a VmRef, Ipv4Net), Slot<(&'a SubnetRef, &'a str)>>,
    vms: BTreeMap<&'a VmRef, Slot<Vm<'a>>>,
}

impl<'a> Programmed<'a> {
    /// Lets a change take effect. Changes of one instant may come in any order.
    pub(super) fn apply(&mut self, change: &'a Change) {
        let generation = change.generation();
        match &change.what {
            What::RouteAdded(route) => {
                self.routes.entry((&route.network, &route.name)).or_default().add(generation, route);
            }
            What::RouteRemoved { network, name } => {
                self.routes.entry((network, name)).or_default().remove(generation);
            }
            What::PolicyRouteAdded(route) => {
                self.policies.entry((&route.network, &route.name)).or_default().add(generation, route);
            }
            What::PolicyRouteRemoved { network, name } => {
                self.policies.entry((network, name)).or_default().remove(generation);
            }
            What::RangeAdded { subnet, network, range_name, cidr } => {
                self.ranges.entry((subnet, range_name)).or_default().add(generation, (network, *cidr));
            }
            What::RangeRemoved { subnet, range_name } => {
                self.ranges.entry((subnet, range_name)).or_default().remove(generation);
            }
            What::OverlapFlag { subnet, on: true } => {
                self.flags.entry(subnet).or_default().add(generation, ())
            }
            What::OverlapFlag { subnet, on: false } => {
                self.flags.entry(subnet).or_default().remove(generation)
            }
            What::AliasAdded { vm, subnet, range_name, cidr } => {
                self.aliases.entry((vm, *cidr)).or_default().add(generation, (subnet, range_name));
            }
            What::AliasRemoved { vm, cidr } => {
                self.aliases.entry((vm, *cidr)).or_default().remove(generation)
            }
            What::VmAdded { vm, network, guest_ip_aliases, can_ip_forward, running } => {
                let settings = Vm {
                    network,
                    guest_ip_aliases: *guest_ip_aliases,
                    can_ip_forward: *can_ip_forward,
                    running: *running,
                };
                self.vms.entry(vm).or_default().add(generation, settings);
            }
            What::VmRemoved { vm } => self.vms.entry(vm).or_default().remove(generation),
        }
    }

    /// The facts of the moment for the look-up of traffic to `vm`.
    pub(super) fn facts(&self, vm: &'a VmRef, stopped: StoppedVm) -> Facts<'a> {
        Facts {
            host: self.vms.get(vm).and_then(Slot::get).copied(),
            routes: self.routes.values().filter_map(Slot::get).copied().collect(),
            policies: self.policies.values().filter_map(Slot::get).copied().collect(),
            ranges: self.ranges.iter().filter_map(|(key, slot)| self.range(key, slot)).collect(),
            aliases: self.aliases.iter().filter_map(|(key, slot)| self.alias(key, slot, stopped)).collect(),
        }
    }

    fn range(
        &self,
        key: &(&'a SubnetRef, &'a str),
        slot: &Slot<(&'a NetworkRef, Ipv4Net)>,
    ) -> Option<Range<'a>> {
        let (subnet, name) = *key;
        let (network, cidr) = *slot.get()?;
        let overlap = self.flags.get(subnet).is_some_and(|flag| flag.get().is_some());
        Some(Range { subnet, network, name, cidr, overlap })
    }

    fn alias(
        &self,
        key: &(&'a VmRef, Ipv4Net),
        slot: &Slot<(&'a SubnetRef, &'a str)>,
        stopped: StoppedVm,
    ) -> Option<Alias<'a>> {
        let (vm, cidr) = *key;
        let (added, (subnet, range_name)) = slot.live?;
        let owner = self.vms.get(vm);
        let died_with_vm = owner.is_some_and(|vm| vm.removed > Some(added));
        let lies_still = owner.and_then(Slot::get).is_some_and(|vm| !vm.running);
        let unmatched = lies_still && stopped == StoppedVm::Unmatched;
        (!died_with_vm && !unmatched).then_some(Alias { vm, subnet, range_name, cidr })
    }
}

/// The newest generation of one thing that is programmed, and the newest removal that is.
struct Slot<T> {
    live: Option<(Generation, T)>,
    removed: Option<Generation>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { live: None, removed: None }
    }
}

impl<T> Slot<T> {
    fn get(&self) -> Option<&T> {
        self.live.as_ref().map(|(_, value)| value)
    }

    fn add(&mut self, generation: Generation, value: T) {
        let newest = self.live.as_ref().map(|(live, _)| *live);
        if self.removed <= Some(generation) && newest <= Some(generation) {
            self.live = Some((generation, value));
        }
    }

    fn remove(&mut self, generation: Generation) {
        self.removed = self.removed.max(Some(generation));
        self.live.take_if(|(live, _)| *live < generation);
    }
}
