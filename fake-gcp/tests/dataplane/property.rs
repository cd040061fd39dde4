//! The ledger against a naive evaluation: for random histories, every watch is looked at anew at every
//! instant at which anything takes effect, address by address, from the plain list of changes.

use std::collections::BTreeSet;

use fake_gcp::dataplane::lookup::{Alias, Facts, Range, Vm, reach};
use fake_gcp::dataplane::{
    Change, DataPlane, Gap, LookupRule, NetworkRef, NextHop, PolicyFact, RouteFact, Settings, StoppedVm,
    SubnetRef, VmRef, Watch, What,
};
use fake_gcp::time::Instant;
use ipnet::Ipv4Net;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::world::*;

const NOW: i64 = 60_000;

/// A history in which names, addresses and VMs meet often.
fn history(random: &mut ChaCha8Rng) -> Vec<Change> {
    let base = ["a", "b", "c"].map(vm_added).into_iter().chain([route("r0", net(1, 0, 28), "a")]);
    let steps = (0..random.random_range(10..40)).map(|_| step(random));
    let steps: Vec<What> = base.chain(steps.collect::<Vec<_>>()).collect();
    let mut changes: Vec<Change> = (0..)
        .zip(steps)
        .map(|(seq, what)| {
            let started = if seq < 4 { 0 } else { random.random_range(0..NOW) };
            change(seq, started, started + random.random_range(0..4_000), what)
        })
        .collect();
    for index in (1..changes.len()).rev() {
        changes.swap(index, random.random_range(0..=index));
    }
    changes
}

fn step(random: &mut ChaCha8Rng) -> What {
    let mut pick =
        |names: &[&'static str]| names.get(random.random_range(0..names.len())).copied().unwrap_or("a");
    let (name, host, vpc) =
        (pick(&["r0", "r1", "r2"]), pick(&["a", "b", "c"]), pick(&["vpc", "vpc", "vpc", "peer"]));
    let range_name = pick(&["pods", "other"]);
    let small = net(1, random.random_range(0..8) * 4, random.random_range(26..=30)).trunc();
    let subnet =
        SubnetRef { name: if random.random_bool(0.8) { "nodes" } else { "more" }.into(), ..subnet() };
    let [usually, rarely] = [random.random_bool(0.8), random.random_bool(0.1)];
    match random.random_range(0..22) {
        20 => What::PolicyRouteAdded(PolicyFact {
            network: network(vpc),
            name: name.into(),
            source: net(0, 0, random.random_range(8..10)).trunc(),
            dest: small,
            priority: random.random_range(1..3),
            leads_elsewhere: usually,
        }),
        21 => What::PolicyRouteRemoved { network: network(vpc), name: name.into() },
        0..5 => What::RouteAdded(RouteFact {
            network: network(vpc),
            tags: rarely,
            next_hop: if usually { NextHop::Vm(vm(host)) } else { NextHop::Other },
            priority: random.random_range(1000..1002),
            ..node_route(name, small, host)
        }),
        5..8 => What::RouteRemoved { network: network(vpc), name: name.into() },
        8..10 => What::RangeAdded {
            subnet,
            network: network(vpc),
            range_name: range_name.into(),
            cidr: net(1, 0, random.random_range(23..=28)).trunc(),
        },
        10 => What::RangeRemoved { subnet, range_name: range_name.into() },
        11..13 => What::OverlapFlag { subnet, on: usually },
        13..16 => What::AliasAdded { vm: vm(host), subnet, range_name: range_name.into(), cidr: small },
        16..18 => What::AliasRemoved { vm: vm(host), cidr: small },
        18 => What::VmAdded {
            vm: vm(host),
            network: network("vpc"),
            guest_ip_aliases: rarely,
            can_ip_forward: usually,
            running: random.random_bool(0.7),
        },
        _ => What::VmRemoved { vm: vm(host) },
    }
}

/// The changes in effect at some instant for one host, and their place in the API's history.
struct InEffect<'a>(Vec<((Instant, u64), &'a What)>);

