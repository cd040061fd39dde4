//! Mutants of plans: every golden plan, with one thing in it that is not as the planner made it, is refused or known to be harmless.
//!
//! What is changed is found in the plans themselves and not listed: names, lists, flags, fingerprints, ranges, numbers, instants, the steps
//! and what they wait for, and whose a thing is. `testdata/check/harmless.yaml` lists what may be different without harm, by kind of
//! action, field and kind of change, each with the reason and with the number of mutants that are let through at most, so that a rule that is
//! lost shows. New worlds have more mutants: `UPDATE_GOLDEN=1 cargo test --test check` writes the numbers anew; read the difference before you
//! commit it.

mod data;
mod harmless;
mod owners;
mod plans;
mod strangers;

use std::collections::{BTreeMap, BTreeSet};

use planner::journal::State;
use planner::plan::{History, Step, Verdict};

use crate::tree::Tree;
use crate::worlds::case::{Case, Situation};
use crate::worlds::files;
use data::{Pool, mutants};
use harmless::Harmless;
use plans::kind;

/// What became of the mutants of a class.
#[derive(Default)]
struct Tally {
    refused: usize,
    /// Those that were let through: the world of each.
    passed: Vec<String>,
}

/// What became of all mutants.
#[derive(Default)]
struct Tallies(BTreeMap<String, Tally>);

impl Tallies {
    fn judge(&mut self, class: &str, world: &str, situation: &Situation, verdict: &Verdict) {
        let tally = self.0.entry(class.to_owned()).or_default();
        match situation.check(verdict) {
            Err(_) => tally.refused += 1,
            Ok(()) => tally.passed.push(world.to_owned()),
        }
    }
}

/// The worlds, each with what the planner decides in it, after Google has refused to delete a VPC because of the way to the internet.
fn decided() -> Vec<(String, Situation, Verdict)> {
    let mut history = History::default();
    history.was_in_use(vec![
        "it is used by 'projects/my-project/global/routes/default-route-internet'".to_owned(),
    ]);
    let decide = |file: &std::path::PathBuf| {
        let (name, case) = (file.file_stem().unwrap().to_string_lossy(), Case::read(file));
        let situation = case.situation();
        let verdict = situation.decide(&history).verdict;
        (format!("{name} ({})", case.about()), situation, verdict)
    };
    files().iter().map(decide).collect()
}

/// The plan as it is, but for the step at `index`.
fn with(steps: &[Step], index: usize, step: Step) -> Verdict {
    let mut steps = steps.to_vec();
    steps[index] = step;
    Verdict::Act(steps)
}

fn tallies() -> Tallies {
    let worlds = decided();
    let mut pool = Pool::default();
    for (_, _, verdict) in &worlds {
        match verdict {
            Verdict::Act(steps) => steps.iter().for_each(|step| pool.add(&kind(step), &step.tree())),
            Verdict::Report(state) => pool.add("report", &state.tree()),
            Verdict::Done | Verdict::LookAgain { .. } | Verdict::Refuse | Verdict::Stuck { .. } => {}
        }
    }
    let mut tallies = Tallies::default();
    let strangers = strangers::all(worlds.iter().map(|(_, _, verdict)| verdict));
    for (world, situation, verdict) in &worlds {
        for (class, steps) in strangers::mutants(verdict, &strangers) {
            tallies.judge(&class, world, situation, &Verdict::Act(steps));
        }
        match verdict {
            Verdict::Act(steps) => {
                for (index, step) in steps.iter().enumerate() {
                    for mutant in mutants(&kind(step), &step.tree(), &pool) {
                        let Some(changed) = Step::of(&mutant.tree).filter(|changed| {
                            (&changed.id, &changed.action, &changed.needs)
                                != (&step.id, &step.action, &step.needs)
                        }) else {
                            continue;
                        };
                        tallies.judge(&mutant.class, world, situation, &with(steps, index, changed));
                    }
                }
                for (class, steps) in plans::mutants(steps) {
                    tallies.judge(&class, world, situation, &Verdict::Act(steps));
                }
                for (class, situation, steps) in owners::mutants(situation, steps) {
                    tallies.judge(&class, world, &situation, &Verdict::Act(steps));
                }
            }
            Verdict::Report(state) => {
                for mutant in mutants("report", &state.tree(), &pool) {
                    let Some(changed) = State::of(&mutant.tree).filter(|changed| *changed != **state) else {
                        continue;
                    };
                    tallies.judge(&mutant.class, world, situation, &Verdict::Report(Box::new(changed)));
                }
            }
            Verdict::Done | Verdict::LookAgain { .. } | Verdict::Refuse | Verdict::Stuck { .. } => {}
        }
    }
    tallies
}

#[test]
fn every_mutant_is_refused_or_known_to_be_harmless() {
    let tallies = tallies();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        Harmless::update(|class| tallies.0.get(class).map_or(0, |tally| tally.passed.len()));
    }
    let harmless = Harmless::read();
    let refused: usize = tallies.0.values().map(|tally| tally.refused).sum();
    let passed: usize = tallies.0.values().map(|tally| tally.passed.len()).sum();
    println!(
        "{} mutants of {} classes: {refused} refused, {passed} harmless",
        refused + passed,
        tallies.0.len()
    );
    let (mut unknown, mut more) = (Vec::new(), Vec::new());
    for (class, tally) in tallies.0.iter().filter(|(_, tally)| !tally.passed.is_empty()) {
        let line = format!("{class}: {} let through, {} refused", tally.passed.len(), tally.refused);
        println!("  {line}");
        match harmless.class(class) {
            None => unknown.push(format!("{line}, first in {}", tally.passed[0])),
            Some(entry) if tally.passed.len() > entry.most => {
                let worlds: BTreeSet<&str> = tally.passed.iter().map(String::as_str).collect();
                let worlds = Vec::from_iter(worlds).join("\n    ");
                more.push(format!("{line}, and not {} at most, in\n    {worlds}", entry.most));
            }
            Some(_) => {}
        }
    }
    let listed = harmless.classes();
    let idle = listed.filter(|class| tallies.0.get(*class).is_none_or(|tally| tally.passed.is_empty()));
    let idle: Vec<&str> = idle.collect();
    assert!(unknown.is_empty(), "mutants that nobody called harmless:\n{}", unknown.join("\n"));
    assert!(
        more.is_empty(),
        "classes of which more mutants are let through than were reviewed: a rule was lost, or there are more worlds:\n{}",
        more.join("\n")
    );
    assert!(
        idle.is_empty(),
        "classes that are called harmless and of which none passes:\n{}",
        idle.join("\n")
    );
    assert!(refused > 10_000, "only {refused} mutants were refused");
}

/// What a plan is made of is all in its tree, so that no part of it escapes.
#[test]
fn a_plan_is_what_its_tree_says() {
    for (world, _, verdict) in decided() {
        let Verdict::Act(steps) = verdict else { continue };
        for step in steps {
            let again = Step::of(&step.tree()).unwrap_or_else(|| panic!("{world}: {}", step.tree()));
            assert_eq!((again.id, again.action, again.needs), (step.id, step.action, step.needs), "{world}");
        }
    }
}
