//! What people are told of a step that Google refuses for good, at each step of each world that is kept as a file: what comes next.

use std::collections::BTreeSet;

use planner::plan::{self, Decision, History, Refused, Step, StepId, Verdict};
use planner::vocabulary::Milestone;

use crate::worlds::case::{Case, Situation};
use crate::worlds::files;

/// Google's text, which says nothing of what to do.
const GOOGLE: &str = "HTTP 403 forbidden";
/// Words that say what to do.
const NEXT: [&str; 4] = ["put that right", "put right", "by hand", "replace the node"];

/// The steps of `decision` that change the cloud or the seed.
fn steps(decision: &Decision) -> &[Step] {
    match &decision.verdict {
        Verdict::Act(steps) => steps,
        Verdict::Done
        | Verdict::Report(_)
        | Verdict::LookAgain { .. }
        | Verdict::Refuse
        | Verdict::Stuck { .. } => &[],
    }
}

/// All that `decision` tells people, if it has Google's text.
fn told(decision: &Decision) -> Vec<String> {
    let stuck = match &decision.verdict {
        Verdict::Stuck { why, .. } => Some(why.clone()),
        _ => None,
    };
    let findings = decision.findings.iter().map(|finding| finding.message.clone());
    stuck.into_iter().chain(findings).filter(|text| text.contains(GOOGLE)).collect()
}

/// What is told once `id` was refused, and whatever of the same milestone is tried in its place.
fn told_at_last(situation: &Situation, id: &StepId) -> Vec<String> {
    let mut history = History::default();
    let mut refused = vec![id.clone()];
    while let Some(id) = refused.pop() {
        let refusal = Refused { text: GOOGLE.to_owned(), codes: Vec::new() };
        history.was_refused_for_good(id.clone(), refusal);
        let decision = situation.decide(&history);
        let told = told(&decision);
        if !told.is_empty() {
            return told;
        }
        let StepId::Migration(milestone, _) = id else { continue };
        let instead = steps(&decision).iter().map(|step| &step.id).filter(|id| id.is_of(milestone));
        refused.extend(instead.filter(|instead| **instead != id && History::answers(instead)).cloned());
    }
    Vec::new()
}

/// What is told once `id` was refused: by the next decision, if that answers it, or by the error of the run.
fn told_of(situation: &Situation, decision: &Decision, id: &StepId) -> Vec<String> {
    if History::answers(id) {
        return told_at_last(situation, id);
    }
    let on = plan::way_on(decision.course, &situation.target, id).unwrap_or_default();
    vec![format!("{id}: {GOOGLE}; {on}")]
}

#[test]
fn whatever_step_of_a_migration_is_refused_people_are_told_what_comes_next() {
    let (mut seen, mut silent) = (BTreeSet::new(), Vec::new());
    for file in files() {
        let situation = Case::read(&file).situation();
        let decision = situation.decide(&History::default());
        for step in steps(&decision) {
            let StepId::Migration(milestone, _) = step.id else { continue };
            for text in told_of(&situation, &decision, &step.id) {
                seen.insert(milestone);
                if !NEXT.iter().any(|next| text.contains(next)) {
                    silent.push(format!("{}: {text}", file.display()));
                }
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
    let wanted = [
        Milestone::Aliases,
        Milestone::Freeze,
        Milestone::DeleteRoutes,
        Milestone::OverlapOff,
        Milestone::Ipv6,
        Milestone::RoutesStand,
        Milestone::AliasesOff,
        Milestone::RangeOff,
        Milestone::AsBefore,
    ];
    let missing: Vec<_> = wanted.iter().filter(|milestone| !seen.contains(milestone)).collect();
    assert!(missing.is_empty(), "no world shows how a refusal there is told: {missing:?}");
}

/// What is refused past the point of no return can only go on, and the error says so.
#[test]
fn past_the_point_of_no_return_no_way_back_is_named() {
    let mut told = 0;
    for file in files() {
        let situation = Case::read(&file).situation();
        let decision = situation.decide(&History::default());
        if !decision.course.is_committed() {
            continue;
        }
        for step in steps(&decision).iter().filter(|step| matches!(step.id, StepId::Migration(..))) {
            for text in told_of(&situation, &decision, &step.id) {
                if History::answers(&step.id) && !matches!(step.id, StepId::Migration(Milestone::Ipv6, _)) {
                    continue;
                }
                told += 1;
                assert!(text.contains("which is the only way past the point of no return"), "{text}");
                assert!(!text.contains("undo") && !text.contains("[IPv4]"), "{text}");
            }
        }
    }
    assert!(told > 5, "{told}");
}