impl<'a> InEffect<'a> {
    /// The newest addition for which `value` gives something, unless a newer removal (`gone`) is in effect.
    fn newest<T>(&self, value: impl Fn(&'a What) -> Option<T>, gone: impl Fn(&What) -> bool) -> Option<T> {
        let removed = self.0.iter().filter(|(_, what)| gone(what)).map(|(place, _)| *place).max();
        let added = self.0.iter().filter_map(|(place, what)| Some((*place, value(what)?)));
        let (place, value) = added.max_by_key(|(place, _)| *place)?;
        removed.is_none_or(|removed| removed < place).then_some(value)
    }

    fn facts(&self, host: &VmRef, stopped_vm: StoppedVm) -> Facts<'a> {
        let host_settings = self.newest(
            |what| match what {
                What::VmAdded { vm, network, guest_ip_aliases, can_ip_forward, running } if vm == host => {
                    Some(Vm {
                        network,
                        guest_ip_aliases: *guest_ip_aliases,
                        can_ip_forward: *can_ip_forward,
                        running: *running,
                    })
                }
                _ => None,
            },
            |what| matches!(what, What::VmRemoved { vm } if vm == host),
        );
        let mut facts = Facts { host: host_settings, ..Facts::default() };
        for (vpc, name) in self.keys(|what| match what {
            What::RouteAdded(fact) => Some((&fact.network, fact.name.as_str())),
            _ => None,
        }) {
            facts.routes.extend(self.route(vpc, name));
        }
        for (vpc, name) in self.keys(|what| match what {
            What::PolicyRouteAdded(fact) => Some((&fact.network, fact.name.as_str())),
            _ => None,
        }) {
            facts.policies.extend(self.policy(vpc, name));
        }
        for (subnet, name) in self.keys(|what| match what {
            What::RangeAdded { subnet, range_name, .. } => Some((subnet, range_name.as_str())),
            _ => None,
        }) {
            facts.ranges.extend(self.range(subnet, name));
        }
        for (vm, cidr) in self.keys(|what| match what {
            What::AliasAdded { vm, cidr, .. } => Some((vm, *cidr)),
            _ => None,
        }) {
            let owns = stopped_vm == StoppedVm::Matched || self.runs(vm) != Some(false);
            facts.aliases.extend(self.alias(vm, cidr).filter(|_| owns));
        }
        facts
    }

    /// Whether a VM runs; none if it does not exist.
    fn runs(&self, of: &VmRef) -> Option<bool> {
        self.newest(
            |what| match what {
                What::VmAdded { vm, running, .. } if vm == of => Some(*running),
                _ => None,
            },
            |what| matches!(what, What::VmRemoved { vm } if vm == of),
        )
    }

    fn keys<K: Ord>(&self, key: impl Fn(&'a What) -> Option<K>) -> BTreeSet<K> {
        self.0.iter().filter_map(|(_, what)| key(what)).collect()
    }

    fn route(&self, vpc: &NetworkRef, route: &str) -> Option<&'a RouteFact> {
        self.newest(
            |what| match what {
                What::RouteAdded(fact) if fact.network == *vpc && fact.name == route => Some(fact),
                _ => None,
            },
            |what| matches!(what, What::RouteRemoved { network, name } if network == vpc && name == route),
        )
    }

    fn policy(&self, vpc: &NetworkRef, route: &str) -> Option<&'a PolicyFact> {
        self.newest(
            |what| match what {
                What::PolicyRouteAdded(fact) if fact.network == *vpc && fact.name == route => Some(fact),
                _ => None,
            },
            |what| matches!(what, What::PolicyRouteRemoved { network, name } if network == vpc && name == route),
        )
    }

    fn range(&self, of: &'a SubnetRef, called: &'a str) -> Option<Range<'a>> {
        let on = self.newest(
            |what| matches!(what, What::OverlapFlag { subnet, on: true } if subnet == of).then_some(()),
            |what| matches!(what, What::OverlapFlag { subnet, on: false } if subnet == of),
        );
        let (network, cidr) = self.newest(
            |what| match what {
                What::RangeAdded { subnet, network, range_name, cidr } if subnet == of && range_name == called => {
                    Some((network, *cidr))
                }
                _ => None,
            },
            |what| matches!(what, What::RangeRemoved { subnet, range_name } if subnet == of && range_name == called),
        )?;
        Some(Range { subnet: of, network, name: called, cidr, overlap: on.is_some() })
    }

    fn alias(&self, on: &'a VmRef, net: Ipv4Net) -> Option<Alias<'a>> {
        let (subnet, range_name) = self.newest(
            |what| match what {
                What::AliasAdded { vm, subnet, range_name, cidr } if vm == on && *cidr == net => {
                    Some((subnet, range_name.as_str()))
                }
                _ => None,
            },
            |what| match what {
                What::AliasRemoved { vm, cidr } => vm == on && *cidr == net,
                What::VmRemoved { vm } => vm == on,
                _ => false,
            },
        )?;
        Some(Alias { vm: on, subnet, range_name, cidr: net })
    }
}

/// Gaps as (from, to), whether it is reachable at the end (`None`: gone), and whether it ever was.
type Outcome = (Vec<(Instant, Option<Instant>)>, Option<bool>, bool);

fn naive(settings: &Settings, seed: u64, changes: &[Change], at: Instant, watch: &Watch) -> Outcome {
    let effect = |change: &Change| settings.programmed_at(seed, change, &watch.vm);
    let removals = (changes.iter()).filter(|change| {
        change.done > at && matches!(&change.what, What::VmRemoved { vm } if *vm == watch.vm)
    });
    let end = removals.map(|change| effect(change).max(at)).min().filter(|end| *end <= ms(NOW));
    let up = |instant: Instant| {
        let in_effect = changes.iter().filter(|change| effect(change) <= instant);
        let in_effect = InEffect(in_effect.map(|c| ((c.done, c.cause.seq), &c.what)).collect());
        let facts = in_effect.facts(&watch.vm, settings.stopped_vm);
        let mut addresses = watch.range.subnets(32).into_iter().flatten();
        let up = addresses.all(|address| reach(&facts, settings.rule, &watch.vm, address).is_ok());
        (up, in_effect.runs(&watch.vm) == Some(false))
    };
    let instants: BTreeSet<Instant> = changes.iter().map(effect).chain([at]).collect();
    let counted = (instants.into_iter())
        .filter(|instant| *instant >= at && *instant <= ms(NOW) && end.is_none_or(|end| *instant < end));
    let (mut gaps, mut state, mut was_up, mut in_gap) = (Vec::new(), false, false, false);
    for instant in counted {
        let (next, stopped) = up(instant);
        let gap = was_up && !next && !stopped;
        if gap && !in_gap {
            gaps.push((instant, end));
        }
        if let (false, true, Some(last)) = (gap, in_gap, gaps.last_mut()) {
            last.1 = Some(instant);
        }
        was_up |= next;
        (state, in_gap) = (next, gap);
    }
    (gaps, end.is_none().then_some(state), was_up)
}

