//! Canaries: where the shoot's own API shows pods, no node gets its alias before one of its worker pool was measured with it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use super::evidence::Evidence;
use super::pools::pool;
use super::rule::{Judgement, Rule};
use crate::journal::{Canaries, Canary, CanaryVerdict, Entry, Phase, State, Witness};
use crate::plan::Course;
use crate::snapshot::{Look, Node, NodeLook, Obstacle, Pod, Pods, Reading, Vm};
use crate::vocabulary::{POD_RANGE_NAME, VmRef, Word};

/// The longest measuring.
const LONGEST: Duration = Duration::from_secs(120);
/// The most pods by which a node is measured, from outside and by its kubelet each.
const WITNESSES: usize = 5;
/// The most canaries of a worker pool that may show nothing.
const TRIES: usize = 3;

/// Demands that `vm` be a canary, or of a worker pool whose canary was proven, or that goes on without one; where none can be measured any
/// one is allowed, and so is one that is cut off without its alias.
pub(super) fn allow(evidence: &Evidence<'_>, vm: &VmRef) -> Judgement {
    let State { journal, unwritten, .. } = &evidence.seen.state;
    let stored = !unwritten;
    let decided = journal.phase == Some(Phase::Deleting) || !evidence.serves(vm);
    let canaries = &journal.canaries;
    let own = pool(vm);
    let is_canary = canaries.tried.iter().any(|canary| canary.vm == *vm && canary.verdict.is_none());
    let proven = canaries.tried.iter().any(|canary| canary.pool == own && is_proven(canary));
    let waived = canaries.waived.iter().any(|waived| waived == own);
    let allowed = decided || !measures(evidence) || stored && (is_canary || proven || waived);
    Rule::Canary.demands(allowed, || {
        format!("{vm} is no canary, and what its alias does was not seen on a node of {own}")
    })
}

/// A canary with its alias of which it is not known that this leaves it alone, nor that its worker pool goes on all the same.
pub(super) fn doubtful<'a>(evidence: &Evidence<'a>) -> Option<&'a Canary> {
    let canaries = &evidence.seen.state.journal.canaries;
    let goes_on = |own: &str| {
        let proven = canaries.tried.iter().any(|other| other.pool == own && is_proven(other));
        proven || canaries.waived.iter().any(|waived| waived == own)
    };
    let doubtful = |canary: &&Canary| match canary.verdict {
        None | Some(CanaryVerdict::Failed) => true,
        Some(CanaryVerdict::Unseen) => !goes_on(&canary.pool),
        Some(CanaryVerdict::Proven | CanaryVerdict::Unknown | CanaryVerdict::Gone) => false,
    };
    canaries.tried.iter().filter(|canary| bears(evidence, &canary.vm)).find(doubtful)
}

/// Whether canaries have to be measured: where Nodes or pods cannot be read, unless somebody says that they need not be, or no control plane
/// is there yet. Without access to pods beside Nodes that can be read there is nothing to measure.
fn measures(evidence: &Evidence<'_>) -> bool {
    let shoot = &evidence.seen.shoot;
    let begun = !evidence.seen.state.journal.canaries.is_empty();
    let asked = !matches!(shoot.nodes, Reading::Unread);
    let access = shoot.nodes.obstacle().is_some() || shoot.pods.obstacle() != Some(Obstacle::NoAccess);
    let unknown = shoot.nodes.obstacle().is_some() || shoot.pods.obstacle().is_some();
    let nobody = evidence.seen.has_no_api_yet();
    begun || asked && access && !nobody && !(unknown && says(evidence, Word::SkipNodeCheck))
}

