//! The passes of a run: observe, decide, do, one after the other, as the pacer says.

use std::time::Duration;

use planner::desired::Goal;
use planner::documents::infrastructure::OperationType;
use planner::journal::State;
use planner::plan::{self, Course, Decision, Finding, History, Progress, Step, Verdict, Violation};
use planner::report;
use planner::text::{line, remark};
use tokio::time::Instant;

use super::cache::Turns;
use super::end::End;
use super::first_attempt::FirstAttempt;
use super::milestones::{Milestones, Over};
use super::observation::{Observation, Observer, Refresh};
use super::outcome::{accept_late, answer_refusals, only_in_use, tell_policies};
use super::pacer::{self, Late, Move, Pacer};
use super::reconciliation::Reconciliation;
use super::steps::StepRunner;
use super::told::Told;
use crate::api::infrastructure::Infrastructure;
use crate::extension::contract::operation;
use crate::extension::tell::{Event, Failure, When};
use crate::observe;
use crate::serving::Stands;

impl From<Late> for Failure {
    fn from(Late { after, why }: Late) -> Self {
        Self::Deadline { after, why }
    }
}

/// The passes for one Infrastructure.
pub(super) struct Passes<'a> {
    pub(super) on: &'a Reconciliation<'a>,
    pub(super) observer: Observer<'a>,
    pub(super) milestones: Milestones<'a>,
}

/// The values that the passes of one turn hand on to each other.
struct Turn<'a> {
    began: Instant,
    pacer: Pacer<'a>,
    history: History,
    told: Told,
    attempt: FirstAttempt,
    /// The parts that the next observation reads; `None`: all parts.
    refresh: Option<Refresh>,
}

