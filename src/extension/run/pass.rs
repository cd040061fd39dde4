//! The passes of a run: look, decide, do, one after the other, as the pacer says.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::cache::{Memory, Turn};
use super::first_attempt::FirstAttempt;
use super::limits::Patience;
use super::observation::{Look, Next, View};
use super::outcome::{accept_late, only_in_use, tell_policies};
use super::pacer::{self, Late, Move, Pacer};
use super::told::Told;
use crate::api::infrastructure::{Finished, Infrastructure, OperationType};
use crate::apply::{Applier, Outcome, RouterLocks};
use crate::excerpt::{chain, line, remark};
use crate::extension::contract::{Key, operation};
use crate::extension::tell::{Failure, Narrator, Note};
use crate::journal::State;
use crate::kubernetes::StatusWriter;
use crate::observe;
use crate::plan::{self, History, Progress, Step, Verdict};
use crate::report;
use crate::snapshot::Settings;
use crate::target::Goal;
use crate::vocabulary::Milestone;

/// How a run of passes ended well.
pub(super) enum End {
    /// All is as it shall be.
    Finished {
        /// What is to be reported.
        report: Box<Finished>,
        /// The state that is written with it, if it is not written yet.
        state: Option<Box<State>>,
        /// Something was put off until now.
        unfinished: bool,
    },
    /// It is over, and there is nothing to report but that.
    Over,
    /// Its turn is over: it goes on after this time.
    GivenBack(Duration),
    /// What it waits for takes longer than it keeps its worker: another run begins after this time.
    Postponed(Duration),
}

impl From<Late> for Failure {
    fn from(Late { after, why }: Late) -> Self {
        Self::Deadline { after, why }
    }
}

/// Runs passes for one Infrastructure.
pub(super) struct Passes<'a> {
    pub(super) key: &'a Key,
    pub(super) operation: OperationType,
    pub(super) view: View<'a>,
    pub(super) routers: &'a RouterLocks,
    pub(super) status: &'a StatusWriter,
    pub(super) settings: &'a Settings,
    pub(super) patience: &'a Patience,
    pub(super) narrator: &'a Arc<dyn Narrator>,
    pub(super) stop: &'a CancellationToken,
    pub(super) progress: watch::Sender<Option<Progress>>,
    /// Kept over runs that end to wait.
    pub(super) memory: &'a Memory,
}

