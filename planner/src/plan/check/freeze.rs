//! The cloud-controller-manager: stopped once all else is done and it is written down, given back before the point of no return only.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::journal::{Journal, Phase};
use crate::plan::{Action, Course};
use crate::vocabulary::{Milestone, Purpose};

/// Judges the annotations by which the resource manager leaves the control plane chart alone, or takes it up again.
pub(super) fn ignore(evidence: &Evidence<'_>, ignore: bool, version: &str) -> Judgement {
    is_as_read(&evidence.seen.ccm.managed_resource_version, version)?;
    let resource = evidence.seen.ccm.managed_resource;
    if ignore {
        let open = resource.is_some_and(|resource| !(resource.ignore && resource.remove_ignore));
        Rule::Freeze.demands(open, || "the chart was not seen, or is left alone already")?;
        let stale = resource.is_some_and(|resource| resource.ignored) && evidence.course != Course::Committed;
        Rule::Freeze.demands(!stale, || "the resource manager has not taken an earlier freeze back yet")?;
        return freezes(evidence);
    }
    let held = resource.is_some_and(|resource| resource.ignore || resource.remove_ignore);
    Rule::Release.demands(held, || "the chart is not left alone")?;
    releases(evidence)
}

/// Judges a change of the replicas of the cloud-controller-manager.
pub(super) fn scale(evidence: &Evidence<'_>, replicas: i32, version: &str) -> Judgement {
    is_as_read(&evidence.seen.ccm.deployment_version, version)?;
    let ccm = &evidence.seen.ccm;
    if replicas == 0 {
        let obeyed = ccm
            .managed_resource
            .is_none_or(|resource| resource.ignore && resource.remove_ignore && resource.ignored);
        Rule::Freeze.demands(obeyed, || "the resource manager would scale it back")?;
        let runs = ccm.replicas.is_some_and(|replicas| replicas != 0);
        Rule::Freeze.demands(runs, || "it is not seen to be wanted")?;
        return freezes(evidence);
    }
    Rule::Release.demands(replicas == 1, || format!("it never had {replicas} replicas"))?;
    let ours = ccm.managed_resource.is_none() && ccm.replicas == Some(0);
    Rule::Release.demands(ours, || "somebody else scales it")?;
    releases(evidence)
}

/// Demands that the cloud-controller-manager may be stopped.
pub(super) fn freezes(evidence: &Evidence<'_>) -> Judgement {
    let rule = Rule::Freeze;
    let journal = &evidence.after().journal;
    rule.demands(
        journal.frozen_at.is_some() && !journal.releasing,
        || "it is not recorded that it is stopped",
    )?;
    rule.demands(evidence.may_make_routes(), || "it makes no routes")?;
    match evidence.course {
        // Refused inserts would have every node replaced: nothing comes before it.
        Course::Committed => Ok(()),
        Course::Preparing { begun: true } => {
            // Where no route is left just now, the flag still goes back, and its inserts would be refused then.
            let nodes = evidence.subnet(Purpose::Nodes);
            let loses_flag = nodes.is_some_and(|nodes| nodes.overlap)
                && evidence.seen.state.journal.overlap_before == Some(false);
            let routed = !evidence.pods.routes.is_empty();
            rule.demands(routed || loses_flag, || "there is no route that it could make anew")?;
            prepared(evidence)?;
            rule.demands(
                evidence.steps.iter().all(|step| is_freeze(&step.action)),
                || "something else is still to be done",
            )
        }
        Course::Leaving
        | Course::Undoing
        | Course::Announced
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Preparing { begun: false }
        | Course::Steady => rule.demands(false, || "no migration is under way that needs it"),
    }
}

/// Demands that all is there that the cluster needs, and that every alias has reached every host.
fn prepared(evidence: &Evidence<'_>) -> Judgement {
    let rule = Rule::Freeze;
    let entries = evidence.seen.state.journal.entries.iter();
    let open = entries.into_iter().find(|entry| !evidence.is_covered(entry));
    rule.demands(open.is_none(), || "a VM lacks its alias")?;
    let settled = evidence.has_settled(Milestone::Settle, evidence.alias_settle());
    rule.demands(settled, || "the aliases may not have reached every host")?;
    for purpose in Purpose::ALL {
        let Some(wanted) = evidence.target.subnet(purpose) else { continue };
        let subnet =
            rule.finds(evidence.subnet(purpose), || format!("subnet {} was not seen", wanted.name))?;
        // The nodes subnet gets its IPv6 range last.
        let complete = purpose == Purpose::Nodes || !wanted.dual_stack || subnet.ipv6_prefix.is_some();
        rule.demands(complete, || format!("subnet {} has no IPv6 range", wanted.name))?;
    }
    let router = evidence.seen.cloud.router.as_ref();
    let leaves =
        router.is_some_and(|router| router.nats.iter().any(|nat| super::nats::is_own(evidence, nat)));
    rule.demands(leaves, || "the router or the NAT was not seen")
}

/// Whether `after` records a freeze that stands and that nobody has recorded, as one that is taken back. What both families were reported
/// for stays stopped until its control plane is reconciled.
pub(super) fn is_of_nobody(evidence: &Evidence<'_>, after: &Journal) -> bool {
    let resource = evidence.seen.ccm.managed_resource;
    let stays = matches!(evidence.course, Course::Leaving | Course::Committed);
    !stays
        && evidence.seen.state.journal.frozen_at.is_none()
        && after.releasing
        && after.frozen_at.is_some()
        && !evidence.asked.reported
        && resource.is_some_and(|resource| resource.ignore && resource.remove_ignore)
}

/// Demands that the cloud-controller-manager may be given back.
fn releases(evidence: &Evidence<'_>) -> Judgement {
    let journal = &evidence.seen.state.journal;
    let recorded = journal.releasing && journal.frozen_at.is_some();
    Rule::Release.demands(recorded, || "it is not recorded that a freeze of ours is taken back")?;
    Rule::Release.demands(journal.phase != Some(Phase::Deleting), || {
        "past the point of no return it would make routes anew that are refused, and every node be replaced"
    })
}

/// Demands that a change of the seed name the version that was read.
fn is_as_read(read: &str, version: &str) -> Judgement {
    Rule::SeedRead.demands(!read.is_empty() && read == version, || "its version is not the one that was read")
}

fn is_freeze(action: &Action) -> bool {
    match action {
        Action::WriteState(_) | Action::IgnoreControlPlane { .. } | Action::ScaleCcm { .. } => true,
        Action::Insert { .. }
        | Action::Patch { .. }
        | Action::Delete { .. }
        | Action::SetNats { .. }
        | Action::SetAliases { .. }
        | Action::TakeWords { .. } => false,
    }
}
