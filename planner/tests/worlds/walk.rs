//! A walk through a world: runs of a controller, pass after pass, with everything that comes in between.

use planner::journal::Phase;
use planner::plan::{
    Action, Course, Decision, History, Refused, Step, StepId, Verdict, check, on_give_up, plan,
};
use planner::report;
use planner::snapshot::ManagedResource;

use planner::vocabulary::Milestone;

use super::draw::Random;
use super::event::Event;
use super::heed::{left_alone, needless_stop, unheeded};
use super::judge::{Judge, foreign, lacking};
use super::search::{Failure, failed};
use super::world::{World, settings};

/// The most passes of a run.
const PASSES: usize = 700;
/// The seconds after which a run gives up that only waits.
const DEADLINE: i64 = 15 * 60;
/// The seconds for which a run keeps its worker and what it knows.
const INLINE_WAIT: i64 = 5;

/// What happens on a walk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    /// What happens before the pass with this number.
    pub(crate) events: Vec<(usize, Event)>,
    /// In how many of a hundred passes the process dies while it carries steps out.
    pub(crate) crashes: usize,
    /// The seconds after which the request takes effect that a process was sending when it died; none: it was not sent.
    pub(crate) late: Option<u64>,
    /// How many of a hundred steps fail once for something that passes.
    pub(crate) failures: usize,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum End {
    /// All is as it shall be; `unfinished`: but more is to come.
    Success { unfinished: bool },
    /// The findings stand in the way.
    Refused(String),
    /// It cannot go on without help.
    Stuck(String),
    /// A step failed.
    Failed(String),
    /// It waited for too long.
    Late(String),
    /// The process died.
    Died,
}

/// A walk.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    pub(crate) world: World,
    pub(crate) judge: Judge,
    pub(crate) script: Script,
    pub(crate) random: Random,
    /// The passes so far.
    pub(crate) pass: usize,
    /// The steps that were carried out.
    pub(crate) steps: usize,
    history: History,
    /// What happened, for people; kept only if somebody asks for it.
    pub(crate) log: Option<Vec<String>>,
}

impl Walk {
    pub(crate) fn new(world: World, script: Script, random: Random, traced: bool) -> Self {
        Self {
            world,
            judge: Judge::default(),
            script,
            random,
            pass: 0,
            steps: 0,
            history: History::default(),
            log: traced.then(Vec::new),
        }
    }

    pub(crate) fn note(&mut self, text: impl FnOnce(&World) -> String) {
        if let Some(log) = &mut self.log {
            log.push(format!("{:>4} {} {}", self.pass, self.world.at, text(&self.world)));
        }
    }

    /// Another process goes on, which knows nothing of this one.
    pub(crate) fn forget(&mut self) {
        self.history = History::default();
        self.world.lose_window();
    }

    /// The decision that follows now.
    pub(crate) fn decide(&self) -> Decision {
        plan(&self.world.target(), &self.world.seen(), &settings(), &self.history)
    }

