//! Resources of one kind by place and name, with what finds them without going through all.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::net::Ipv4Addr;
use std::ops::Bound;

use ipnet::Ipv4Net;

use crate::cidr::{Blocks, Nets};
use crate::model::scope::Scoped;
use crate::model::subnet_key::SubnetKey;

/// A resource as a table can keep it, with all that it is found by beside its place and name.
pub trait Resource: Any + Clone + Debug + Send + Sync {
    /// Numeric id, by which it can be called instead of its name; none if it cannot.
    fn id(&self) -> Option<u64> {
        None
    }

    /// What it has to do with others.
    fn keys(&self) -> Vec<Key> {
        Vec::new()
    }

    /// Path in a project, by which it is named as the user of another resource; none if nothing says so.
    fn path_in(&self, _project: &str) -> Option<String> {
        None
    }

    /// The address of a subnet that it takes.
    fn takes(&self) -> Option<(SubnetKey, Ipv4Addr)> {
        None
    }

    /// The ranges that it has of a network.
    fn ranges_of(&self) -> Option<(String, Vec<Ipv4Net>)> {
        None
    }
}

/// What resources are found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Name of its network.
    Network(String),
    /// Subnet that it is in or names.
    Subnet(SubnetKey),
    /// Address that it has, of a subnet or an external one.
    Address(Option<SubnetKey>, Ipv4Addr),
    /// Region in which it has an external address.
    ExternalIn(String),
    /// Path of another resource that it uses.
    Uses(String),
    /// Name of a route that Google makes for it.
    Route(String),
}

/// A table of resources. They are changed in their place only by [`Self::change`], so that all that finds them follows.
#[derive(Debug, Clone)]
pub struct Placed<T> {
    all: BTreeMap<Scoped, T>,
    by_id: BTreeMap<u64, Scoped>,
    by_key: BTreeMap<Key, BTreeSet<Scoped>>,
    taken: BTreeMap<SubnetKey, Blocks>,
    ranges: BTreeMap<String, Nets<BTreeSet<Scoped>>>,
}

impl<T> Default for Placed<T> {
    fn default() -> Self {
        Self {
            all: BTreeMap::new(),
            by_id: BTreeMap::new(),
            by_key: BTreeMap::new(),
            taken: BTreeMap::new(),
            ranges: BTreeMap::new(),
        }
    }
}

impl<T: Resource> Placed<T> {
    /// The resource of a place (region, zone or nothing) and a name.
    pub fn get(&self, place: &Scoped) -> Option<&T> {
        self.all.get(place)
    }

    /// The resource of a place that is called by its name or numeric id.
    pub fn find(&self, place: &str, name: &str) -> Option<&T> {
        let by_name = self.all.get(&(place.to_owned(), name.to_owned()));
        by_name.or_else(|| {
            let named = self.by_id.get(&name.parse().ok()?)?;
            self.all.get(named).filter(|_| named.0 == place)
        })
    }

