//! All instances of a project, with what finds them without going through all: ids, subnets, addresses, disks.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Bound;

use ipnet::{Ipv4Net, Ipv6Net};
use serde_json::Value;

use super::Instance;
use crate::cidr::Blocks;
use crate::model::scope::Scoped;
use crate::model::subnetworks::SubnetKey;

/// Instances by zone and name. They are changed in their place only by [`Self::change`], so that all that finds them follows.
#[derive(Debug, Clone, Default)]
pub struct Instances {
    all: BTreeMap<Scoped, Instance>,
    by_id: BTreeMap<u64, Scoped>,
    by_disk: Index<String>,
    by_external_address: Index<Ipv4Addr>,
    by_address: Index<(SubnetKey, Ipv4Addr)>,
    by_subnet: Index<SubnetKey>,
    by_ipv6_subnet: Index<SubnetKey>,
    by_range: Index<(SubnetKey, String)>,
    taken: BTreeMap<SubnetKey, Blocks>,
    taken_ipv6: BTreeMap<Ipv6Net, Blocks>,
}

/// The places of the instances that have something, by what they have.
type Index<K> = BTreeMap<K, BTreeSet<Scoped>>;

impl Instances {
    /// The instance of a zone and a name.
    pub fn get(&self, place: &Scoped) -> Option<&Instance> {
        self.all.get(place)
    }

    /// The instance of a zone and a name or numeric id.
    pub fn find(&self, zone: &str, name: &str) -> Option<&Instance> {
        let by_id = || self.all.get(self.by_id.get(&name.parse().ok()?)?);
        let by_name = self.all.get(&(zone.to_owned(), name.to_owned()));
        by_name.or_else(by_id).filter(|instance| instance.zone == zone)
    }

    /// All instances in order of zone and name.
    pub fn values(&self) -> impl Iterator<Item = &Instance> {
        self.all.values()
    }

    /// The instances behind a zone and a name in that order.
    pub fn after(&self, place: Scoped) -> impl Iterator<Item = &Instance> {
        self.all.range((Bound::Excluded(place), Bound::Unbounded)).map(|(_, instance)| instance)
    }

    /// Adds an instance, or puts it in place of the one of its zone and name.
    pub fn insert(&mut self, instance: Instance) {
        let place = (instance.zone.clone(), instance.name.clone());
        self.remove(&place);
        self.index(&instance, &place, true);
        self.all.insert(place, instance);
    }

    /// Takes an instance out.
    pub fn remove(&mut self, place: &Scoped) -> Option<Instance> {
        let instance = self.all.remove(place)?;
        self.index(&instance, place, false);
        Some(instance)
    }

    /// Changes an instance, and gives back what the change does; `None` if there is none of this zone and name.
    pub fn change<T>(&mut self, place: &Scoped, change: impl FnOnce(&mut Instance) -> T) -> Option<T> {
        let mut instance = self.remove(place)?;
        let done = change(&mut instance);
        self.insert(instance);
        Some(done)
    }

    /// The instances that a disk is attached to, by its link.
    pub fn with_disk(&self, link: &str) -> impl Iterator<Item = &Instance> {
        self.at(self.by_disk.get(link))
    }

    /// The instances with an external IPv4 address.
    pub fn with_external_address(&self, address: Ipv4Addr) -> impl Iterator<Item = &Instance> {
        self.at(self.by_external_address.get(&address))
    }

    /// The external IPv4 addresses of all instances.
    pub fn external_addresses(&self) -> impl Iterator<Item = Ipv4Addr> {
        self.by_external_address.keys().copied()
    }

    /// The instances with a primary address of a subnet.
    pub fn with_address(&self, subnet: &SubnetKey, address: Ipv4Addr) -> impl Iterator<Item = &Instance> {
        self.at(self.by_address.get(&(subnet.clone(), address)))
    }

