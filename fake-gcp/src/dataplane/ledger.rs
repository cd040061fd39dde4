//! The ledger: every interval in which a watched range did not reach its VM, and who opened it. Plain data.

use ipnet::Ipv4Net;
use serde::Serialize;

use super::change::{Cause, VmRef};
use super::lookup::{Path, Reason};
use super::timeline::{Timeline, Watch};
use crate::time::Instant;

/// Gaps of all watches up to some instant. They are computed from the instants at which changes take effect, never sampled:
/// exact to the microsecond.
///
/// A watch counts from the first instant at or after its beginning at which it was reachable, and until its VM is deleted;
/// not while its VM is stopped.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ledger {
    /// Number of watches that have begun, those included whose VM is gone.
    pub watched: usize,
    /// Watches by what serves them at this instant.
    pub states: StateCounts,
    /// Watches that have not been reachable yet: nothing is counted for them.
    pub never_up: Vec<Watch>,
    /// Sum of all gaps, in node-seconds; those included that still last.
    pub gap_seconds_total: f64,
    /// Longest gap, in seconds.
    pub max_gap_seconds: f64,
    /// All gaps, by beginning, then VM, then range.
    pub gaps: Vec<Gap>,
}

/// Numbers of watches by state; their sum is [`Ledger::watched`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct StateCounts {
    /// Served by routes alone.
    pub route: usize,
    /// Served by routes and aliases.
    pub both: usize,
    /// Served by aliases alone.
    pub alias: usize,
    /// Number of ranges that do not reach their VM.
    pub none: usize,
    /// The VM is gone: no longer watched.
    pub gone: usize,
}

/// One interval in which a range did not reach its VM.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// VM of the watch.
    pub vm: VmRef,
    /// Range of the watch.
    pub range: Ipv4Net,
    /// First instant of unreachability.
    pub from: Instant,
    /// First instant of reachability after it, or of the VM's stop or deletion; `None` while the gap lasts.
    pub to: Option<Instant>,
    /// Length so far, in seconds, exact to the microsecond.
    pub seconds: f64,
    /// Request whose effect opened the gap.
    pub opened_by: Cause,
    /// Reason why the range was unreachable when the gap opened.
    pub reason: Reason,
}

pub(super) fn ledger<'a>(timelines: impl Iterator<Item = &'a Timeline>, now: Instant) -> Ledger {
    let mut states = StateCounts::default();
    let (mut watched, mut total, mut longest) = (0, 0, 0);
    let (mut gaps, mut never_up) = (Vec::new(), Vec::new());
    for timeline in timelines.filter(|timeline| timeline.at <= now) {
        let reading = timeline.read(now);
        watched += 1;
        *match reading.state {
            None => &mut states.gone,
            Some(Err(_)) => &mut states.none,
            Some(Ok(Path::Route)) => &mut states.route,
            Some(Ok(Path::Both)) => &mut states.both,
            Some(Ok(Path::Alias)) => &mut states.alias,
        } += 1;
        if !reading.was_up {
            never_up.push(timeline.watch.clone());
        }
        for gap in reading.gaps {
            let micros = gap.to.unwrap_or(now).since(gap.from).as_micros();
            total += micros;
            longest = longest.max(micros);
            gaps.push(Gap {
                vm: timeline.watch.vm.clone(),
                range: timeline.watch.range,
                from: gap.from,
                to: gap.to,
                seconds: seconds(micros),
                opened_by: gap.opened_by.clone(),
                reason: gap.reason,
            });
        }
    }
    never_up.sort();
    gaps.sort_by(|a, b| (a.from, &a.vm, a.range).cmp(&(b.from, &b.vm, b.range)));
    Ledger {
        watched,
        states,
        never_up,
        gap_seconds_total: seconds(total),
        max_gap_seconds: seconds(longest),
        gaps,
    }
}

fn seconds(micros: u128) -> f64 {
    micros as f64 / 1e6
}
