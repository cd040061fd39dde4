//! Effects against the fake cloud: the snapshot that the planner expects after an action is the one that the next look shows.
//!
//! Worlds and configurations are drawn at random. In each, plans and single actions are carried out by the real apply stage, and their
//! effects applied to the snapshot that they are based on; then the real observe stage looks again, and both snapshots are compared.

mod comparison;
mod configuration;
mod coverage;
mod random_actions;
mod sandbox;
mod world;

use std::collections::BTreeSet;

use gardener_extension_infra_gcp::apply::ApplyError;
use gardener_extension_infra_gcp::gcp::Class;
use jiff::Timestamp;
use planner::desired::Target;
use planner::journal::{self, State};
use planner::plan::resource::{Change, SubnetChange};
use planner::plan::{Action, History, Step, StepId, Verdict, effect, on_give_up, plan};
use planner::snapshot::{Settings, Snapshot};
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use rand::{RngExt, SeedableRng};

use crate::support::block_on;
use comparison::Comparison;
use configuration::Configuration;
use coverage::Coverage;
use sandbox::Sandbox;

/// The number of worlds that are always drawn.
const WORLDS: u64 = 40;
/// The number of worlds that are drawn at most, if a rare kind of action was not compared by then.
const MAX_WORLDS: u64 = 200;
/// The number of rounds of actions in each.
const ROUNDS: usize = 10;

#[test]
fn the_next_look_shows_what_the_planner_expects_of_an_action() {
    let mut coverage = Coverage::default();
    for seed in 0..MAX_WORLDS {
        if seed >= WORLDS && coverage.is_whole() {
            break;
        }
        block_on(async {
            let mut run = Run::begin(seed).await;
            for _ in 0..ROUNDS {
                coverage.add(run.round().await);
            }
        });
    }
    coverage.assert_whole();
}

/// A world in the course of its rounds.
struct Run {
    seed: u64,
    rng: StdRng,
    sandbox: Sandbox,
    configuration: Configuration,
    /// The last snapshot, if nothing has happened since.
    seen: Option<Snapshot>,
    /// The subnets that have a hidden configuration of flow logs.
    hidden_logs: BTreeSet<String>,
}

impl Run {
    async fn begin(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let sandbox = Sandbox::new(world::settings(&mut rng, seed)).await;
        let configuration = Configuration::draw(&mut rng);
        let world = world::draw(&mut rng, &configuration.target(&State::default()));
        sandbox.cloud.seed(&world.cloud.to_string()).await;
        let state = Some(journal::encode(&world.state)).filter(|_| world.state != State::default());
        sandbox.create(state.as_ref());
        if let Some(pods) = world.ccm {
            sandbox.deploy_ccm(pods).await;
        }
        Self { seed, rng, sandbox, configuration, seen: None, hidden_logs: BTreeSet::new() }
    }

