//! Values by range, found by any range that overlaps theirs.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

/// A map of ranges. Two ranges are apart, or one lies in the other: so those that overlap a range are the few around it, which
/// are looked up one by one, and those inside it, which follow each other.
#[derive(Debug, Clone)]
pub struct Nets<T>(BTreeMap<Ipv4Net, T>);

impl<T> Default for Nets<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Nets<T> {
    /// The value of just this range.
    pub fn get(&self, net: &Ipv4Net) -> Option<&T> {
        self.0.get(&net.trunc())
    }

    /// The value of just this range, made if there is none.
    pub fn entry(&mut self, net: &Ipv4Net) -> &mut T
    where
        T: Default,
    {
        self.0.entry(net.trunc()).or_default()
    }

    /// Takes out the value of just this range.
    pub fn remove(&mut self, net: &Ipv4Net) -> Option<T> {
        self.0.remove(&net.trunc())
    }

    /// Keeps only the values that `keep` says.
    pub fn retain(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        self.0.retain(|_, value| keep(value));
    }

    /// The values of the ranges around a range, from the widest on; the range itself is not among them.
    pub fn around(&self, net: &Ipv4Net) -> impl Iterator<Item = (&Ipv4Net, &T)> {
        let (address, length) = (net.addr(), net.prefix_len());
        let wider = (0..length).filter_map(move |length| Some(Ipv4Net::new(address, length).ok()?.trunc()));
        wider.filter_map(|net| self.0.get_key_value(&net))
    }

    /// The values of the ranges inside a range, and of the range itself, in order of their addresses.
    pub fn inside(&self, net: &Ipv4Net) -> impl Iterator<Item = (&Ipv4Net, &T)> {
        self.0.range(net.trunc()..=Ipv4Net::from(net.broadcast()))
    }

    /// The values of all ranges that have an address in common with a range.
    pub fn overlapping(&self, net: &Ipv4Net) -> impl Iterator<Item = (&Ipv4Net, &T)> {
        self.around(net).chain(self.inside(net))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_is_found() {
        let mut nets = Nets::<usize>::default();
        let all = [
            "0.0.0.0/0",
            "10.0.0.0/8",
            "10.0.0.0/24",
            "10.0.0.0/32",
            "10.0.0.255/32",
            "10.0.1.0/24",
            "11.0.0.0/8",
        ];
        for (number, net) in all.iter().enumerate() {
            *nets.entry(&net.parse().unwrap()) = number;
        }
        for net in all.iter().chain(&["10.0.0.128/25", "10.0.0.0/23", "9.0.0.0/8", "255.255.255.255/32"]) {
            let net: Ipv4Net = net.parse().unwrap();
            let mut found: Vec<usize> = nets.overlapping(&net).map(|(_, number)| *number).collect();
            found.sort_unstable();
            let others = all.iter().map(|other| other.parse().unwrap());
            let want: Vec<usize> = others
                .enumerate()
                .filter(|(_, other)| super::super::overlap(other, &net))
                .map(|(n, _)| n)
                .collect();
            assert_eq!(found, want, "{net}");
        }
    }
}
