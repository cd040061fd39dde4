//! Looks at canaries, drawn at random: whatever they show, the plan passes its own check. The two judge them each in its own way, so that
//! where one has seen less than the other a migration would stop with a violation that nobody can put right.

use std::collections::BTreeMap;
use std::time::Duration;

use planner::journal::{Canary, CanaryVerdict, Witness};
use planner::plan::{Action, History, Verdict};
use planner::snapshot::{Look, NodeLook, PodLook, Window};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::worlds::case::{Case, Situation};
use crate::worlds::directory;

/// Canaries of two worker pools with their aliases, which are being measured.
const MEASURED: &str = "S2-m5-canaries-measured.yaml";
const SEEDS: u64 = 3000;

/// How a Node is for a while.
#[derive(Clone, Copy)]
struct Condition {
    told: bool,
    kubelet: bool,
    answers: bool,
    ready: bool,
    fails: bool,
    gone: bool,
}

impl Condition {
    fn draw(random: &mut StdRng) -> Self {
        let ill = random.random_bool(0.4);
        let mut bad = |chance| ill && random.random_bool(chance);
        Self {
            told: !bad(0.3),
            kubelet: !bad(0.3),
            answers: !bad(0.5),
            ready: !bad(0.4),
            fails: bad(0.4),
            gone: bad(0.1),
        }
    }

    /// What is seen of the pods of `witnesses`, of which so many failures were told before.
    fn look(self, witnesses: &[Witness], told: &mut BTreeMap<String, u64>) -> Option<NodeLook> {
        let pods = witnesses.iter().filter(|_| !self.gone).map(|witness| {
            let unhealthy = told.entry(witness.uid.clone()).or_default();
            *unhealthy += u64::from(self.fails);
            let look = PodLook { answers: self.answers, ready: self.ready, unhealthy: *unhealthy };
            (witness.uid.clone(), look)
        });
        let look = NodeLook { kubelet: self.kubelet, pods: pods.collect() };
        self.told.then_some(look)
    }
}

/// The canaries of `situation`, measured since some time by witnesses of some kinds, and looks at them until now.
fn draw(situation: &mut Situation, random: &mut StdRng) {
    let now = situation.seen.at;
    let lasts = Duration::from_secs([10, 50, 90, 200, 700, 1500][random.random_range(0..6)]);
    let since = now.checked_sub(lasts).unwrap();
    let tried = &mut situation.seen.state.journal.canaries.tried;
    for canary in tried.iter_mut() {
        canary.since = since;
        let kind = random.random_range(0..3);
        for witness in &mut canary.pods {
            witness.outer = kind != 0;
            witness.inner = witness.inner.filter(|_| kind != 1);
        }
    }
    let nodes: BTreeMap<String, Vec<Witness>> = tried.iter().flat_map(nodes_of).collect();
    // Some kubelets have told of failures long before.
    let mut told: BTreeMap<String, u64> = BTreeMap::new();
    if random.random_bool(0.5) {
        let all = nodes.values().flatten();
        told.extend(all.map(|witness| (witness.uid.clone(), random.random_range(0..5))));
    }
    let mut looks = Vec::new();
    let mut at = since;
    let mut conditions: BTreeMap<&String, Condition> = BTreeMap::new();
    let changes = if random.random_bool(0.5) { 0.02 } else { 0.2 };
    while at <= now {
        let nodes = nodes.iter().map(|(name, witnesses)| {
            let condition = conditions.entry(name).or_insert_with(|| Condition::draw(random));
            if random.random_bool(changes) {
                *condition = Condition::draw(random);
            }
            (name.clone(), condition.look(witnesses, &mut told))
        });
        looks.push(Look { at, nodes: nodes.collect() });
        let pause = if random.random_bool(0.005) { 90 } else { random.random_range(2..8) };
        at = at.checked_add(Duration::from_secs(pause)).unwrap();
    }
    situation.seen.shoot.window = Window { looks };
}

/// The Nodes that are looked at because of a canary, with their witnesses.
fn nodes_of(canary: &Canary) -> Vec<(String, Vec<Witness>)> {
    let control = canary.control.iter().map(|control| (control.node.clone(), control.pods.clone()));
    control.chain([(canary.vm.name.to_string(), canary.pods.clone())]).collect()
}

/// The verdicts that a plan records.
fn recorded(verdict: &Verdict) -> Vec<CanaryVerdict> {
    let Verdict::Act(steps) = verdict else { return Vec::new() };
    let states = steps.iter().filter_map(|step| match &step.action {
        Action::WriteState(state) => Some(state),
        _ => None,
    });
    states.flat_map(|state| state.journal.canaries.tried.iter().filter_map(|canary| canary.verdict)).collect()
}

#[test]
fn whatever_looks_at_canaries_show_the_plan_passes_its_own_check() {
    let case = Case::read(&directory().join(MEASURED)).situation();
    let mut all = Vec::new();
    for seed in 0..SEEDS {
        let mut situation = case.clone();
        draw(&mut situation, &mut StdRng::seed_from_u64(seed));
        let verdict = situation.decide(&History::default()).verdict;
        if let Err(violation) = situation.check(&verdict) {
            panic!("seed {seed}: {violation}\n{:#?}", situation.seen.shoot.window.looks.last());
        }
        all.extend(recorded(&verdict));
    }
    for verdict in [CanaryVerdict::Proven, CanaryVerdict::Failed, CanaryVerdict::Unknown] {
        let times = all.iter().filter(|recorded| **recorded == verdict).count();
        assert!(times > 20, "{verdict:?} is drawn {times} times only");
    }
}
