//! M2 journal, M3 overlap flag on, M4 secondary range: the steps before the first VM is changed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use ipnet::Ipv4Net;
use serde_json::json;

use super::facts::{Facts, is_gone};
use super::remedy::edit_state;
use super::{canary, refusal};
use crate::desired::SubnetTarget;
use crate::journal::{Before, Entry, Made, Phase, Settling};
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::resource::SubnetChange;
use crate::plan::step::{Part as StepPart, StepId};
use crate::plan::{Action, Course, Reason};
use crate::snapshot::{Parts, SecondaryRange, StackType};
use crate::vocabulary::{Milestone, POD_RANGE_NAME, Purpose};

/// M2. Every route to replace, and the present overlap flag, are recorded before anything is changed.
pub(super) fn journal(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let claims = claims(context, facts);
    if let Some(why) = facts.entries.iter().find_map(|entry| impossible(context, facts, &claims, entry)) {
        draft.stuck(why);
        return ControlFlow::Break(());
    }
    let listed = |entry: &Entry| facts.journal.lists(&entry.vm, entry.range);
    let as_listed = facts.entries.len() == facts.journal.entries.len() && facts.entries.iter().all(listed);
    let begin = facts.needed && facts.journal.phase.is_none();
    let lasting = &context.seen.state.lasting;
    // Somebody says to try again what was refused or what failed, or it would not come to this.
    let ended = lasting.refused.is_some() || lasting.canary_failed.is_some();
    let measure_again = lasting.canary_failed.is_some() || canary::is_asked_again(context, facts);
    let again = context.course == (Course::Preparing { begun: true }) && (ended || measure_again);
    if as_listed && !begin && !again {
        return ControlFlow::Continue(());
    }
    if begin || again {
        draft.state.lasting.refused = None;
        draft.state.lasting.canary_failed = None;
    }
    let journal = &mut draft.state.journal;
    *journal = facts.journal.clone().with_entries(facts.entries.iter().cloned());
    journal.entries.clone_from(&facts.entries);
    if measure_again {
        // Those that still have their aliases are measured once more, and all others are chosen anew.
        journal.canaries = canary::anew(context, facts);
    }
    if begin {
        journal.phase = Some(Phase::Preparing);
        // A way back that was not recorded otherwise may have put it on.
        journal.overlap_before.get_or_insert(facts.subnet.overlap);
        journal.made = context.gives_ipv6().then(|| stood(context));
    }
    draft.write_state(StepId::milestone(Milestone::Journal), Reason::Journalled);
    ControlFlow::Break(())
}

/// M2. Words that ask for one attempt go before anything is tried that could be refused again, so that it never begins by itself.
pub(super) fn take_words(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let words = context.asked.said.infrastructure.for_once();
    if facts.journal.phase != Some(Phase::Preparing) || words.is_empty() {
        return ControlFlow::Continue(());
    }
    let id = StepId::Migration(Milestone::Journal, StepPart::Words);
    draft.act(id, Action::TakeWords { words }, Reason::WordsUsedUp);
    ControlFlow::Break(())
}

/// How the subnets stand that are about to get IPv6.
fn stood(context: Context<'_>) -> Made {
    let before = |wanted: &SubnetTarget| {
        let before = match context.seen.cloud.subnet(&context.target.region, &wanted.name) {
            None => Before::Absent,
            Some(subnet) if subnet.stack == StackType::Ipv4 => Before::Ipv4,
            Some(_) => Before::Dual,
        };
        (wanted.purpose, before)
    };
    context.target.subnets.iter().map(before).collect()
}

/// The entries by range, without those of VMs that are gone or do not have the range.
type Claims<'a> = BTreeMap<Ipv4Net, Vec<&'a Entry>>;

fn claims<'a>(context: Context<'_>, facts: &'a Facts<'_>) -> Claims<'a> {
    let mut claims = Claims::new();
    for entry in facts.entries.iter().filter(|entry| !is_gone(context, entry) && !facts.is_stale(entry)) {
        claims.entry(entry.range).or_default().push(entry);
    }
    claims
}

/// The reason why `entry` belongs to no node of this shoot, or to several; possible if the state was edited by hand.
fn impossible(context: Context<'_>, facts: &Facts<'_>, claims: &Claims<'_>, entry: &Entry) -> Option<String> {
    let of_entry = format!("status.state.routes names {} for VM {}", entry.range, entry.vm);
    let edit = edit_state(context.asked);
    if facts.pods.is_some_and(|pods| !pods.contains(&entry.range)) {
        return Some(format!(
            "{of_entry}, which is not inside the pod range: remove that entry, with {edit}"
        ));
    }
    let vm = context.seen.cloud.vm(&entry.vm);
    if vm.is_some_and(|vm| !vm.has_tag(&context.target.cluster)) {
        return Some(format!("{of_entry}, which is none of this shoot's: remove that entry, with {edit}"));
    }
    if is_gone(context, entry) || facts.is_stale(entry) {
        return None;
    }
    let other = claims.get(&entry.range)?.iter().map(|other| &other.vm).find(|other| **other != entry.vm)?;
    Some(format!(
        "{of_entry} and for VM {other}: whose it is must be known before either gets an alias; remove the wrong one, with {edit}"
    ))
}

