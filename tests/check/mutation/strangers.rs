//! Mutants by steps of other plans: each step that the planner makes anywhere, in a world in which it does not make it.
//!
//! So every wait and every refusal of the planner is held against the self-check: what is not due must not be allowed.

use planner::plan::{Action, Step, Verdict};

use super::plans::kind;

/// The steps of a verdict; one that does nothing has none.
fn steps(verdict: &Verdict) -> &[Step] {
    match verdict {
        Verdict::Act(steps) => steps,
        Verdict::Report(_)
        | Verdict::Done
        | Verdict::LookAgain { .. }
        | Verdict::Refuse
        | Verdict::Stuck { .. } => &[],
    }
}

/// The steps of all verdicts, each effect once.
pub(crate) fn all<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Vec<&'a Step> {
    let mut found: Vec<&Step> = Vec::new();
    for step in verdicts.flat_map(steps) {
        if !found.iter().any(|known| known.action == step.action) {
            found.push(step);
        }
    }
    found
}

/// A plan with a step more than it has, each with its class. The step waits for the write of the state, if there is one, and a write
/// takes the place of the plan's own.
pub(crate) fn mutants(verdict: &Verdict, strangers: &[&Step]) -> Vec<(String, Vec<Step>)> {
    let is_write = |step: &Step| matches!(step.action, Action::WriteState(_));
    let plan = steps(verdict);
    let new = strangers.iter().filter(|stranger| !plan.iter().any(|step| step.action == stranger.action));
    let added = new.map(|stranger| {
        let mut mutant = plan.to_vec();
        if is_write(stranger) {
            mutant.retain(|step| !is_write(step));
            for step in &mut mutant {
                step.needs = vec![stranger.id.clone()];
            }
            mutant.insert(0, Step { needs: Vec::new(), ..(*stranger).clone() });
        } else {
            let write = plan.iter().find(|step| is_write(step));
            let needs = write.map(|write| write.id.clone()).into_iter().collect();
            mutant.push(Step { needs, ..(*stranger).clone() });
        }
        (format!("{}: step of another plan", kind(stranger)), mutant)
    });
    added.collect()
}
