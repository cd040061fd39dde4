//! The verdict on a canary, from the looks at it and at its control. Pure over the window, so that whoever looks comes to the same.
//!
//! Only looks count by which something is known: its kubelet answers, so that the way there is open, and the control is well. Whenever one
//! is not like that, all is measured anew from the next one on.

use std::time::Duration;

use jiff::Timestamp;

use crate::journal::{Canary, Control, Witness};
use crate::snapshot::{Look, NodeLook, PodLook, Settings, Window};
use crate::text::listed;
use crate::vocabulary::Cadence;

/// The longest time that a canary is measured while its pods tell neither.
const LONGEST: Duration = Duration::from_secs(120);
/// The last part of the measuring, in which all pods that are asked must answer.
const END: Duration = Duration::from_secs(20);
/// The looks in a row in which no pod answers that show that the node is cut off.
const SILENT_LOOKS: usize = 3;
/// The longest time between two looks of one measuring; after a longer one it is begun anew.
const GAP: Duration = Duration::from_secs(60);

/// What the looks at a canary show so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The canary is being measured; the seconds so far, and all of them.
    Measuring(u64, u64),
    /// The canary cannot be measured now, for this reason.
    Blind(&'static str),
    /// The pods are cut off: what was seen, in words.
    Failed(String),
    /// The pods are reached.
    Proven,
    /// Neither can be seen, but that some pod was reached with the alias: the reason, in words.
    Unknown(String),
    /// Not even that can be seen: the reason, in words.
    Unseen(String),
}

/// What `window` shows of `canary`.
pub(super) fn shown(canary: &Canary, window: &Window, settings: &Settings) -> Shown {
    let seen = Seen::of(canary, window);
    let (Some(first), Some(last)) = (seen.looks.first(), seen.looks.last()) else {
        return Shown::Measuring(0, span(canary, settings).as_secs());
    };
    let counted = seen.counted();
    if let Some(saw) = seen.silence(counted).or_else(|| seen.unhealth(counted.last())) {
        return Shown::Failed(saw);
    }
    let passed =
        |from: &Look, to: &Look| Duration::try_from(to.at.duration_since(from.at)).unwrap_or_default();
    let measured = counted.first().zip(counted.last()).map_or(Duration::ZERO, |(from, to)| passed(from, to));
    let span = span(canary, settings);
    if measured >= span && seen.is_proven(counted) {
        return Shown::Proven;
    }
    let nothing = |why| if seen.is_reached(span) { Shown::Unknown(why) } else { Shown::Unseen(why) };
    if measured >= LONGEST.max(span) {
        return nothing(format!(
            "in {} s its pods neither answered all the time nor fell silent",
            measured.as_secs()
        ));
    }
    let obstacle = seen.obstacle(last);
    if counted.len() < seen.looks.len() && passed(first, last) >= settings.canary_timeout {
        return nothing(format!(
            "for {} s it could not be measured: {}",
            passed(first, last).as_secs(),
            obstacle.unwrap_or("what it is measured by did not last")
        ));
    }
    match obstacle {
        Some(why) => Shown::Blind(why),
        None => Shown::Measuring(measured.as_secs(), span.as_secs()),
    }
}

/// The time for which `canary` is measured: until every host knows its alias, and until each kubelet would have noticed.
fn span(canary: &Canary, settings: &Settings) -> Duration {
    let slowest = canary.pods.iter().filter_map(|pod| pod.inner).map(Cadence::seconds).max();
    settings.settle.max(Duration::from_secs(slowest.unwrap_or(0))).min(LONGEST)
}

/// The looks at one canary.
struct Seen<'a> {
    canary: &'a Canary,
    /// The looks since it was chosen, without a gap, from the first that was at its Node.
    looks: &'a [Look],
}

impl<'a> Seen<'a> {
    fn of(canary: &'a Canary, window: &'a Window) -> Self {
        let name = canary.vm.name.as_str();
        let begun = |look: &Look| look.at >= canary.since && look.nodes.contains_key(name);
        let start = window.looks.iter().position(begun).unwrap_or(window.looks.len());
        let mut looks = window.looks.get(start..).unwrap_or_default();
        let is_gap = |pair: &[Look]| match pair {
            [earlier, later] => later.at > earlier.at.checked_add(GAP).unwrap_or(Timestamp::MAX),
            _ => false,
        };
        if let Some(gap) = looks.windows(2).rposition(is_gap) {
            looks = looks.get(gap + 1..).unwrap_or_default();
        }
        Self { canary, looks }
    }