    /// Carries out a plan or some random actions, and compares. Returns the kinds of the actions whose effects count as compared.
    async fn round(&mut self) -> Vec<&'static str> {
        let seen = match self.seen.take() {
            Some(seen) => seen,
            None => {
                let state = self.sandbox.state().await;
                self.sandbox.look(&self.configuration.target(&state), &state).await
            }
        };
        let target = self.configuration.target(&seen.state);
        let (actions, until) = match self.rng.random_bool(0.35) {
            true => (random_actions::draw(&mut self.rng, &target, &seen), None),
            false => self.planned(&target, &seen),
        };
        let compared = self.compare(&target, seen, &actions).await;
        if actions.is_empty() || self.rng.random_bool(0.4) {
            self.seen = None;
            self.sandbox.wait(until).await;
            self.sandbox.let_others_act().await;
        }
        compared
    }

    /// The actions of the plan, and the instant until which it waits. A configuration that is fulfilled is changed.
    fn planned(&mut self, target: &Target, seen: &Snapshot) -> (Vec<Action>, Option<Timestamp>) {
        match plan(target, seen, &Settings::default(), &History::default()).verdict {
            Verdict::Act(steps) => (self.in_some_order(steps), None),
            Verdict::Report(state) => (vec![Action::WriteState(state)], None),
            Verdict::LookAgain { at, .. } => (Vec::new(), Some(at)),
            Verdict::Done => {
                if self.rng.random_bool(0.5) {
                    self.configuration.delete();
                }
                self.configuration.change(&mut self.rng);
                (Vec::new(), None)
            }
            Verdict::Stuck { .. } | Verdict::Refuse => {
                let step = on_give_up(&seen.state, &seen.ccm);
                (step.map(|step| step.action).into_iter().collect(), None)
            }
        }
    }

    /// The actions of `steps` in a random order that their needs allow. Sometimes the last ones are missing, as after a crash.
    fn in_some_order(&mut self, mut steps: Vec<Step>) -> Vec<Action> {
        let mut done: BTreeSet<StepId> = BTreeSet::new();
        let mut actions = Vec::new();
        while !self.rng.random_bool(0.02) {
            let is_ready = |place: &usize| steps[*place].needs.iter().all(|need| done.contains(need));
            let Some(next) = (0..steps.len()).filter(is_ready).choose(&mut self.rng) else { break };
            let step = steps.remove(next);
            done.insert(step.id);
            actions.push(step.action);
        }
        actions
    }

    /// Carries out `actions`, which are based on `before`, and compares the next look with the effects of those that succeed.
    ///
    /// Returns the kinds of those without whose effect the comparison would fail, not counting fingerprints.
    async fn compare(&mut self, target: &Target, before: Snapshot, actions: &[Action]) -> Vec<&'static str> {
        let mut expected = before.clone();
        let (mut done, mut log) = (Vec::new(), vec![format!("seed {}", self.seed)]);
        for action in actions {
            let after = with_effects(&expected, [action]);
            match self.sandbox.carry_out(action).await {
                Ok(()) => {
                    log.push(format!("{action:?}"));
                    self.note_hidden_logs(action, &expected);
                    expected = after;
                    done.push(action);
                }
                Err(error) => {
                    log.push(format!("{error}: {action:?}"));
                    let expects_refusal = after == expected || !is_based_on_other_reading(&error);
                    assert!(expects_refusal, "an effect in spite of another reading, {}", log.join("\n"));
                }
            }
        }
        let read = self.sandbox.look(target, &before.state).await;
        let comparison = Comparison { target, state: &before.state, hidden_logs: &self.hidden_logs };
        comparison.assert_same(expected, read.clone(), &log.join("\n"));
        let is_missed = |action: &&Action| {
            let others = done.iter().copied().filter(|other| other != action);
            !comparison.is_same_content(with_effects(&before, others), read.clone())
        };
        let compared = done.iter().copied().filter(is_missed).map(coverage::name).collect();
        self.seen = Some(read).filter(|read| read.state == before.state);
        compared
    }

    /// Notes whether `action` leaves a configuration of flow logs behind that snapshots do not show.
    fn note_hidden_logs(&mut self, action: &Action, before: &Snapshot) {
        let Action::Patch { object, change: Change::Subnet { change, .. } } = action else { return };
        let subnet = before.cloud.subnets.iter().find(|subnet| subnet.name == object.name);
        let is_on = subnet.is_some_and(|subnet| subnet.flow_logs.is_some());
        let hides = match change {
            SubnetChange::FlowLogs(false) => is_on,
            SubnetChange::LogConfig(_) => !is_on,
            _ => false,
        };
        if hides {
            self.hidden_logs.insert(object.name.to_string());
        }
    }
}

/// Shows which world a panic belongs to.
impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {}", self.seed);
        }
    }
}

/// The snapshot `before` with the effects of `actions`.
fn with_effects<'a>(before: &Snapshot, actions: impl IntoIterator<Item = &'a Action>) -> Snapshot {
    let mut expected = before.clone();
    actions.into_iter().for_each(|action| effect(action, &mut expected));
    expected
}

/// Whether an action was refused because it was based on another reading than the present one.
fn is_based_on_other_reading(error: &ApplyError) -> bool {
    match error {
        ApplyError::Cloud(error) => error.class() == Class::PreconditionFailed,
        ApplyError::RouterChanged { .. } => true,
        _ => false,
    }
}