    /// One run, and what gardenlet and others make of its end. `probe` sees each pass before it is made.
    pub(crate) fn run(
        &mut self,
        probe: &mut dyn FnMut(&Self) -> Result<(), Failure>,
    ) -> Result<End, Failure> {
        let mut began = self.world.at;
        let mut paused_for = None;
        let mut idle = 0;
        for _ in 0..PASSES {
            self.events();
            probe(self)?;
            self.pass += 1;
            self.look()?;
            self.world.look_at_canaries();
            let (target, seen) = (self.world.target(), self.world.seen());
            let decision = self.decide();
            self.note(|_| text_of(&decision));
            let course = Course::of(&target, &seen);
            if let Err(violation) = check(&decision.verdict, &target, &seen, course, &settings()) {
                return failed("violation", violation.to_string());
            }
            self.history.leaves_only(&decision.left);
            let late = |world: &World| (world.at.as_second() - began.as_second()) > DEADLINE;
            match decision.verdict {
                Verdict::Done | Verdict::Report(_) => {
                    let unfinished =
                        matches!(&decision.verdict, Verdict::Report(_)) && !decision.later.is_empty();
                    if !target_is_absent(&self.world) {
                        let told = report::finished(&course.target(&target), &seen);
                        self.world.reported = told.networking.nodes;
                    }
                    if let Verdict::Report(state) = decision.verdict {
                        self.world.state = *state;
                    }
                    self.end();
                    self.world.control_plane();
                    self.look()?;
                    return Ok(End::Success { unfinished });
                }
                Verdict::Refuse => {
                    let errors: Vec<String> =
                        decision.findings.iter().map(|finding| finding.message.clone()).collect();
                    return self.give_up(End::Refused(errors.join("; ")));
                }
                Verdict::Stuck { why, .. } => return self.give_up(End::Stuck(why)),
                Verdict::LookAgain { at, why, .. } => {
                    let wait = at.as_second() - self.world.at.as_second();
                    let until = at.max(self.world.later(1));
                    self.world.pass_time(until);
                    if wait > INLINE_WAIT {
                        // The run ends, and another one begins.
                        self.end();
                        began = self.world.at;
                    } else if late(&self.world) {
                        return self.give_up(End::Late(why));
                    }
                }
                Verdict::Act(steps) => {
                    let again = self.history.plans(&steps);
                    if let Some(step) = self.history.in_vain() {
                        return failed("in vain", format!("{} {}", step.id, step.action.summary()));
                    }
                    if again.is_some() && again != paused_for {
                        paused_for = again;
                        let until = self.world.later(2);
                        self.world.pass_time(until);
                        continue;
                    }
                    paused_for = again;
                    let outcome = self.carry_out(steps)?;
                    if outcome.died {
                        self.forget();
                        let until = self.world.later(30);
                        self.world.pass_time(until);
                        return Ok(End::Died);
                    }
                    idle = if outcome.moved || outcome.failed.is_empty() { 0 } else { idle + 1 };
                    let lasting = outcome.failed.iter().find(|(_, transient, _)| !transient);
                    if let Some((id, _, text)) = lasting.filter(|_| !outcome.moved) {
                        return self.give_up(End::Failed(format!("{id}: {text}")));
                    }
                    if let Some((id, _, text)) = outcome.failed.first() {
                        if idle >= 3 || late(&self.world) {
                            return self.give_up(End::Failed(format!("{id}: {text}")));
                        }
                        let until = self.world.later(2);
                        self.world.pass_time(until);
                    }
                }
            }
        }
        failed("endless", format!("no end after {PASSES} passes"))
    }

    fn end(&mut self) {
        self.history = std::mem::take(&mut self.history).given_up();
    }

    fn look(&mut self) -> Result<(), Failure> {
        self.judge.look(&self.world).or_else(|text| failed("cut off", text))
    }

    /// Lets happen what is due.
    fn events(&mut self) {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.script.events).into_iter().partition(|(pass, _)| *pass <= self.pass);
        self.script.events = later;
        for (_, event) in due {
            self.happen(event);
        }
    }

    /// Lets `event` happen, for which nobody is to blame.
    pub(crate) fn happen(&mut self, event: Event) {
        self.note(|_| format!("event {event:?}"));
        event.happen(&mut self.world, &mut self.random);
        self.judge.excuse(&self.world);
    }

    /// Ends a run that fails: what can be put right without the cloud is.
    fn give_up(&mut self, end: End) -> Result<End, Failure> {
        self.note(|_| format!("gives up: {end:?}"));
        self.end();
        for _ in 0..6 {
            let Some(step) = on_give_up(&self.world.state, &self.world.ccm_as_seen()) else { break };
            if self.world.state.journal.phase == Some(Phase::Deleting) {
                return failed("harm", "the cloud-controller-manager is given back while routes go");
            }
            self.world.act(&step.action);
            let until = self.world.later(1);
            self.world.pass_time(until);
            self.look()?;
        }
        let for_good = matches!(end, End::Refused(_) | End::Stuck(_));
        if let Some(left) = left_alone(&self.world).filter(|_| for_good) {
            return failed("left alone", format!("{left}, and {end:?}"));
        }
        let until = self.world.later(60);
        self.world.pass_time(until);
        self.look()?;
        Ok(end)
    }

    fn carry_out(&mut self, steps: Vec<Step>) -> Result<Outcome, Failure> {
        let mut outcome = Outcome::default();
        let dies = self.random.chance(self.script.crashes);
        let lives_for = if dies { self.random.below(steps.len() + 1) } else { usize::MAX };
        let mut done: Vec<StepId> = Vec::new();
        let mut state = self.world.state.clone();
        let lacking = lacking(&self.world).filter(|_| state.journal.phase != Some(Phase::Deleting));
        let needless_stop = needless_stop(&self.world);
        for (index, step) in steps.into_iter().enumerate() {
            let ready = step.needs.iter().all(|need| done.contains(need));
            if index >= lives_for {
                if let Some(seconds) = self.script.late.filter(|_| ready) {
                    self.note(|_| format!("  sent by who died: {}", step.id));
                    self.world.send_late(step.action, seconds);
                }
                outcome.died = true;
                return Ok(outcome);
            }
            if !ready {
                continue;
            }
            if matches!(step.action, Action::WriteState(_)) && self.world.state != state {
                outcome.failed.push((step.id, true, "another version".to_owned()));
                continue;
            }
            if self.random.chance(self.script.failures) {
                outcome.failed.push((step.id, true, "it may pass by itself".to_owned()));
                continue;
            }
            if let Some(refusal) = self.world.refusal(&step.action) {
                self.note(|_| format!("  refused {}: {}", step.id, refusal.text));
                if step.id.is_of(Milestone::OverlapOff) || step.id.is_of(Milestone::OverlapBack) {
                    // It stays on then, with a warning.
                    self.world.flag_before = self.world.flag_before.filter(|before| *before);
                }
                if !refusal.transient && History::answers(&step.id) {
                    let refused =
                        Refused { text: refusal.text, codes: vec!["ERR_CONFIGURATION_PROBLEM".to_owned()] };
                    self.history.was_refused_for_good(step.id, refused);
                } else {
                    outcome.failed.push((step.id, refusal.transient, refusal.text));
                }
                continue;
            }
            if let Some(lacking) = lacking.as_ref().filter(|_| stops_ccm(&step.action)) {
                return failed("too early", format!("{} although {lacking} was not there", step.id));
            }
            if let Some(why) = needless_stop.filter(|_| stops_ccm(&step.action)) {
                return failed("needless", format!("{} although {why}", step.id));
            }
            if let Some(text) = unheeded(&self.world, &step.action) {
                return failed("unheeded", format!("{}: {text}", step.id));
            }
            let (before, was) = (foreign(&self.world), self.world.clone());
            self.look()?;
            self.world.act(&step.action);
            self.steps += 1;
            if !target_is_absent(&self.world) && foreign(&self.world) != before {
                return failed("foreign", format!("{} changed what belongs to others", step.id));
            }
            if self.world.asked == was.asked
                && self.world.cloud == was.cloud
                && self.world.ccm == was.ccm
                && self.world.state == was.state
            {
                return failed("no effect", format!("{} {}", step.id, step.action.summary()));
            }
            state.clone_from(&self.world.state);
            self.look()?;
            let until = self.world.later(1);
            self.world.pass_time(until);
            self.look()?;
            outcome.moved = true;
            done.push(step.id);
        }
        if lives_for != usize::MAX {
            outcome.died = true;
            return Ok(outcome);
        }
        self.history.did(&done);
        Ok(outcome)
    }
}