    /// The first instance with an interface in a subnet.
    pub fn first_in(&self, subnet: &SubnetKey) -> Option<&Instance> {
        self.at(self.by_subnet.get(subnet)).next()
    }

    /// The first instance with an IPv6 address of a subnet.
    pub fn first_with_ipv6_in(&self, subnet: &SubnetKey) -> Option<&Instance> {
        self.at(self.by_ipv6_subnet.get(subnet)).next()
    }

    /// The first instance with an alias from a secondary range.
    pub fn first_with_alias_from(&self, subnet: &SubnetKey, range_name: &str) -> Option<&Instance> {
        self.at(self.by_range.get(&(subnet.clone(), range_name.to_owned()))).next()
    }

    /// The addresses and aliases that interfaces have of a subnet.
    pub fn taken(&self, subnet: &SubnetKey) -> Option<&Blocks> {
        self.taken.get(subnet)
    }

    /// The numbers of the `/96` of a `/64` that interfaces have, written as IPv4 addresses.
    pub fn taken_ipv6(&self, prefix: Ipv6Net) -> Option<&Blocks> {
        self.taken_ipv6.get(&prefix)
    }

    fn at<'a>(&'a self, places: Option<&'a BTreeSet<Scoped>>) -> impl Iterator<Item = &'a Instance> {
        places.into_iter().flatten().filter_map(|place| self.all.get(place))
    }

    /// Brings all that finds an instance up to its coming, or to its going.
    fn index(&mut self, instance: &Instance, place: &Scoped, comes: bool) {
        match comes {
            true => self.by_id.insert(instance.id, place.clone()),
            false => self.by_id.remove(&instance.id),
        };
        let disks = instance.extra.get("disks").and_then(Value::as_array).into_iter().flatten();
        for link in disks.filter_map(|disk| disk.get("source")?.as_str()) {
            set(&mut self.by_disk, link.to_owned(), place, comes);
        }
        for nic in &instance.nics {
            let subnet = nic.subnet(instance);
            for config in &nic.access_configs {
                set(&mut self.by_external_address, config.nat_ip, place, comes);
            }
            set(&mut self.by_address, (subnet.clone(), nic.network_ip), place, comes);
            set(&mut self.by_subnet, subnet.clone(), place, comes);
            let taken = std::iter::once(Ipv4Net::from(nic.network_ip));
            for net in taken.chain(nic.aliases.iter().map(|alias| alias.cidr)) {
                take(&mut self.taken, subnet.clone(), &net, comes);
            }
            for range in nic.aliases.iter().filter_map(|alias| alias.range_name.clone()) {
                set(&mut self.by_range, (subnet.clone(), range), place, comes);
            }
            if let Some((address, _)) = nic.ipv6 {
                let (prefix, number) = ipv6_number(address);
                take(&mut self.taken_ipv6, prefix, &number, comes);
                set(&mut self.by_ipv6_subnet, subnet, place, comes);
            }
        }
    }
}

/// The `/64` that an address is in, and the number of its `/96` there, written as an IPv4 address.
fn ipv6_number(address: Ipv6Addr) -> (Ipv6Net, Ipv4Net) {
    let [.., a, b, _, _] = address.segments();
    let number = Ipv4Addr::from((u32::from(a) << 16) | u32::from(b));
    (Ipv6Net::new_assert(address, 64).trunc(), number.into())
}

fn set<K: Ord>(index: &mut Index<K>, key: K, place: &Scoped, comes: bool) {
    if comes {
        index.entry(key).or_default().insert(place.clone());
    } else if let Some(places) = index.get_mut(&key) {
        places.remove(place);
        if places.is_empty() {
            index.remove(&key);
        }
    }
}

fn take<K: Ord>(taken: &mut BTreeMap<K, Blocks>, key: K, net: &Ipv4Net, comes: bool) {
    let blocks = taken.entry(key).or_default();
    if comes { blocks.add(net) } else { blocks.remove(net) }
}
