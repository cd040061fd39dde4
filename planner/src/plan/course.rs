//! The course of a pass: what it may do at all. It is computed once from target and snapshot, and matched without a wildcard.

use std::borrow::Cow;

use super::nodes::Nodes;
use super::ownership;
use crate::desired::{Goal, Target};
use crate::journal::{CanaryVerdict, Phase, State};
use crate::snapshot::{Cloud, Snapshot, StackType, Subnet};
use crate::vocabulary::{CourseName, POD_RANGE_NAME, Purpose, VmRef, Word, subnet_name};

/// The course of a pass. The first that applies, in the order of [`Course::of`], counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Course {
    /// The shoot is being deleted, with everything that is its own.
    Leaving,
    /// The Shoot is being deleted, but its Infrastructure is still asked to stand: no migration begins, goes on or goes back.
    Announced,
    /// The point of no return is recorded, or was passed by another controller: M9 to M12, and nothing that could delay them.
    Committed,
    /// The state records that aliases are being removed: U1 to U8.
    Undoing,
    /// What was begun, or was left over, is taken back as far as no alias has to go: U1 to U3, then undoing, or U6 to U8.
    Back(BackCause),
    /// A migration was begun and rests, because somebody says so. Nothing that was made is taken away.
    Held,
    /// A migration is needed, but does not begin.
    Rests(RestCause),
    /// Dual-stack is wanted, and there are routes to migrate: M1 to M8b.
    Preparing {
        /// Whether the start of the migration is recorded.
        begun: bool,
    },
    /// There is nothing to migrate: resources are created, changed and repaired.
    Steady,
}

/// The reason why a migration is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackCause {
    /// The Shoot says IPv4 again.
    NotWanted,
    /// Somebody says `undo`.
    Undo,
    /// A step was refused for good.
    Refused,
    /// A canary failed, or nothing is known of some worker pools.
    Canary,
    /// No migration is recorded, and dual-stack is not wanted, but something of it is there: after a creation that failed, or of an
    /// earlier shoot of the same name.
    LeftOver,
}

/// The reason why a migration does not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RestCause {
    /// Somebody says `undo`.
    Undo,
    /// Somebody says `hold`.
    Hold,
    /// An earlier attempt was refused for good.
    Refused,
    /// In an earlier attempt a canary failed, or nothing could be known of some worker pools.
    Canary,
}

impl Course {
    /// The course that follows from `target`, as the documents ask for it, and the snapshot `seen`.
    pub fn of(target: &Target, seen: &Snapshot) -> Self {
        let phase = seen.state.journal.phase;
        if target.goal == Goal::Absent {
            return Self::Leaving;
        }
        if phase == Some(Phase::Deleting) {
            return Self::Committed;
        }
        let needed = target.dual_stack && has_pending(target, seen);
        let left_over =
            phase.is_none() && !target.dual_stack && is_left_over(target, &seen.state, &seen.cloud);
        if target.going && (phase.is_some() || needed || left_over) {
            return Self::Announced;
        }
        match phase {
            None if left_over && was_finished_elsewhere(target, seen) => Self::Committed,
            None if left_over => Self::Back(BackCause::LeftOver),
            None if needed => Self::before(target, seen),
            None | Some(Phase::Deleting) => Self::Steady,
            Some(Phase::Undoing) => Self::Undoing,
            Some(Phase::Preparing) => Self::begun(target, seen),
        }
    }

    /// The course while a migration is needed and none is recorded.
    fn before(target: &Target, seen: &Snapshot) -> Self {
        if target.said.say(Word::Undo) {
            Self::Rests(RestCause::Undo)
        } else if target.said.say(Word::Hold) {
            Self::Rests(RestCause::Hold)
        } else if is_refused(target, seen) {
            Self::Rests(RestCause::Refused)
        } else if is_ended_by_canary(target, seen) {
            Self::Rests(RestCause::Canary)
        } else {
            Self::Preparing { begun: false }
        }
    }

    /// The course while a migration is recorded that may still go either way. What was reported is never taken back.
    fn begun(target: &Target, seen: &Snapshot) -> Self {
        if !target.dual_stack {
            Self::Back(BackCause::NotWanted)
        } else if !target.reported && target.said.say(Word::Undo) {
            Self::Back(BackCause::Undo)
        } else if !target.reported && is_refused(target, seen) {
            Self::Back(BackCause::Refused)
        } else if !target.reported && is_ended_by_canary(target, seen) {
            Self::Back(BackCause::Canary)
        } else if target.said.say(Word::Hold) {
            Self::Held
        } else {
            Self::Preparing { begun: true }
        }
    }

    /// The name of the course; `None` if there is no migration on it.
    pub fn name(self) -> Option<CourseName> {
        match self {
            Self::Leaving | Self::Steady => None,
            Self::Announced => Some(CourseName::Announced),
            Self::Committed => Some(CourseName::Committed),
            Self::Undoing => Some(CourseName::Undoing),
            Self::Back(_) => Some(CourseName::Back),
            Self::Held => Some(CourseName::Held),
            Self::Rests(_) => Some(CourseName::Rests),
            Self::Preparing { .. } => Some(CourseName::Preparing),
        }
    }