impl Passes<'_> {
    /// Runs until the end.
    pub(super) async fn run(&self) -> Result<End, Failure> {
        let began = Instant::now();
        let (mut history, since) = self.memory.of(self.key, |kept| {
            let went_on = kept.turn.filter(|turn| pacer::is_next_turn(began.duration_since(turn.ended)));
            (kept.history.clone(), went_on.map_or(began, |turn| turn.since))
        });
        let mut pacer = Pacer::new(self.patience, self.settings.look_again, began.duration_since(since));
        let ended = self.go_through(&mut history, &mut pacer, began).await;
        self.memory.of(self.key, |kept| {
            kept.history = history.given_up();
            let goes_on = matches!(ended, Ok(End::GivenBack(_)));
            kept.turn = goes_on.then(|| Turn { since, ended: Instant::now() });
        });
        ended
    }

    async fn go_through(
        &self,
        history: &mut History,
        pacer: &mut Pacer<'_>,
        began: Instant,
    ) -> Result<End, Failure> {
        let (mut told, mut attempt, mut next) = (Told::default(), FirstAttempt::new(), None);
        loop {
            pacer.on_pass(began.elapsed())?;
            if self.stop.is_cancelled() {
                // Whatever was done is journalled: the next process sees it and goes on.
                return Ok(End::GivenBack(Duration::ZERO));
            }
            let infrastructure = self.status.refresh().await?;
            if operation::of(&infrastructure) != Some(self.operation) {
                // Something else is asked for by now, such as to delete it: that is decided anew from the beginning.
                return Ok(End::GivenBack(Duration::ZERO));
            }
            let goal = if self.operation == OperationType::Delete { Goal::Absent } else { Goal::Present };
            let mut look = self.view.look(goal, &infrastructure, next.take()).await?;
            let decision = self.view.decide_on(&mut look, self.settings, history).await?;
            attempt.read(&look.seen.state);
            let findings = told.new_findings(&decision.findings);
            for note in Note::few(findings.into_iter().map(Note::finding)) {
                self.narrator.note(&infrastructure, &note).await;
            }
            history.leaves_only(&decision.left);
            let stands =
                goal == Goal::Present && matches!(decision.verdict, Verdict::Done | Verdict::Report(_));
            self.tell(decision.progress, stands).await;
            let now = self.view.clock.now();
            if let Some(end) = self.obey(pacer.on_verdict(&decision.verdict, now, began.elapsed())?).await {
                return Ok(end);
            }
            match decision.verdict {
                Verdict::Done if look.seen.must_read_service_account() => {
                    // Nothing else is left to do: now its error is the run's. Without one the next look shows it.
                    observe::service_account(&look.target, &self.view.cloud.iam).await?;
                    pacer.on_other_work("the service account");
                }
                Verdict::Done => return Ok(finished(&look, None, false)),
                Verdict::Report(state) => {
                    return Ok(finished(&look, Some(state), !decision.later.is_empty()));
                }
                Verdict::Refuse => {
                    let begun = look.seen.state.journal.phase.is_some();
                    return Err(Failure::Refused { findings: decision.findings, begun });
                }
                Verdict::Stuck { why, blame } => return Err(Failure::Stuck { why, blame }),
                Verdict::LookAgain { awaits, .. } => next = Some(Next { look, reads: awaits }),
                Verdict::Act(steps) => {
                    plan::check(&steps, &look.target, &look.seen)?;
                    let again = history.plans(&steps);
                    if let Some(step) = history.in_vain() {
                        return Err(Failure::NoEffect { step: Box::new(step.clone()) });
                    }
                    if let Move::Pause(wait) = pacer.on_steps(again) {
                        self.sleep(wait).await;
                        continue;
                    }
                    let changed = plan::changed(&steps);
                    let mut outcome = self.apply(&infrastructure, &look, steps, decision.progress).await;
                    accept_late(&mut outcome, history);
                    tell_policies(&mut outcome, history);
                    history.did(&outcome.done);
                    attempt.tried(&outcome);
                    let Ok(pace) = pacer.on_outcome(&outcome, began.elapsed()) else {
                        if goal == Goal::Present && attempt.was_refused() {
                            self.take_back().await;
                        }
                        return Err(Failure::Steps(outcome.failed).and_in_the_way(&decision.findings));
                    };
                    let complaints = only_in_use(&outcome).unwrap_or_default();
                    for complaint in told.new_complaints(&complaints) {
                        self.still_in_use(&infrastructure, decision.progress, complaint).await?;
                    }
                    history.was_in_use(complaints);
                    next = outcome.failed.is_empty().then_some(Next { look, reads: changed });
                    if let Some(end) = self.obey(pace).await {
                        return Ok(end);
                    }
                }
            }
        }
    }

    /// Does what the pacer says; the end of the run, if that is what it says.
    async fn obey(&self, pace: Move) -> Option<End> {
        match pace {
            Move::Go => None,
            Move::Pause(wait) => {
                self.sleep(wait).await;
                None
            }
            Move::GiveBack(after) => Some(End::GivenBack(after)),
            Move::Postpone { after, why } => {
                tracing::info!(infrastructure = %self.key, seconds = after.as_secs(), "{}", line(&why));
                Some(End::Postponed(after))
            }
        }
    }

    /// Waits, but not on the way out: whoever calls it begins another round after it, in which that is seen.
    async fn sleep(&self, wait: Duration) {
        let _ = tokio::time::timeout(wait, self.stop.cancelled()).await;
    }

    /// Takes back what was written ahead of a creation that came to nothing, if a look shows that it did: without it the shoot can be
    /// deleted without credentials. If that fails, only this is lost.
    async fn take_back(&self) {
        let looked = async {
            let infrastructure = self.status.refresh().await?;
            let look = self.view.look(Goal::Present, &infrastructure, None).await?;
            Ok::<_, Failure>((infrastructure, look))
        };
        match looked.await {
            Ok((infrastructure, look)) => {
                if let Some(step) = plan::on_nothing_made(&look.target, &look.seen) {
                    self.apply(&infrastructure, &look, vec![step], None).await;
                }
            }
            Err(failure) => {
                tracing::info!(infrastructure = %self.key, "whether anything was made cannot be seen: {}", line(&failure.to_string()));
            }
        }
    }

    /// Tells at once what Google says is in the way, although that may pass by itself.
    async fn still_in_use(
        &self,
        infrastructure: &Infrastructure,
        progress: Option<Progress>,
        words: &str,
    ) -> Result<(), Failure> {
        let words = remark(words);
        self.narrator.note(infrastructure, &Note::warning("StillInUse", words.as_str())).await;
        if progress.is_none() {
            let text = format!("Waiting, as something is still in use: {words}");
            self.status.processing(self.operation, &text, 1, self.view.clock.now()).await?;
        }
        Ok(())
    }

    async fn apply(
        &self,
        infrastructure: &Infrastructure,
        look: &Look,
        steps: Vec<Step>,
        progress: Option<Progress>,
    ) -> Outcome {
        let state = journal_of(&self.status.last().await);
        let applier = Applier {
            cloud: Some(self.view.cloud),
            routers: self.routers,
            neighbours: &look.neighbours,
            status: self.status,
            state_before: &state,
            parallelism: self.patience.parallelism,
        };
        let reached = progress.map(|progress| progress.step);
        let carried_out = Mutex::new(Vec::new());
        let outcome = applier
            .apply(steps, |step| {
                carried_out.lock().unwrap_or_else(PoisonError::into_inner).push(step.clone());
                tracing::info!(infrastructure = %self.key, step = %step.id, object = %step.target(), why = %line(&step.why()), "{}", line(&step.action.summary()));
                if reached.is_some() && step.id.of_node() == reached {
                    self.progress.send_modify(|progress| {
                        if let Some(progress) = progress {
                            progress.done = progress.nodes.min(progress.done + 1);
                        }
                    });
                }
            })
            .await;
        for (step, error) in &outcome.failed {
            tracing::warn!(infrastructure = %self.key, step = %step, error = %chain(error), "step failed");
        }
        let carried_out = carried_out.into_inner().unwrap_or_else(PoisonError::into_inner);
        for note in Note::carried_out(&carried_out, look.seen.state.journal.phase) {
            self.narrator.note(infrastructure, &note).await;
        }
        outcome
    }

    /// Tells of the steps of the protocol that are done, and how far the first is that is not. `over`: if there is none, all are done.
    async fn tell(&self, progress: Option<Progress>, over: bool) {
        let told = *self.progress.borrow();
        let (progress, before) = self.memory.of(self.key, |kept| {
            let before = told.or(kept.progress);
            let progress = progress.map(|progress| progress.after(before));
            if progress.is_some() || over {
                kept.progress = progress;
            }
            (progress, before.map(|before| before.step))
        });
        let now = progress.map(|progress| progress.step);
        let first = match (before, now) {
            (Some(before), _) => before,
            // A migration that has just begun; one that goes on in a new process was told of by the old one.
            (None, Some(Milestone::Journal)) => Milestone::Detect,
            (None, _) => now.unwrap_or(Milestone::Report),
        };
        // A migration that is over is told once, by the pass that sees nothing left of it.
        let is_done = |step: Milestone| match (now, before) {
            (Some(now), _) => step >= first && step < now,
            (None, Some(_)) => over && step >= first,
            (None, None) => false,
        };
        for step in Milestone::ALL.into_iter().filter(|step| is_done(*step)) {
            self.narrator.milestone_done(self.key, step).await;
        }
        if progress.is_some() {
            self.progress.send_replace(progress);
        }
    }
}

/// All is as it shall be: what is to be said of it.
fn finished(look: &Look, state: Option<Box<State>>, unfinished: bool) -> End {
    if look.target.goal == Goal::Absent {
        return End::Over;
    }
    let report = report::finished(&look.target, &look.seen);
    End::Finished { report: Box::new(report), state, unfinished }
}

fn journal_of(infrastructure: &Infrastructure) -> serde_json::Value {
    infrastructure.status.as_ref().and_then(|status| status.state.clone()).unwrap_or_default()
}