/// Judges what the journal that is written says of canaries.
pub(super) fn changed(evidence: &Evidence<'_>, after: &Canaries) -> Judgement {
    let before = &evidence.seen.state.journal;
    let rule = Rule::CanaryRecord;
    if *after == before.canaries {
        return Ok(());
    }
    let forgotten = evidence.seen.state.lasting.canary_failed.is_some()
        && evidence.after().lasting.canary_failed.is_none();
    let turns =
        before.phase == Some(Phase::Undoing) && evidence.after().journal.phase == Some(Phase::Preparing);
    if turns || forgotten {
        let again = |was: &Canary| Canary { since: evidence.seen.at, verdict: None, ..was.clone() };
        let stand = before.canaries.tried.iter().filter(|was| !turns && bears(evidence, &was.vm)).map(again);
        let anew = after.waived.is_empty() && stand.eq(after.tried.iter().cloned());
        return rule.demands(anew, || "what was seen before would count for another attempt");
    }
    let before_no_return = before.phase == Some(Phase::Preparing);
    rule.demands(before_no_return, || "canaries are of no concern on this way")?;
    let old = before.canaries.tried.len();
    rule.demands(after.tried.len() >= old, || "a canary would be forgotten")?;
    for (was, is) in before.canaries.tried.iter().zip(&after.tried) {
        let same = Canary { verdict: is.verdict, ..was.clone() } == *is;
        rule.demands(same, || format!("what is known of the canary {} would change", was.vm))?;
        if was.verdict != is.verdict {
            judged(evidence, was, is.verdict)?;
        }
    }
    after.tried.iter().skip(old).try_for_each(|canary| chosen(evidence, canary))?;
    waived(evidence, after)
}

/// Demands that a canary be a node of the shoot that is well, has no alias, and has pods by which it can be measured.
fn chosen(evidence: &Evidence<'_>, canary: &Canary) -> Judgement {
    let rule = Rule::CanaryRecord;
    let vm = &canary.vm;
    let fresh = canary.verdict.is_none() && canary.since == evidence.seen.at && canary.pool == pool(vm);
    rule.demands(fresh, || format!("the canary {vm} would not be recorded as chosen now"))?;
    let open = evidence.after().journal.canaries.tried.iter().filter(|other| other.verdict.is_none());
    let alone = open.filter(|other| other.pool == canary.pool).count() == 1 && !hides(evidence, &canary.pool);
    rule.demands(alone && !was_tried(evidence, vm), || {
        format!("{vm} was tried already, or another one is, or may be cut off")
    })?;
    let entry = evidence.seen.state.journal.entries.iter().any(|entry| entry.vm == *vm);
    rule.demands(entry && !bears(evidence, vm), || format!("{vm} is not to get an alias"))?;
    let nodes = evidence.seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default();
    let well = nodes.iter().any(|node| is_well(node, vm));
    rule.demands(well, || format!("the Node of {vm} is not known to be well"))?;
    let pods = rule.finds(evidence.seen.shoot.pods.known(), || "the pods were not read")?;
    let measured = !canary.pods.is_empty() && canary.pods == witnesses_on(evidence, pods, &vm.name);
    rule.demands(measured, || format!("the pods by which {vm} is measured are not those on it"))?;
    let vpn = pods.all.iter().any(|pod| pod.vpn && *pod.node == *vm.name);
    rule.demands(!vpn, || format!("the way to all nodes leads through {vm}"))?;
    let Some(control) = &canary.control else { return Ok(()) };
    let other = evidence.seen.cloud.vms.values().any(|other| {
        let lacks = other.nic.aliases.iter().all(|alias| alias.range_name.as_deref() != Some(POD_RANGE_NAME));
        *other.id.name == *control.node && other.id != *vm && lacks && other.has_tag(&evidence.target.cluster)
    });
    let becomes_one =
        evidence.after().journal.canaries.tried.iter().any(|other| *other.vm.name == *control.node);
    let measured = !control.pods.is_empty() && control.pods == witnesses_on(evidence, pods, &control.node);
    rule.demands(other && !becomes_one && measured, || {
        format!("{} is no node without alias to compare with, or not measured by its pods", control.node)
    })
}