    /// Number of resources.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All resources in order of place and name.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.all.values()
    }

    /// The resources behind a place and a name in that order, each with its place.
    pub fn after(&self, place: Scoped) -> impl Iterator<Item = (&Scoped, &T)> {
        self.all.range((Bound::Excluded(place), Bound::Unbounded))
    }

    /// The resources with a key, in order of place and name.
    pub fn with<'a>(&'a self, key: &Key) -> impl Iterator<Item = &'a T> + use<'a, T> {
        self.at(self.by_key.get(key))
    }

    /// Number of resources with a key.
    pub fn count_with(&self, key: &Key) -> usize {
        self.by_key.get(key).map_or(0, BTreeSet::len)
    }

    /// The keys behind one, in their order, each with its resources.
    pub fn keys_after(&self, key: Key) -> impl Iterator<Item = (&Key, &T)> {
        let behind = self.by_key.range((Bound::Excluded(key), Bound::Unbounded));
        behind.flat_map(|(key, places)| self.at(Some(places)).map(move |resource| (key, resource)))
    }

    /// The addresses that resources take of a subnet.
    pub fn taken(&self, subnet: &SubnetKey) -> Option<&Blocks> {
        self.taken.get(subnet)
    }

    /// The resources with a range of a network that overlaps another.
    pub fn overlapping<'a>(&'a self, network: &str, net: &'a Ipv4Net) -> impl Iterator<Item = &'a T> {
        let found = self.ranges.get(network).into_iter().flat_map(|ranges| ranges.overlapping(net));
        found.flat_map(|(_, places)| self.at(Some(places)))
    }

    /// The resources with a range of a network that is another one or contains it.
    pub fn around<'a>(&'a self, network: &str, net: &'a Ipv4Net) -> impl Iterator<Item = &'a T> {
        let ranges = self.ranges.get(network);
        let wider = ranges.into_iter().flat_map(|ranges| ranges.around(net)).map(|(_, places)| places);
        let same = ranges.and_then(|ranges| ranges.get(net));
        wider.chain(same).flat_map(|places| self.at(Some(places)))
    }

    /// Adds a resource, or puts it in place of the one of its place and name.
    pub fn insert(&mut self, place: Scoped, resource: T) {
        self.remove(&place);
        self.index(&resource, &place, true);
        self.all.insert(place, resource);
    }

    /// Takes a resource out; `None` if there is none of this place and name.
    pub fn remove(&mut self, place: &Scoped) -> Option<T> {
        let resource = self.all.remove(place)?;
        self.index(&resource, place, false);
        Some(resource)
    }

    /// Takes the first resource out.
    pub fn pop_first(&mut self) -> Option<T> {
        let place = self.all.first_key_value()?.0.clone();
        self.remove(&place)
    }

    /// Changes a resource, and gives back what the change does; `None` if there is none of this place and name.
    pub fn change<R>(&mut self, place: &Scoped, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut resource = self.remove(place)?;
        let done = change(&mut resource);
        self.insert(place.clone(), resource);
        Some(done)
    }

    fn at<'a>(&'a self, places: Option<&'a BTreeSet<Scoped>>) -> impl Iterator<Item = &'a T> {
        places.into_iter().flatten().filter_map(|place| self.all.get(place))
    }

    /// Brings all that finds a resource up to its coming, or to its going.
    fn index(&mut self, resource: &T, place: &Scoped, comes: bool) {
        if let Some(id) = resource.id() {
            match comes {
                true => self.by_id.insert(id, place.clone()),
                false => self.by_id.remove(&id),
            };
        }
        for key in resource.keys() {
            set(self.by_key.entry(key.clone()).or_default(), place, comes);
            if self.by_key.get(&key).is_some_and(BTreeSet::is_empty) {
                self.by_key.remove(&key);
            }
        }
        if let Some((subnet, address)) = resource.takes() {
            let blocks = self.taken.entry(subnet).or_default();
            if comes { blocks.add(&address.into()) } else { blocks.remove(&address.into()) }
        }
        if let Some((network, ranges)) = resource.ranges_of() {
            let nets = self.ranges.entry(network).or_default();
            for range in ranges {
                set(nets.entry(&range), place, comes);
                if nets.get(&range).is_some_and(BTreeSet::is_empty) {
                    nets.remove(&range);
                }
            }
        }
    }
}

fn set(places: &mut BTreeSet<Scoped>, place: &Scoped, comes: bool) {
    if comes {
        places.insert(place.clone());
    } else {
        places.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Thing(u64, &'static str, Ipv4Net);

    impl Resource for Thing {
        fn id(&self) -> Option<u64> {
            Some(self.0)
        }

        fn keys(&self) -> Vec<Key> {
            vec![Key::Network(self.1.to_owned())]
        }

        fn ranges_of(&self) -> Option<(String, Vec<Ipv4Net>)> {
            Some((self.1.to_owned(), vec![self.2]))
        }
    }

    fn place(name: &str) -> Scoped {
        ("r".to_owned(), name.to_owned())
    }

    fn net(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    #[test]
    fn what_finds_a_resource_follows_its_changes() {
        let mut things = Placed::default();
        things.insert(place("a"), Thing(1, "n", net("10.0.0.0/16")));
        things.insert(place("b"), Thing(2, "n", net("10.1.0.0/24")));
        let names = |things: &Placed<Thing>, network: &str| -> Vec<u64> {
            things.with(&Key::Network(network.to_owned())).map(|thing| thing.0).collect()
        };
        assert_eq!(names(&things, "n"), [1, 2]);
        assert_eq!(things.find("r", "2").map(|thing| thing.0), Some(2));
        assert_eq!(things.find("elsewhere", "2"), None);
        let ids = |found: Vec<&Thing>| found.iter().map(|thing| thing.0).collect::<Vec<_>>();
        assert_eq!(ids(things.overlapping("n", &net("10.0.0.0/8")).collect()), [1, 2]);
        assert_eq!(ids(things.around("n", &net("10.0.9.0/24")).collect()), [1]);
        assert_eq!(ids(things.around("n", &net("10.1.0.0/24")).collect()), [2]);
        assert!(ids(things.around("n", &net("10.0.0.0/8")).collect()).is_empty());
        things.change(&place("b"), |thing| (thing.1, thing.2) = ("m", net("10.0.0.0/24")));
        assert_eq!((names(&things, "n"), names(&things, "m")), (vec![1], vec![2]));
        assert!(ids(things.overlapping("n", &net("10.1.0.0/24")).collect()).is_empty());
        assert_eq!(things.remove(&place("b")), Some(Thing(2, "m", net("10.0.0.0/24"))));
        assert_eq!((things.find("r", "2"), names(&things, "m")), (None, Vec::new()));
        assert_eq!(things.len(), 1);
    }
}