fn compare(seed: u64) -> usize {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let rule = if seed.is_multiple_of(2) { LookupRule::ResourceFirst } else { LookupRule::MostSpecific };
    let stopped_vm = if seed.is_multiple_of(3) { StoppedVm::Matched } else { StoppedVm::Unmatched };
    let settings = Settings { rule, stopped_vm, ..Settings::default() };
    let changes = history(&mut random);
    let at = ms(random.random_range(0..15_000));
    let ranges = [("a", net(1, 0, 28)), ("a", net(1, 8, 30)), ("b", net(1, 16, 28)), ("c", net(1, 0, 27))];
    let watches = ranges.map(|(name, range)| watch(name, range));

    let mut plane = DataPlane::new(settings.clone(), seed);
    let half = random.random_range(0..=changes.len());
    changes.iter().take(half).for_each(|change| plane.record(change.clone()));
    watches.iter().for_each(|watch| plane.watch(at, watch.clone()));
    changes.iter().skip(half).for_each(|change| plane.record(change.clone()));
    let ledger = plane.ledger(ms(NOW));

    let mut seen = 0;
    let mut up = 0;
    for watch in &watches {
        let of_watch = |gap: &&Gap| gap.vm == watch.vm && gap.range == watch.range;
        let gaps: Vec<_> = ledger.gaps.iter().filter(of_watch).collect();
        let (expected, state, was_up) = naive(&settings, seed, &changes, at, watch);
        let found: Vec<_> = gaps.iter().map(|gap| (gap.from, gap.to)).collect();
        assert_eq!(found, expected, "seed {seed}, {rule:?}, from {at:?}: {watch:?}\n{changes:#?}");
        assert_eq!(ledger.never_up.contains(watch), !was_up, "seed {seed}: {watch:?}");
        for gap in gaps {
            let opener = changes.iter().find(|change| change.cause == gap.opened_by);
            let opened = opener.map(|change| settings.programmed_at(seed, change, &watch.vm));
            assert_eq!(opened, Some(gap.from), "seed {seed}: the request that opened {gap:?}");
            seen += 1;
        }
        up += usize::from(state == Some(true));
        if let Some(state) = state {
            let found = plane.reach(ms(NOW), watch);
            assert_eq!(found.is_ok(), state, "seed {seed}: {watch:?} as it is at the end: {found:?}");
        }
    }
    let counted = ledger.states.route + ledger.states.both + ledger.states.alias;
    assert_eq!(counted, up, "seed {seed}: reachable at the end");
    seen
}

#[test]
fn the_ledger_agrees_with_a_naive_evaluation() {
    let gaps: usize = (0..300).map(compare).sum();
    assert!(gaps > 100, "the histories must have gaps to find, and have {gaps}");
}

#[test]
fn what_is_forgotten_is_not_missed() {
    let mut reachable = 0;
    for seed in 0..60 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let rule = if seed.is_multiple_of(2) { LookupRule::ResourceFirst } else { LookupRule::MostSpecific };
        let mut changes = history(&mut random);
        changes.sort_by_key(|change| (change.done, change.cause.seq));
        let mut all = DataPlane::new(Settings { rule, ..Settings::default() }, seed);
        let mut forgetful = all.clone();
        for change in &changes {
            all.record(change.clone());
            forgetful.record(change.clone());
            let host = ["a", "b", "c"][random.random_range(0..3)];
            if random.random_bool(0.1) {
                all.watch(change.done, watch(host, net(1, 0, 28)));
                forgetful.watch(change.done, watch(host, net(1, 0, 28)));
            }
            forgetful.forget(change.done);
            for instant in [change.done, ms(2 * NOW)] {
                let asked = watch(host, net(1, random.random_range(0..8) * 4, 30));
                let (kept, known) = (forgetful.reach(instant, &asked), all.reach(instant, &asked));
                assert_eq!(kept, known, "seed {seed}, at {instant:?} after {change:?}: {asked:?}");
                reachable += usize::from(known.is_ok());
            }
        }
        assert_eq!(forgetful.ledger(ms(2 * NOW)), all.ledger(ms(2 * NOW)), "seed {seed}");
    }
    assert!(reachable > 20, "{reachable} ranges were reachable");
}