/// Whether `node` is that of `vm`, is ready, takes pods and stays.
fn is_well(node: &Node, vm: &VmRef) -> bool {
    let own = *node.name == *vm.name && node.vm.as_ref() == Some(vm);
    own && node.ready && node.schedulable && !node.going
}

/// Whether a canary of the worker pool `own` may be cut off without that it was seen.
fn hides(evidence: &Evidence<'_>, own: &str) -> bool {
    let mut tried = evidence.seen.state.journal.canaries.tried.iter();
    tried.any(|canary| canary.pool == own && canary.verdict == Some(CanaryVerdict::Unseen))
}

fn was_tried(evidence: &Evidence<'_>, vm: &VmRef) -> bool {
    evidence.seen.state.journal.canaries.tried.iter().any(|canary| canary.vm == *vm)
}

/// The worker pools of which a node could be tried that was not, now or as soon as its pods are old enough.
fn could_be_tried<'a>(evidence: &Evidence<'a>) -> BTreeSet<&'a str> {
    let Some(pods) = evidence.seen.shoot.pods.known() else { return BTreeSet::new() };
    let journal = &evidence.seen.state.journal;
    let mut here: BTreeMap<&str, Vec<&Pod>> = BTreeMap::new();
    for pod in &pods.all {
        here.entry(&pod.node).or_default().push(pod);
    }
    let nodes = evidence.seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default();
    let nodes: BTreeMap<&str, &Node> = nodes.iter().map(|node| (node.name.as_str(), node)).collect();
    let tried: BTreeSet<&VmRef> = journal.canaries.tried.iter().map(|canary| &canary.vm).collect();
    let could = |entry: &&Entry| {
        let (vm, name) = (&entry.vm, entry.vm.name.as_str());
        let runs = evidence.seen.cloud.vms.get(vm).is_some_and(Vm::is_running);
        let free = runs && !bears(evidence, vm) && !tried.contains(vm);
        let well = nodes.get(name).is_some_and(|node| is_well(node, vm));
        let here = here.get(name).map(Vec::as_slice).unwrap_or_default();
        let measured = || {
            let now = !witnesses(evidence, here.iter().copied(), pods).is_empty();
            now || here.iter().any(|pod| grows_old(evidence, pod))
        };
        free && well && !here.iter().any(|pod| pod.vpn) && measured()
    };
    let routed = |entry: &&Entry| evidence.pods.has_route(&entry.vm, entry.range);
    let pools = journal.entries.iter().filter(routed).filter(could).map(|entry| pool(&entry.vm));
    let unknown = |own: &str| {
        let tried = journal.canaries.tried.iter();
        tried.filter(|one| one.pool == own && one.verdict == Some(CanaryVerdict::Unknown)).count()
    };
    let may = |own: &&str| unknown(own) < TRIES && !hides(evidence, own);
    pools.collect::<BTreeSet<_>>().into_iter().filter(may).collect()
}

/// The pods of the Node called `node` by which it can be measured.
fn witnesses_on(evidence: &Evidence<'_>, pods: &Pods, node: &str) -> Vec<Witness> {
    witnesses(evidence, pods.all.iter().filter(|pod| pod.node == node), pods)
}

/// The pods among those of one Node, `here`, by which it can be measured: the first few that answer and the first few that its kubelet
/// measures, of those that were ready on the pod network for long.
fn witnesses<'a>(evidence: &Evidence<'_>, here: impl Iterator<Item = &'a Pod>, pods: &Pods) -> Vec<Witness> {
    let age = evidence.settings.canary_pod_age;
    let old = |since: Timestamp| since.checked_add(age).is_ok_and(|old| old <= evidence.seen.at);
    let usable = here.filter(|pod| shows_range(pod) && pod.ready_since.is_some_and(old));
    let (mut asked, mut measured) = (0, 0);
    let mut witnesses = Vec::new();
    for pod in usable {
        let outer = pods.answering.contains(&pod.uid) && asked < WITNESSES;
        let inner = pod.measured.filter(|_| measured < WITNESSES);
        asked += usize::from(outer);
        measured += usize::from(inner.is_some());
        if outer || inner.is_some() {
            let name = format!("{}/{}", pod.namespace, pod.name);
            witnesses.push(Witness { pod: name, uid: pod.uid.clone(), outer, inner });
        }
    }
    witnesses
}

