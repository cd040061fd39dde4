//! Ranges that are taken, by any number of users each.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::nets::Nets;

/// Ranges that are taken. A range may be taken twice, and lie in another one; it is free when as many have given it back.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    users: Nets<usize>,
    /// First and last address of each run of taken addresses. Between two runs is a free address at least.
    runs: BTreeMap<u32, u32>,
}

impl Blocks {
    /// Takes a range.
    pub fn add(&mut self, net: &Ipv4Net) {
        let users = self.users.entry(net);
        *users += 1;
        if *users == 1 {
            self.cover(net);
        }
    }

    /// Gives a range back that was taken.
    pub fn remove(&mut self, net: &Ipv4Net) {
        let Some(users) = self.users.get(net).copied() else { return };
        if users > 1 {
            *self.users.entry(net) -= 1;
            return;
        }
        self.users.remove(net);
        if self.users.around(net).next().is_some() {
            return;
        }
        self.uncover(net);
        let inside: Vec<Ipv4Net> = self.users.inside(net).map(|(net, _)| *net).collect();
        inside.iter().for_each(|net| self.cover(net));
    }

    /// Whether an address of a range is taken.
    pub fn overlaps(&self, net: &Ipv4Net) -> bool {
        self.run_over(net).is_some()
    }

    /// The last address of the last run that has an address of a range.
    pub(super) fn run_over(&self, net: &Ipv4Net) -> Option<u32> {
        let (first, last) = ends(net);
        self.runs.range(..=last).next_back().map(|(_, end)| *end).filter(|end| *end >= first)
    }

    fn cover(&mut self, net: &Ipv4Net) {
        let (mut first, mut last) = ends(net);
        // Runs that overlap it, or end just before it or begin just behind it, become one with it.
        while let Some((start, end)) = self.runs.range(..=last.saturating_add(1)).next_back() {
            if end.saturating_add(1) < first {
                break;
            }
            (first, last) = (first.min(*start), last.max(*end));
            let start = *start;
            self.runs.remove(&start);
        }
        self.runs.insert(first, last);
    }

    fn uncover(&mut self, net: &Ipv4Net) {
        let (first, last) = ends(net);
        let Some((start, end)) = self.runs.range(..=first).next_back().map(|(start, end)| (*start, *end))
        else {
            return;
        };
        self.runs.remove(&start);
        if start < first {
            self.runs.insert(start, first - 1);
        }
        if end > last {
            self.runs.insert(last + 1, end);
        }
    }
}

impl<'a> FromIterator<&'a Ipv4Net> for Blocks {
    fn from_iter<I: IntoIterator<Item = &'a Ipv4Net>>(nets: I) -> Self {
        let mut blocks = Self::default();
        nets.into_iter().for_each(|net| blocks.add(net));
        blocks
    }
}

fn ends(net: &Ipv4Net) -> (u32, u32) {
    (net.network().into(), net.broadcast().into())
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::cidr::overlap;

    #[test]
    fn blocks_are_what_a_plain_list_says() {
        for seed in 0..50 {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let mut net = || {
                let address = 0x0a00_0000 | random.random_range(0..32_u32);
                (
                    Ipv4Net::new(address.into(), random.random_range(27..=32)).unwrap().trunc(),
                    random.random_range(0..3),
                )
            };
            let (mut blocks, mut plain) = (Blocks::default(), Vec::new());
            for step in 0..200 {
                let (one, choice) = net();
                match plain.iter().position(|other| *other == one) {
                    Some(at) if choice > 0 => {
                        plain.remove(at);
                        blocks.remove(&one);
                    }
                    _ => {
                        plain.push(one);
                        blocks.add(&one);
                    }
                }
                let (asked, _) = net();
                let want = plain.iter().any(|other| overlap(other, &asked));
                assert_eq!(blocks.overlaps(&asked), want, "seed {seed}, step {step}: {asked} of {plain:?}");
            }
        }
    }
}
