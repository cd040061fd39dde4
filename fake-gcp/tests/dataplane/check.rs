//! One scenario: the order of operations, and the exact gaps that must follow.
//!
//! Request numbers are the places in the list of steps, from 1. Times are milliseconds; lags are none unless
//! a scenario says otherwise, so an instant means "programmed then".

use fake_gcp::dataplane::{
    DataPlane, Lags, LookupRule, Reason, Settings, StateCounts, StoppedVm, Watch, What,
};

use crate::world::*;

pub(crate) const BOTH_RULES: &[LookupRule] = &[LookupRule::ResourceFirst, LookupRule::MostSpecific];
pub(crate) const RESOURCE_FIRST: &[LookupRule] = &[LookupRule::ResourceFirst];
pub(crate) const MOST_SPECIFIC: &[LookupRule] = &[LookupRule::MostSpecific];

/// An operation that takes no time, at the given milliseconds.
pub(crate) type Step = (i64, What);

pub(crate) struct Scenario {
    pub(crate) rules: &'static [LookupRule],
    pub(crate) stopped_vm: StoppedVm,
    pub(crate) lags: Lags,
    pub(crate) watched: Vec<Watch>,
    /// (started, done, what)
    pub(crate) steps: Vec<(i64, i64, What)>,
    pub(crate) now: i64,
    /// (vm, from, to, request, reason)
    pub(crate) gaps: Vec<(&'static str, i64, Option<i64>, u64, Reason)>,
    /// (route, both, alias, none, gone)
    pub(crate) states: (usize, usize, usize, usize, usize),
    pub(crate) never_up: usize,
}

/// VM `a`, watched at [`RANGE`], with its route since 0 ms; then `steps`, requests 3 and on.
pub(crate) fn routed(rules: &'static [LookupRule], steps: Vec<Step>) -> Scenario {
    let before = [(0, vm_added("a")), (0, route("a", RANGE, "a"))];
    plain(rules, before.into_iter().chain(steps).collect())
}

pub(crate) fn plain(rules: &'static [LookupRule], steps: Vec<Step>) -> Scenario {
    Scenario {
        rules,
        stopped_vm: StoppedVm::Unmatched,
        lags: Lags::NONE,
        watched: vec![watch("a", RANGE)],
        steps: steps.into_iter().map(|(at, what)| (at, at, what)).collect(),
        now: 100_000,
        gaps: Vec::new(),
        states: (0, 0, 0, 1, 0),
        never_up: 0,
    }
}

/// Records the steps forwards and backwards, with the watches before and after them: the ledger must be the
/// expected one each time.
pub(crate) fn check(scenario: &Scenario) {
    for rule in scenario.rules {
        let (stopped_vm, lags) = (scenario.stopped_vm, scenario.lags.clone());
        let settings = Settings { rule: *rule, stopped_vm, lags };
        for (backwards, watch_last) in [(false, false), (true, false), (false, true), (true, true)] {
            let mut plane = DataPlane::new(settings.clone(), 1);
            let watch = |plane: &mut DataPlane| {
                scenario.watched.iter().for_each(|watch| plane.watch(ms(0), watch.clone()));
            };
            if !watch_last {
                watch(&mut plane);
            }
            let mut changes: Vec<_> = (1..)
                .zip(&scenario.steps)
                .map(|(seq, (started, done, what))| change(seq, *started, *done, what.clone()))
                .collect();
            if backwards {
                changes.reverse();
            }
            changes.into_iter().for_each(|change| plane.record(change));
            if watch_last {
                watch(&mut plane);
            }

            let ledger = plane.ledger(ms(scenario.now));
            let context = format!("{rule:?}, backwards {backwards}, watch last {watch_last}");
            let found: Vec<_> = (ledger.gaps.iter())
                .map(|gap| (gap.vm.name.as_str(), gap.from, gap.to, gap.opened_by.seq, gap.reason))
                .collect();
            let expected: Vec<_> = (scenario.gaps.iter())
                .map(|(vm, from, to, seq, reason)| (*vm, ms(*from), to.map(ms), *seq, *reason))
                .collect();
            assert_eq!(found, expected, "gaps: {context}");
            let (route, both, alias, none, gone) = scenario.states;
            assert_eq!(ledger.states, StateCounts { route, both, alias, none, gone }, "states: {context}");
            assert_eq!(ledger.never_up.len(), scenario.never_up, "never up: {context}");
            assert_eq!(ledger.watched, scenario.watched.len());
            let lengths = || scenario.gaps.iter().map(|(_, from, to, ..)| to.unwrap_or(scenario.now) - from);
            assert!(
                (ledger.gap_seconds_total - lengths().sum::<i64>() as f64 / 1e3).abs() < 1e-9,
                "{context}"
            );
            assert!((ledger.max_gap_seconds - lengths().max().unwrap_or(0) as f64 / 1e3).abs() < 1e-9);
        }
    }
}