/// Whether `pod` has an address of its node's range, and stays.
fn shows_range(pod: &Pod) -> bool {
    !pod.host_network && !pod.going && !pod.uid.is_empty()
}

/// Whether its node may be measured by `pod` later: it is not ready for long, nor was it made long before.
fn grows_old(evidence: &Evidence<'_>, pod: &Pod) -> bool {
    let age = evidence.settings.canary_pod_age;
    let (Some(created), Some(since)) = (pod.created, pod.ready_since) else { return false };
    let young = since.checked_add(age).is_ok_and(|old| old > evidence.seen.at);
    let soon = created.checked_add(age).is_ok_and(|late| since <= late);
    shows_range(pod) && (pod.measured.is_some() || !pod.endpoints.is_empty()) && young && soon
}

/// Demands that what came of a canary be what was seen of it.
fn judged(evidence: &Evidence<'_>, canary: &Canary, verdict: Option<CanaryVerdict>) -> Judgement {
    let rule = Rule::CanaryRecord;
    let vm = &canary.vm;
    rule.demands(canary.verdict.is_none(), || format!("what came of the canary {vm} would change"))?;
    let name = vm.name.as_str();
    let all = evidence.seen.shoot.window.looks.iter();
    let all: Vec<&Look> =
        all.filter(|look| look.at >= canary.since && look.nodes.contains_key(name)).collect();
    let looks: Vec<(&Look, &NodeLook)> =
        all.iter().filter_map(|look| Some((*look, look.nodes.get(name)?.as_ref()?))).collect();
    let spans = |least: Duration| span(looks.iter().map(|(look, _)| *look)) >= least;
    let held = match verdict {
        Some(CanaryVerdict::Proven) => {
            spans(evidence.settings.settle.min(LONGEST))
                && looks.last().is_some_and(|(_, last)| answers(canary, last))
        }
        Some(CanaryVerdict::Failed) => {
            let told = evidence.after().lasting.canary_failed.as_ref();
            let told = told.is_some_and(|failure| failure.who.contains(&vm.to_string()));
            let down = |look: &NodeLook| !answers(canary, look) || is_missed(canary, look);
            looks.iter().any(|(_, look)| down(look)) && (told || evidence.asked.reported)
        }
        // That nothing tells of it is what is seen, too.
        Some(verdict @ (CanaryVerdict::Unknown | CanaryVerdict::Unseen)) => {
            let long = spans(LONGEST) || span(all.iter().copied()) >= evidence.settings.canary_timeout;
            let settled = canary.since.checked_add(evidence.settings.settle.min(LONGEST));
            let late = |look: &Look| settled.as_ref().is_ok_and(|settled| look.at >= *settled);
            let reached = looks.iter().any(|(look, node)| late(look) && is_reached(canary, node));
            long && (reached || verdict == CanaryVerdict::Unseen)
        }
        Some(CanaryVerdict::Gone) => !bears(evidence, vm),
        None => false,
    };
    rule.demands(held, || format!("what is said of the canary {vm} was not seen"))
}

/// The time from the first of `looks` to the last.
fn span<'a>(looks: impl Iterator<Item = &'a Look> + Clone) -> Duration {
    let ends = looks.clone().next().zip(looks.last());
    ends.map_or(Duration::ZERO, |(first, last)| {
        Duration::try_from(last.at.duration_since(first.at)).unwrap_or_default()
    })
}