    /// The target in effect on this course. What dual-stack needs is not made while a migration rests or goes back, and is finished
    /// once it is committed, whatever the documents ask for.
    pub fn target(self, asked: &Target) -> Cow<'_, Target> {
        match self {
            Self::Announced | Self::Undoing | Self::Back(_) | Self::Held | Self::Rests(_)
                if !asked.reported =>
            {
                Cow::Owned(asked.with_ipv4())
            }
            Self::Committed => asked.with_both().map_or(Cow::Borrowed(asked), Cow::Owned),
            Self::Announced
            | Self::Undoing
            | Self::Back(_)
            | Self::Held
            | Self::Rests(_)
            | Self::Leaving
            | Self::Preparing { .. }
            | Self::Steady => Cow::Borrowed(asked),
        }
    }

    /// Whether the start of a migration is recorded. It must be finished before anything else changes the nodes subnet.
    pub fn is_begun(self) -> bool {
        match self {
            Self::Announced
            | Self::Committed
            | Self::Undoing
            | Self::Back(_)
            | Self::Held
            | Self::Preparing { begun: true } => true,
            Self::Leaving | Self::Rests(_) | Self::Preparing { begun: false } | Self::Steady => false,
        }
    }

    /// Whether the point of no return is passed.
    pub fn is_committed(self) -> bool {
        match self {
            Self::Committed => true,
            Self::Leaving
            | Self::Announced
            | Self::Undoing
            | Self::Back(_)
            | Self::Held
            | Self::Rests(_)
            | Self::Preparing { .. }
            | Self::Steady => false,
        }
    }

    /// Whether a migration is needed and does not begin.
    pub fn rests(self) -> bool {
        match self {
            Self::Rests(_) => true,
            Self::Leaving
            | Self::Announced
            | Self::Committed
            | Self::Undoing
            | Self::Back(_)
            | Self::Held
            | Self::Preparing { .. }
            | Self::Steady => false,
        }
    }

    /// Whether what was made for dual-stack is taken away.
    pub fn goes_back(self) -> bool {
        match self {
            Self::Undoing | Self::Back(_) => true,
            Self::Leaving
            | Self::Announced
            | Self::Committed
            | Self::Held
            | Self::Rests(_)
            | Self::Preparing { .. }
            | Self::Steady => false,
        }
    }
}

/// Whether the subnets of `cloud` show that something of dual-stack is left over from a shoot that never reported it, or the `state` says
/// that the way back put the overlap flag on.
pub(super) fn is_left_over(target: &Target, state: &State, cloud: &Cloud) -> bool {
    let subnet = |purpose| cloud.subnet(&target.region, &subnet_name(&target.cluster, purpose));
    let has_ipv6 = |subnet: &Subnet| subnet.stack == StackType::DualExternal;
    let nodes = subnet(Purpose::Nodes).is_some_and(|nodes| has_ipv6(nodes) || has_pod_range(target, nodes));
    let internal = subnet(Purpose::Internal).is_some_and(has_ipv6);
    let services = subnet(Purpose::Services)
        .is_some_and(|services| services.description == Purpose::Services.description());
    let flagged = state.journal.overlap_before.is_some();
    !target.reported && (flagged || nodes || internal || services)
}

/// Whether there is a route to migrate, an entry that says so or, before both families were ever reported, a Node without an alias.
fn has_pending(target: &Target, seen: &Snapshot) -> bool {
    let lacks = |(vm, range): (&VmRef, _)| seen.cloud.vm(vm).is_some_and(|vm| !vm.bears(range));
    is_routed(target, seen) || !target.reported && Nodes::of(target, seen).iter().any(lacks)
}

/// Whether there is a route of the shoot, or an entry that says so.
fn is_routed(target: &Target, seen: &Snapshot) -> bool {
    !seen.state.journal.entries.is_empty() || own_routes(target, seen)
}

fn own_routes(target: &Target, seen: &Snapshot) -> bool {
    seen.cloud.routes.iter().any(|route| ownership::route(target, seen, route).is_some())
}

/// Whether somebody else has replaced the routes by aliases and nobody makes routes any more: only forward is a way out.
fn was_finished_elsewhere(target: &Target, seen: &Snapshot) -> bool {
    let mut own = seen.cloud.vms.values().filter(|vm| vm.has_tag(&target.cluster));
    target.services.is_some()
        && !is_routed(target, seen)
        && own.any(|vm| vm.pod_ranges().next().is_some())
        && !seen.ccm.may_make_routes()
}

fn has_pod_range(target: &Target, subnet: &Subnet) -> bool {
    let mut ranges = subnet.secondary.iter();
    ranges.any(|range| range.name == POD_RANGE_NAME && Some(range.range) == target.pods)
}

/// Whether a refusal for good is recorded, and nobody says to try again. The word on the Infrastructure goes when the attempt begins;
/// that on the Shoot, which cannot be removed, counts for one attempt until its owner takes it away.
fn is_refused(target: &Target, seen: &Snapshot) -> bool {
    let asked = |used_up: bool| {
        target.said.infrastructure.say(Word::TryAgain) || target.said.shoot.say(Word::TryAgain) && !used_up
    };
    seen.state.lasting.refused.as_ref().is_some_and(|refusal| !asked(refusal.used_up))
}

/// Whether it is recorded that a canary failed, or that nothing is known, and nobody says to try again. The word counts as it does after
/// a refusal, but not while somebody says `hold`: no attempt begins then, and the canary would stay cut off. What is not known may also be
/// left out by whoever says so.
fn is_ended_by_canary(target: &Target, seen: &Snapshot) -> bool {
    let Some(failure) = &seen.state.lasting.canary_failed else { return false };
    let said = &target.said;
    let asked =
        said.infrastructure.say(Word::CanaryAgain) || said.shoot.say(Word::CanaryAgain) && !failure.used_up;
    let again = asked && !said.say(Word::Hold)
        || failure.verdict == CanaryVerdict::Unknown && said.say(Word::SkipNodeCheck);
    !again
}