/// M3. Without the flag Google refuses the secondary range while routes lie inside it, and the range would shadow them.
pub(super) fn overlap_on(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.routes.is_empty() {
        return ControlFlow::Continue(());
    }
    if !facts.subnet.overlap {
        flag(context, facts, draft);
        return ControlFlow::Break(());
    }
    if facts.pod_range().is_some() {
        return ControlFlow::Continue(());
    }
    // Only time makes sure that the flag has reached every host before the range does.
    settled(
        context,
        draft,
        Milestone::OverlapOn,
        context.settings.settle,
        "the overlap flag is on its way to every host",
    )
}

/// Sets the flag. If Google will not have it on a dual-stack subnet, that is recorded, and the subnet goes back to IPv4 before the flag
/// is tried once more.
fn flag(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) {
    let first = StepId::milestone(Milestone::OverlapOn);
    let again = StepId::Migration(Milestone::OverlapOn, StepPart::FlagFirst);
    // What a shoot has that never reported IPv6 is left over of an attempt: nobody depends on it.
    let gave_ipv6 = |made: &Made| match made.before(Purpose::Nodes) {
        Some(Before::Ipv4) => true,
        Some(Before::Dual) => !context.asked.reported,
        Some(Before::Absent) | None => false,
    };
    if !facts.journal.flag_first && context.history.refusal(&first).is_some() {
        if !facts.journal.made.as_ref().is_some_and(gave_ipv6) {
            refusal::record(context, draft, Milestone::OverlapOn, &first);
            return;
        }
        draft.state.journal.flag_first = true;
        draft.write_state(StepId::Migration(Milestone::OverlapOn, StepPart::Record), Reason::FlagBeforeIpv6);
        return;
    }
    if facts.journal.flag_first && refusal::record(context, draft, Milestone::OverlapOn, &again) {
        return;
    }
    // An earlier settle time belongs to an earlier change.
    draft.state.journal.settling = None;
    if facts.journal.flag_first && facts.subnet.stack == StackType::DualExternal {
        let id = StepId::Migration(Milestone::OverlapOn, StepPart::Subnet(Purpose::Nodes));
        if refusal::record(context, draft, Milestone::OverlapOn, &id) {
            return;
        }
        let action = Action::patch_subnet(facts.subnet, SubnetChange::Ipv4Only);
        draft.act(id, action, Reason::FlagBeforeIpv6);
        return;
    }
    let id = if facts.journal.flag_first { again } else { first };
    let action = Action::patch_subnet(facts.subnet, SubnetChange::Overlap(true));
    draft.act(id, action, Reason::RangeNeedsFlag);
}

/// M4. The secondary range from which aliases are allocated is added.
pub(super) fn secondary_range(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let Some(pods) = facts.pods else { return ControlFlow::Continue(()) };
    match facts.pod_range() {
        Some(SecondaryRange { range, .. }) if *range == pods => ControlFlow::Continue(()),
        Some(SecondaryRange { range, .. }) => {
            draft.stuck(format!(
                "subnet {} has a secondary range {POD_RANGE_NAME} with {range}, but the pods of this shoot have {pods}: \
                 a secondary range cannot be changed, it must be removed by hand, once nothing uses it: gcloud compute networks subnets \
                 update {} --region={} --remove-secondary-ranges={POD_RANGE_NAME}",
                facts.subnet.name, facts.subnet.name, facts.subnet.region
            ));
            ControlFlow::Break(())
        }
        None => {
            let id = StepId::milestone(Milestone::SecondaryRange);
            if refusal::record(context, draft, Milestone::SecondaryRange, &id) {
                return ControlFlow::Break(());
            }
            let mut ranges: Vec<_> = facts.subnet.secondary.iter().map(|range| range.raw.clone()).collect();
            ranges.push(json!({ "rangeName": POD_RANGE_NAME, "ipCidrRange": pods }));
            draft.act(
                id,
                Action::patch_subnet(facts.subnet, SubnetChange::SecondaryRanges(ranges)),
                Reason::AliasesNeedRange { pods },
            );
            ControlFlow::Break(())
        }
    }
}

/// Continues once `wait` has passed since the effect of `step` was first read back; that instant is recorded at first.
pub(super) fn settled(
    context: Context<'_>,
    draft: &mut Draft,
    step: Milestone,
    wait: std::time::Duration,
    why: &'static str,
) -> ControlFlow<()> {
    let journal = &context.seen.state.journal;
    let settling = match journal.settling {
        // Only past the point of no return a later step may have settled already; before it, such a record is not trusted.
        Some(settling) if settling.step > step && journal.phase == Some(Phase::Deleting) => {
            return ControlFlow::Continue(());
        }
        // An instant in the future comes from a clock that was set back; it is replaced by the present one.
        Some(settling) if settling.step == step && settling.since <= context.seen.at => settling,
        _ => {
            let settling = Settling { step, since: context.seen.at };
            draft.state.journal.settling = Some(settling);
            draft.write_state(StepId::Migration(step, StepPart::Settle), Reason::Settling);
            settling
        }
    };
    let until = settling.until(wait);
    if until <= context.seen.since && draft.state_due().is_none() {
        return ControlFlow::Continue(());
    }
    draft.wait_for(until, why, Parts::new());
    ControlFlow::Break(())
}