/// Whether `look` shows that a pod of the node is reached: from outside or, where none is asked, by its kubelet's word.
fn is_reached(canary: &Canary, look: &NodeLook) -> bool {
    let mut pods = canary.pods.iter().filter_map(|witness| Some((witness, look.pods.get(&witness.uid)?)));
    pods.any(|(_, pod)| pod.answers) || answers(canary, look)
}

/// Whether `look` shows that the node answers: its kubelet, and some of its pods, from outside or, where none is asked, by its kubelet's
/// word.
fn answers(canary: &Canary, look: &NodeLook) -> bool {
    let pods = || canary.pods.iter().filter_map(|witness| Some((witness, look.pods.get(&witness.uid)?)));
    let asked: Vec<bool> = pods().filter(|(witness, _)| witness.outer).map(|(_, pod)| pod.answers).collect();
    let ready = || pods().any(|(witness, pod)| witness.inner.is_some() && pod.ready);
    look.kubelet && if asked.is_empty() { ready() } else { asked.contains(&true) }
}

/// Whether `look` shows that the kubelet misses a pod, now or at any time before.
fn is_missed(canary: &Canary, look: &NodeLook) -> bool {
    let mut pods = canary.pods.iter().filter_map(|witness| Some((witness, look.pods.get(&witness.uid)?)));
    pods.any(|(witness, pod)| witness.inner.is_some() && (!pod.ready || pod.unhealthy > 0))
}

/// Demands that a worker pool go on without a canary only if one that was proven runs its image, or somebody says so.
fn waived(evidence: &Evidence<'_>, after: &Canaries) -> Judgement {
    let before = &evidence.seen.state.journal.canaries;
    let kept = after.waived.starts_with(&before.waived);
    Rule::CanaryRecord.demands(kept, || "a worker pool that goes on without a canary would be forgotten")?;
    let others: Vec<&String> = after.waived.iter().skip(before.waived.len()).collect();
    let distinct = others.iter().collect::<BTreeSet<_>>().len() == others.len();
    let open = if others.is_empty() { BTreeSet::new() } else { open(evidence) };
    let needed = distinct && others.iter().all(|waived| open.contains(waived.as_str()));
    Rule::CanaryRecord.demands(needed, || "a worker pool would go on without a canary that needs none")?;
    let unknown = others
        .into_iter()
        .map(String::as_str)
        .find(|waived| !skips(evidence) && !runs_proven_image(evidence, waived));
    Rule::CanaryRecord.demands(unknown.is_none(), || {
        format!("nothing is known of the worker pool {}", unknown.unwrap_or_default())
    })
}

/// Whether all nodes of the worker pool `own` run images of canaries that were proven.
fn runs_proven_image(evidence: &Evidence<'_>, own: &str) -> bool {
    let nodes = evidence.seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default();
    let proven = evidence.seen.state.journal.canaries.tried.iter().filter(|canary| is_proven(canary));
    let proven: BTreeSet<&str> = proven.map(|canary| canary.vm.name.as_str()).collect();
    let images: BTreeSet<&str> = nodes
        .iter()
        .filter(|node| proven.contains(node.name.as_str()) && !node.image.is_empty())
        .map(|node| node.image.as_str())
        .collect();
    let is_own = |name: &str| name.strip_prefix(own).is_some_and(|rest| rest.matches('-').count() == 3);
    let mut nodes = nodes.iter().filter(|node| is_own(&node.name)).peekable();
    !evidence.nodes.has_nameless()
        && nodes.peek().is_some()
        && nodes.all(|node| images.contains(node.image.as_str()))
}

