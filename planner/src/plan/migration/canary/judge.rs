//! What came of the canaries that are measured: a verdict for the journal, or a wait for the next look.

use super::verdict::{Shown, shown};
use super::{Open, UNKNOWN, has_alias};
use crate::journal::{Canaries, CanaryFailure, CanaryVerdict};
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::migration::facts::Facts;
use crate::plan::subnets::later_than;
use crate::snapshot::{Part as CloudPart, Parts};
use crate::text::listed;
use crate::vocabulary::Word;

/// Judges the canaries that are being measured, and changes `next` by it; returns whether one still is. What failed is recorded in the
/// state, because of which the migration is taken back.
pub(super) fn judge(
    context: Context<'_>,
    facts: &Facts<'_>,
    open: &[Open<'_>],
    next: &mut Canaries,
    draft: &mut Draft,
) -> bool {
    let (mut failed, mut waits, mut parts) = (Vec::new(), Vec::new(), Parts::new());
    for canary in next.tried.iter_mut().filter(|canary| canary.verdict.is_none()) {
        if !has_alias(context, facts, canary) {
            let can_have_it = open.iter().any(|(entry, _)| entry.vm == canary.vm);
            canary.verdict = (!can_have_it).then_some(CanaryVerdict::Gone);
            continue;
        }
        match shown(canary, &context.seen.shoot.window, context.settings) {
            Shown::Measuring(seconds, of) => waits.push(format!("{} ({seconds} of {of} s)", canary.vm)),
            Shown::Blind(why) => {
                // Its VM may be gone.
                parts.insert(CloudPart::Traffic);
                waits.push(format!("{} (begun anew as soon as this is over: {why})", canary.vm))
            }
            Shown::Proven => canary.verdict = Some(CanaryVerdict::Proven),
            Shown::Unknown(why) => {
                canary.verdict = Some(CanaryVerdict::Unknown);
                draft
                    .findings
                    .push(Finding::warn(UNKNOWN, format!("the canary {} shows nothing: {why}", canary.vm)));
            }
            Shown::Unseen(why) => {
                canary.verdict = Some(CanaryVerdict::Unseen);
                draft.findings.push(Finding::warn(
                    UNKNOWN,
                    format!("the canary {} may be cut off, and cannot be seen: {why}", canary.vm),
                ));
            }
            Shown::Failed(saw) => {
                canary.verdict = Some(CanaryVerdict::Failed);
                failed.push((canary.vm.to_string(), saw));
            }
        }
    }
    if !failed.is_empty() && !context.asked.reported {
        draft.state.lasting.canary_failed = Some(failure(context, failed));
    }
    if waits.is_empty() {
        return false;
    }
    // While pods can be looked at, nothing else is read.
    draft.wait_for(
        later_than(context, context.settings.canary_interval),
        format!("a canary of each worker pool is measured with its alias: {}", listed(&waits, ", ")),
        parts,
    );
    true
}

/// The record of the canaries that `failed`, each with what was seen.
fn failure(context: Context<'_>, failed: Vec<(String, String)>) -> CanaryFailure {
    let saw = match failed.as_slice() {
        [(_, saw)] => saw.clone(),
        several => listed(several.iter().map(|(vm, saw)| format!("{vm}: {saw}")), "; "),
    };
    CanaryFailure {
        verdict: CanaryVerdict::Failed,
        who: failed.into_iter().map(|(vm, _)| vm).collect(),
        at: context.seen.at,
        saw,
        used_up: context.asked.said.shoot.say(Word::CanaryAgain),
    }
}
