//! A watch over time: when each change that concerns it takes effect, and the state after each.
//!
//! It is kept up to date as changes arrive; reading it needs no look-up.

use std::sync::Arc;

use ipnet::Ipv4Net;
use serde::Serialize;

use super::change::{Cause, Change, VmRef, What};
use super::lookup::{Path, Reason, reach};
use super::programmed::Programmed;
use super::settings::Settings;
use crate::time::Instant;

/// A range that is to be reachable at a VM.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Watch {
    /// VM at which the range is to be reachable.
    pub vm: VmRef,
    /// Range, looked at as one block: reachable only if all of it is.
    pub range: Ipv4Net,
}

/// A change at the instant at which it takes effect for this watch's VM.
type Event = (Instant, Arc<Change>);

/// The history of one watch, for as long as the VM lives that was there when it began.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    pub(super) watch: Watch,
    /// Instant at which the watch began.
    pub(super) at: Instant,
    /// Instant at which its VM was gone.
    pub(super) end: Option<Instant>,
    events: Vec<Event>,
    spans: Vec<Span>,
}

/// A span of one state, from its instant until that of the next span, or the end.
#[derive(Debug, Clone)]
struct Span {
    from: Instant,
    state: Result<Path, Reason>,
    /// Change that made the range unreachable, if it is and was reachable before.
    opened_by: Option<Arc<Change>>,
}

/// The state of a watch at some instant, and its gaps until then.
pub(super) struct Reading<'a> {
    pub(super) state: Option<Result<Path, Reason>>,
    pub(super) was_up: bool,
    pub(super) gaps: Vec<Interval<'a>>,
}

/// One interval of unreachability; `to` is `None` while it lasts.
pub(super) struct Interval<'a> {
    pub(super) from: Instant,
    pub(super) to: Option<Instant>,
    pub(super) reason: Reason,
    pub(super) opened_by: &'a Cause,
}

impl Timeline {
    pub(super) fn new(watch: Watch, at: Instant) -> Self {
        Self { watch, at, end: None, events: Vec::new(), spans: Vec::new() }
    }

    /// Takes in a change that takes effect at `instant`. [`Self::rebuild`] must follow before it is read.
    pub(super) fn insert(&mut self, instant: Instant, change: Arc<Change>) {
        let removes_vm = matches!(&change.what, What::VmRemoved { vm } if *vm == self.watch.vm);
        if removes_vm && change.done > self.at {
            let gone = instant.max(self.at);
            self.end = Some(self.end.map_or(gone, |end| end.min(gone)));
        }
        // Changes of one instant are told apart by the API's order, so that the order of calls is no matter.
        let place = (instant, change.generation(), &change.what);
        let index = self.events.partition_point(|(at, other)| (*at, other.generation(), &other.what) < place);
        self.events.insert(index, (instant, change));
    }

    /// Computes the states anew from all events.
    pub(super) fn rebuild(&mut self, settings: &Settings) {
        let mut programmed = Programmed::default();
        let mut state = Err(Reason::VmAbsent);
        let mut opened_by = None;
        let mut spans = Vec::new();
        let until_end =
            self.events.iter().take_while(|(instant, _)| self.end.is_none_or(|end| *instant < end));
        for (instant, change) in until_end {
            programmed.apply(change);
            let facts = programmed.facts(&self.watch.vm, settings.stopped_vm);
            let next = reach(&facts, settings.rule, &self.watch.vm, self.watch.range);
            if next.is_err() && (state.is_ok() || state == Err(Reason::VmStopped)) {
                opened_by = Some(change);
            }
            state = next;
            push(&mut spans, Span { from: (*instant).max(self.at), state, opened_by: opened_by.cloned() });
        }
        self.spans = spans;
    }

    /// The reading of this watch at `now`, not looking at what is known to take effect later.
    pub(super) fn read(&self, now: Instant) -> Reading<'_> {
        let gone = self.end.filter(|end| *end <= now);
        let past = self.spans.iter().take_while(|span| span.from <= now);
        let mut reading = Reading { state: Some(Err(Reason::VmAbsent)), was_up: false, gaps: Vec::new() };
        let mut open: Option<Interval<'_>> = None;
        for span in past {
            reading.state = Some(span.state);
            match (span.state, &span.opened_by) {
                (Ok(_), _) => {
                    reading.was_up = true;
                    reading.gaps.extend(open.take().map(|gap| Interval { to: Some(span.from), ..gap }));
                }
                // A VM that does not run is not to be reached: until it was stopped, and from its start on.
                (Err(Reason::VmStopped), _) => {
                    reading.gaps.extend(open.take().map(|gap| Interval { to: Some(span.from), ..gap }));
                }
                (Err(reason), Some(change)) if reading.was_up => {
                    let gap = Interval { from: span.from, to: None, reason, opened_by: &change.cause };
                    open.get_or_insert(gap);
                }
                (Err(_), _) => {}
            }
        }
        if gone.is_some() {
            reading.state = None;
        }
        reading.gaps.extend(open.map(|gap| Interval { to: gone, ..gap }));
        reading
    }
}

/// Appends a span. One of the same instant is replaced: states that last no time are no states.
fn push(spans: &mut Vec<Span>, span: Span) {
    spans.pop_if(|last| last.from == span.from);
    if spans.last().is_none_or(|last| last.state != span.state) {
        spans.push(span);
    }
}