    fn node<'b>(look: &'b Look, name: &str) -> Option<&'b NodeLook> {
        look.nodes.get(name)?.as_ref()
    }

    /// The reason why nothing is known by `look`; none: it counts.
    fn obstacle(&self, look: &Look) -> Option<&'static str> {
        let Some(node) = Self::node(look, &self.canary.vm.name) else {
            return Some("the shoot's API does not tell of its pods");
        };
        if !node.kubelet {
            return Some(
                "its kubelet does not answer through the API server, so that the way there is not open",
            );
        }
        let control = self.canary.control.as_ref()?;
        self.is_ill(control, look)
            .then_some("the node without alias that it is compared with is not well either")
    }

    /// Whether something is wrong with the control, which has no alias.
    fn is_ill(&self, control: &Control, look: &Look) -> bool {
        let Some(node) = Self::node(look, &control.node) else { return true };
        let outer = present(&control.pods, node, |witness| witness.outer);
        let silent = !outer.is_empty() && outer.iter().all(|(_, pod)| !pod.answers);
        silent
            || outer.is_empty() && !node.kubelet
            || self.is_missed(&control.pods, &control.node, node).is_some()
    }

    /// The last looks, all of which count.
    fn counted(&self) -> &'a [Look] {
        let blind = self.looks.iter().rposition(|look| self.obstacle(look).is_some());
        self.looks.get(blind.map_or(0, |last| last + 1)..).unwrap_or_default()
    }

    /// The pods that are asked and still there.
    fn outer<'b>(&'b self, look: &'b Look) -> Vec<(&'b Witness, PodLook)> {
        let node = Self::node(look, &self.canary.vm.name);
        node.map_or_else(Vec::new, |node| present(&self.canary.pods, node, |witness| witness.outer))
    }

    /// What was seen where no pod answered in several looks in a row; none: some did.
    fn silence(&self, counted: &[Look]) -> Option<String> {
        let is_silent = |look: &Look| {
            let pods = self.outer(look);
            !pods.is_empty() && pods.iter().all(|(_, pod)| !pod.answers)
        };
        let silent = counted.windows(SILENT_LOOKS).find(|looks| looks.iter().all(is_silent))?;
        let pods = self.outer(silent.last()?);
        let names: Vec<&str> = pods.iter().map(|(witness, _)| witness.pod.as_str()).collect();
        let compared = match &self.canary.control {
            Some(control) => format!(", while those of {} did", control.node),
            None => String::new(),
        };
        Some(format!(
            "in {SILENT_LOOKS} looks in a row none of its pods answered, as they had before: {}{compared}",
            listed(&names, ", ")
        ))
    }

    /// What was seen where kubelets miss pods in `look`; none: they do not.
    fn unhealth(&self, look: Option<&Look>) -> Option<String> {
        let look = look?;
        let (canary, node) = (self.canary, Self::node(look, &self.canary.vm.name)?);
        let missed = self.is_missed(&canary.pods, &canary.vm.name, node)?;
        Some(format!("its kubelet misses pods that were ready before: {}", listed(&missed, ", ")))
    }

    /// The pods of a node that turned unhealthy, if those are at least half of all that its kubelet measures, and two where there are two.
    fn is_missed<'b>(&self, pods: &'b [Witness], name: &str, node: &NodeLook) -> Option<Vec<&'b str>> {
        let inner = present(pods, node, |witness| witness.inner.is_some());
        let before = |witness: &Witness| {
            let mut looks = self.looks.iter().filter_map(|look| Self::node(look, name));
            looks.find_map(|node| node.pods.get(&witness.uid)).map_or(0, |pod| pod.unhealthy)
        };
        let is_missed = |(witness, pod): &&(&Witness, PodLook)| {
            let failures = u64::from(witness.inner.map_or(1, |inner| inner.threshold));
            !pod.ready || pod.unhealthy.saturating_sub(before(witness)) >= failures
        };
        let missed: Vec<&str> =
            inner.iter().filter(is_missed).map(|(witness, _)| witness.pod.as_str()).collect();
        let enough = inner.len().div_ceil(2).max(inner.len().min(2));
        (!inner.is_empty() && missed.len() >= enough).then_some(missed)
    }

    /// Whether a pod was reached after `span`, when every host knows the alias and each kubelet would have noticed: what is wrong then is
    /// something else than a guest that takes it.
    fn is_reached(&self, span: Duration) -> bool {
        let Some(first) = self.looks.first() else { return false };
        let from = first.at.checked_add(span).unwrap_or(Timestamp::MAX);
        let reached = |look: &Look| {
            let outer = self.outer(look);
            let ready = || {
                let node = Self::node(look, &self.canary.vm.name).filter(|node| node.kubelet);
                node.is_some_and(|node| {
                    let inner = present(&self.canary.pods, node, |witness| witness.inner.is_some());
                    inner.iter().any(|(_, pod)| pod.ready)
                })
            };
            if outer.is_empty() { ready() } else { outer.iter().any(|(_, pod)| pod.answers) }
        };
        self.looks.iter().filter(|look| look.at >= from).any(reached)
    }

    /// Whether the pods were reached: all that are asked answered at the end, or kubelets measured some all the time and miss none.
    fn is_proven(&self, counted: &[Look]) -> bool {
        let Some(last) = counted.last() else { return false };
        let asked = self.outer(last);
        let from = last.at.checked_sub(END).unwrap_or(Timestamp::MIN);
        let answers = |look: &Look| self.outer(look).iter().all(|(_, pod)| pod.answers);
        let at_the_end = counted.iter().filter(|look| look.at >= from).all(answers);
        let measures = |look: &Look| {
            let node = Self::node(look, &self.canary.vm.name);
            let inner = node.map(|node| present(&self.canary.pods, node, |witness| witness.inner.is_some()));
            inner.is_some_and(|inner| !inner.is_empty())
        };
        let some_answer = asked.is_empty() || asked.iter().any(|(_, pod)| pod.answers);
        !asked.is_empty() && at_the_end || some_answer && counted.iter().all(measures)
    }
}

/// The pods among `pods` that are `wanted` and were still there.
fn present<'a>(
    pods: &'a [Witness],
    node: &NodeLook,
    wanted: impl Fn(&Witness) -> bool,
) -> Vec<(&'a Witness, PodLook)> {
    let pods = pods.iter().filter(|witness| wanted(witness));
    pods.filter_map(|witness| Some((witness, *node.pods.get(&witness.uid)?))).collect()
}

#[cfg(test)]
mod tests;