impl Passes<'_> {
    /// Runs until the end of the run, or of its turn.
    pub(super) async fn run(&self) -> Result<End, Failure> {
        let (began, cache, given) = (Instant::now(), &self.on.shared.cache, &self.on.shared.given);
        let (history, first, kept) = cache.of(self.on.key, |cached| {
            let earlier = cached.turns.filter(|turns| pacer::is_next_turn(began.duration_since(turns.ended)));
            let kept = cached.kept.take().filter(|_| earlier.is_some());
            (cached.history.clone(), earlier.map_or(began, |turns| turns.began), kept)
        });
        let mut turn = Turn {
            began,
            pacer: Pacer::new(&given.limits, given.settings.look_again, began.duration_since(first)),
            history,
            told: Told::default(),
            attempt: FirstAttempt::new(),
            refresh: kept.map(|kept| *kept),
        };
        let ended = self.go_through(&mut turn).await;
        cache.of(self.on.key, |cached| {
            cached.history = turn.history.given_up();
            let goes_on = matches!(ended, Ok(End::GivenBack(_)));
            // What waits for nothing in the cloud reads nothing of it between its turns either.
            cached.kept =
                turn.refresh.take().filter(|refresh| goes_on && refresh.parts.is_empty()).map(Box::new);
            cached.turns = goes_on.then(|| Turns { began: first, ended: Instant::now() });
        });
        ended
    }

    async fn go_through(&self, turn: &mut Turn<'_>) -> Result<End, Failure> {
        loop {
            // A pass is much larger than all around it, which need not be as large on every stack.
            if let Some(end) = Box::pin(self.pass(turn)).await? {
                return Ok(end);
            }
        }
    }

    /// Makes one pass; `None`: another one follows.
    async fn pass(&self, turn: &mut Turn<'_>) -> Result<Option<End>, Failure> {
        turn.pacer.on_pass(turn.began.elapsed())?;
        if self.on.shared.given.stop.is_cancelled() {
            // Whatever was done is journalled: the next process sees it and goes on.
            return Ok(Some(End::GivenBack(Duration::ZERO)));
        }
        let infrastructure = self.on.status.refresh().await?;
        if operation::of(&infrastructure) != Some(self.on.operation) {
            // Something else is asked for by now, such as to delete it: that is decided anew from the beginning.
            return Ok(Some(End::GivenBack(Duration::ZERO)));
        }
        let goal = if self.on.operation == OperationType::Delete { Goal::Absent } else { Goal::Present };
        let mut observation = self.observer.observe(goal, &infrastructure, turn.refresh.take()).await?;
        let decision = self.observer.decide_on(&mut observation, &turn.history).await?;
        turn.attempt.read(&observation.seen.state);
        let findings = turn.told.new_findings(self.on.shared.cache.untold(self.on.key, &decision.findings));
        for event in Event::few(findings.into_iter().map(Event::finding)) {
            self.on.record(&infrastructure, &event).await;
        }
        turn.history.leaves_only(&decision.left);
        self.milestones.reached(decision.progress, over(goal, &decision)).await;
        // By a report it ends, and what is known of its canaries with it.
        let state = match &decision.verdict {
            Verdict::Report(state) => state,
            _ => &observation.seen.state,
        };
        let stands = Stands { place: decision.place, canaries: report::canary_numbers(state) };
        self.on.shared.given.recorder.stands(self.on.key, &stands, self.on.shared.now());
        let (now, elapsed) = (self.on.shared.now(), turn.began.elapsed());
        let pace = turn.pacer.on_verdict(&decision.verdict, now, elapsed)?;
        self.check(&decision.verdict, &observation, decision.course)?;
        match decision.verdict {
            Verdict::Done if observation.seen.must_read_service_account() => {
                // Nothing else is left to do: now its error is the run's. Without one the next observation shows it.
                observe::service_account(&observation.target, &self.observer.cloud.iam).await?;
                turn.pacer.on_other_work("the service account");
                Ok(None)
            }
            Verdict::Done => Ok(Some(finished(&observation, decision.course, None, false))),
            Verdict::Report(state) => {
                Ok(Some(finished(&observation, decision.course, Some(state), !decision.later.is_empty())))
            }
            Verdict::Refuse => {
                let when = match (observation.seen.state.journal.phase, decision.course) {
                    (Some(_), _) => When::Begun,
                    (None, Course::Preparing { .. }) => When::Preflight,
                    (None, _) => When::NoMigration,
                };
                Err(Failure::Refused { findings: decision.findings, when })
            }
            Verdict::Stuck { why, blame } => Err(Failure::Stuck { why, blame }),
            Verdict::LookAgain { awaits, .. } => {
                turn.refresh = Some(Refresh { earlier: observation, parts: awaits });
                Ok(self.obey(pace).await)
            }
            Verdict::Act(steps) => {
                let (progress, findings) = (decision.progress, decision.findings);
                self.act(turn, &infrastructure, observation, steps, progress, &findings).await
            }
        }
    }

    /// Carries out `steps`, unless the pacer says that a pause comes first.
    async fn act(
        &self,
        turn: &mut Turn<'_>,
        infrastructure: &Infrastructure,
        observation: Observation,
        steps: Vec<Step>,
        progress: Option<Progress>,
        findings: &[Finding],
    ) -> Result<Option<End>, Failure> {
        let again = turn.history.plans(&steps);
        if let Some(step) = turn.history.in_vain() {
            return Err(Failure::NoEffect { step: Box::new(step.clone()) });
        }
        if let Move::Pause(wait) = turn.pacer.on_steps(again) {
            self.sleep(wait).await;
            return Ok(None);
        }
        let (changed, milestone) = (plan::changed(&steps), progress.map(|progress| progress.step));
        let runner = self.runner();
        let mut outcome = runner.carry_out(infrastructure, &observation, steps, milestone).await;
        accept_late(&mut outcome, &turn.history);
        tell_policies(&mut outcome, &mut turn.history);
        answer_refusals(&mut outcome, &mut turn.history);
        turn.history.did(&outcome.done);
        turn.attempt.tried(&outcome);
        let Ok(pace) = turn.pacer.on_outcome(&outcome, turn.began.elapsed()) else {
            if observation.target.goal == Goal::Present && turn.attempt.was_refused() {
                self.take_back().await;
            }
            let course = Course::of(&observation.target, &observation.seen);
            return Err(Failure::Steps(outcome.failed)
                .and_what_next(|id| plan::way_on(course, &observation.target, id))
                .and_in_the_way(findings));
        };
        let complaints = only_in_use(&outcome).unwrap_or_default();
        for complaint in turn.told.new_complaints(&complaints) {
            self.still_in_use(infrastructure, progress, complaint).await?;
        }
        turn.history.was_in_use(complaints);
        if outcome.failed.is_empty() {
            turn.refresh = Some(Refresh { earlier: observation, parts: changed });
        }
        Ok(self.obey(pace).await)
    }

    /// Checks the plan once more before it is carried out.
    fn check(
        &self,
        verdict: &Verdict,
        Observation { target, seen, .. }: &Observation,
        course: Course,
    ) -> Result<(), Violation> {
        plan::check(verdict, target, seen, course, &self.on.shared.given.settings)
    }

    /// Does what the pacer says, and returns the end of the run or of its turn, if the pacer ends it.
    async fn obey(&self, pace: Move) -> Option<End> {
        match pace {
            Move::Go => None,
            Move::Pause(wait) => {
                self.sleep(wait).await;
                None
            }
            Move::GiveBack(after) => Some(End::GivenBack(after)),
            Move::Postpone { after, why } => {
                tracing::info!(infrastructure = %self.on.key, seconds = after.as_secs(), "{}", line(&why));
                Some(End::Postponed(after))
            }
        }
    }

    /// Waits, or returns at once if the process ends, which the caller sees in its next round.
    async fn sleep(&self, wait: Duration) {
        let _ = tokio::time::timeout(wait, self.on.shared.given.stop.cancelled()).await;
    }

    fn runner(&self) -> StepRunner<'_> {
        StepRunner { on: self.on, clients: self.observer.cloud, milestones: &self.milestones }
    }

    /// Takes back what was written ahead of a creation that came to nothing, if an observation shows that it did: without it the shoot
    /// can be deleted without credentials. If that fails, only this is lost.
    async fn take_back(&self) {
        let observed = async {
            let infrastructure = self.on.status.refresh().await?;
            let observation = self.observer.observe(Goal::Present, &infrastructure, None).await?;
            let steps = Vec::from_iter(plan::on_nothing_made(&observation.target, &observation.seen));
            let course = Course::of(&observation.target, &observation.seen);
            self.check(&Verdict::Act(steps.clone()), &observation, course)?;
            Ok::<_, Failure>((infrastructure, observation, steps))
        };
        match observed.await {
            Ok((infrastructure, observation, steps)) => {
                self.runner().carry_out(&infrastructure, &observation, steps, None).await;
            }
            Err(failure) => {
                tracing::info!(infrastructure = %self.on.key, "whether anything was made cannot be seen: {}", line(&failure.to_string()));
            }
        }
    }

    /// Tells at once what Google says is in the way, although that may pass by itself.
    async fn still_in_use(
        &self,
        infrastructure: &Infrastructure,
        progress: Option<Progress>,
        complaint: &str,
    ) -> Result<(), Failure> {
        let complaint = remark(complaint);
        self.on.record(infrastructure, &Event::warning("StillInUse", complaint.as_str())).await;
        if progress.is_none() {
            self.on.processing(&format!("Waiting, as something is still in use: {complaint}"), 1).await?;
        }
        Ok(())
    }
}

/// Whether a way is over, if `decision` has no milestone under way.
fn over(goal: Goal, decision: &Decision) -> Over {
    match decision.verdict {
        Verdict::Done | Verdict::Report(_) if goal == Goal::Present => Over::Yes,
        Verdict::Stuck { .. } if decision.course.rests() => Over::Back,
        Verdict::Done
        | Verdict::Report(_)
        | Verdict::Stuck { .. }
        | Verdict::Act(_)
        | Verdict::LookAgain { .. }
        | Verdict::Refuse => Over::No,
    }
}

/// The end of a run that found everything as it shall be.
fn finished(observation: &Observation, course: Course, state: Option<Box<State>>, unfinished: bool) -> End {
    if observation.target.goal == Goal::Absent {
        return End::Over;
    }
    let report = report::finished(&course.target(&observation.target), &observation.seen);
    End::Finished { report: Box::new(report), state, unfinished }
}