/// The worker pools of which a node lacks its alias, or one may be cut off by it, and none is known to stand one, about to show it, or left to be tried.
fn open<'a>(evidence: &Evidence<'a>) -> BTreeSet<&'a str> {
    let journal = &evidence.seen.state.journal;
    let lacks =
        |entry: &&Entry| evidence.seen.cloud.vms.contains_key(&entry.vm) && !evidence.is_covered(entry);
    let mut open: BTreeSet<&str> =
        journal.entries.iter().filter(lacks).map(|entry| pool(&entry.vm)).collect();
    let hidden = journal.canaries.tried.iter().filter(|canary| canary.verdict == Some(CanaryVerdict::Unseen));
    open.extend(hidden.filter(|canary| bears(evidence, &canary.vm)).map(|canary| canary.pool.as_str()));
    let could_be_tried = could_be_tried(evidence);
    let shown = |own: &str| {
        let tried = &mut journal.canaries.tried.iter();
        tried.any(|canary| canary.pool == own && (is_proven(canary) || canary.verdict.is_none()))
    };
    let waived = |own: &str| journal.canaries.waived.iter().any(|waived| waived == own);
    open.retain(|own| !shown(own) && !could_be_tried.contains(own) && !waived(own));
    open
}

/// Demands that the failure of canaries be recorded where it was seen, and forgotten where somebody asks for another attempt, or nobody for
/// dual-stack.
pub(super) fn failed(evidence: &Evidence<'_>, after: &State) -> Judgement {
    let (was, is) = (&evidence.seen.state.lasting.canary_failed, &after.lasting.canary_failed);
    let owner_says = evidence.asked.said.shoot.say(Word::CanaryAgain);
    let holds = match (was, is) {
        (was, is) if was == is => true,
        (Some(_), None) => !evidence.asked.dual_stack || evidence.target.dual_stack,
        (None, Some(failure)) => {
            let tried = &after.journal.canaries.tried;
            let fails = |canary: &&Canary| canary.verdict == Some(CanaryVerdict::Failed);
            let said = match failure.verdict {
                CanaryVerdict::Failed => {
                    let failed: Vec<String> =
                        tried.iter().filter(fails).map(|canary| canary.vm.to_string()).collect();
                    !failed.is_empty() && failed == failure.who
                }
                CanaryVerdict::Unknown => {
                    let asked = measures(evidence) && !skips(evidence);
                    let open = open(evidence);
                    let unknown =
                        |own: &String| open.contains(own.as_str()) && !runs_proven_image(evidence, own);
                    asked && !failure.who.is_empty() && failure.who.iter().all(unknown)
                }
                CanaryVerdict::Proven | CanaryVerdict::Unseen | CanaryVerdict::Gone => false,
            };
            let on_the_way = match evidence.course {
                Course::Preparing { begun: true } | Course::Held => !evidence.asked.reported,
                Course::Preparing { begun: false }
                | Course::Leaving
                | Course::Announced
                | Course::Committed
                | Course::Undoing
                | Course::Back(_)
                | Course::Rests(_)
                | Course::Steady => false,
            };
            said && on_the_way && failure.at == evidence.seen.at && failure.used_up == owner_says
        }
        (Some(was), Some(is)) => {
            let mut unused = was.clone();
            unused.used_up = false;
            !owner_says && *is == unused
        }
        (None, None) => true,
    };
    Rule::CanaryRecord.demands(holds, || "that a canary failed would be lost or made up")
}

/// Whether what cannot be known is passed over: somebody says so, or somebody else has begun the migration.
fn skips(evidence: &Evidence<'_>) -> bool {
    says(evidence, Word::SkipNodeCheck) || evidence.seen.state.journal.made.is_none()
}

fn is_proven(canary: &Canary) -> bool {
    canary.verdict == Some(CanaryVerdict::Proven)
}

fn bears(evidence: &Evidence<'_>, vm: &VmRef) -> bool {
    let mut ranges = evidence.seen.state.journal.entries.ranges(vm);
    ranges.any(|range| evidence.pods.bears(vm, range))
}

fn says(evidence: &Evidence<'_>, word: Word) -> bool {
    let said = &evidence.asked.said;
    said.shoot.say(word) || said.infrastructure.say(word)
}