/// Whether `action` stops the cloud-controller-manager.
fn stops_ccm(action: &Action) -> bool {
    matches!(action, Action::IgnoreControlPlane { ignore: true, .. } | Action::ScaleCcm { replicas: 0, .. })
}

/// What came of the steps of a pass.
#[derive(Default)]
struct Outcome {
    moved: bool,
    died: bool,
    /// The steps that failed, whether that passes by itself, and why.
    failed: Vec<(StepId, bool, String)>,
}

fn target_is_absent(world: &World) -> bool {
    world.asked.deleted
}

/// The decision in a line.
fn text_of(decision: &Decision) -> String {
    let verdict = match &decision.verdict {
        Verdict::Act(steps) => {
            let steps: Vec<String> =
                steps.iter().map(|step| format!("{} ({})", step.id, step.why())).collect();
            steps.join(", ")
        }
        Verdict::Done => "done".to_owned(),
        Verdict::Report(_) => "report".to_owned(),
        Verdict::LookAgain { at, why, .. } => format!("look again at {at}: {why}"),
        Verdict::Refuse => format!("refuse {:?}", decision.findings),
        Verdict::Stuck { why, .. } => format!("stuck: {why}"),
    };
    format!("{:?}: {verdict}", decision.course)
}

impl World {
    /// What the controller of the control plane does after a report: it lets go what was stopped for it, and the
    /// cloud-controller-manager follows the report.
    fn control_plane(&mut self) {
        if self.asked.deleted {
            return;
        }
        if let Some(resource) = &mut self.ccm.managed_resource
            && resource.remove_ignore
        {
            (resource.ignore, resource.remove_ignore) = (false, false);
        }
        if self.nature_without_ccm() {
            return;
        }
        let makes_routes = self.reported.len() < 2;
        if self.ccm.makes_routes != makes_routes || self.ccm.replicas.is_none() {
            self.ccm.makes_routes = makes_routes;
            self.ccm.pods.clear();
            self.ccm.replicas = Some(1);
            self.ccm.managed_resource.get_or_insert(ManagedResource::default());
        }
        let until = self.later(20);
        self.pass_time(until);
    }

    /// Whether the shoot is hibernated: nobody starts its cloud-controller-manager.
    fn nature_without_ccm(&self) -> bool {
        self.nature.hibernated
    }
}
