//! One pass after the other: look, decide, do, until nothing is to do, or nothing moves, or something takes its time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::reconciler::{Key, Patience};
use super::{Failure, Narrator};
use crate::api::infrastructure::{Finished, Infrastructure};
use crate::apply::{Applier, Outcome};
use crate::gcp::Compute;
use crate::journal::{self, State};
use crate::kubernetes::{Neighbours, Seed, StatusWriter};
use crate::observe;
use crate::plan::{self, Action, Milestone, Progress, Step, Verdict};
use crate::report;
use crate::seams::Clock;
use crate::snapshot::{Settings, Snapshot};
use crate::target::{self, Target};

/// A look at the world, and what it was made from.
pub struct Look {
    /// What shall be.
    pub target: Target,
    /// What is.
    pub seen: Snapshot,
    neighbours: Neighbours,
}

/// Looks at the world of `infrastructure`. Reads only.
///
/// # Errors
/// A [`Failure`]; nothing was changed.
pub async fn look(
    seed: &Seed,
    compute: &Compute,
    clock: &dyn Clock,
    infrastructure: &Infrastructure,
) -> Result<Look, Failure> {
    let since = clock.now();
    let cluster_name = infrastructure.metadata.namespace.clone().unwrap_or_default();
    let cluster = seed.cluster(&cluster_name).await?;
    let state = infrastructure.status.as_ref().and_then(|status| status.state.as_ref());
    let state = journal::decode(state)?;
    let committed = state.is_committed_to_dual_stack();
    let target = target::build(
        &cluster_name,
        compute.project(),
        &infrastructure.spec,
        &cluster.spec.shoot,
        committed,
    )?;
    let neighbours = Neighbours::new(seed.clone(), &cluster_name, target.control_plane_namespace.as_deref());
    let seen = observe::observe(&target, state, since, compute, &neighbours, clock).await?;
    Ok(Look { target, seen, neighbours })
}

/// How a run of passes ended well.
pub(super) enum End {
    /// All is as it shall be; this is to be reported, together with a new state if there is one.
    Finished(Box<Finished>, Option<Box<State>>),
    /// Something takes its time; go on after this.
    Later(Duration),
}

/// Runs passes for one Infrastructure.
pub(super) struct Passes<'a> {
    pub(super) key: &'a Key,
    pub(super) seed: &'a Seed,
    pub(super) compute: Compute,
    pub(super) status: &'a StatusWriter,
    pub(super) settings: &'a Settings,
    pub(super) patience: &'a Patience,
    pub(super) clock: &'a dyn Clock,
    pub(super) narrator: &'a Arc<dyn Narrator>,
    pub(super) progress: watch::Sender<Option<Progress>>,
    /// How far it was when last looked at; kept over runs that end to wait.
    pub(super) reached: &'a Mutex<BTreeMap<Key, Progress>>,
}

impl Passes<'_> {
    /// Runs until the end.
    pub(super) async fn run(&self) -> Result<End, Failure> {
        let began = tokio::time::Instant::now();
        let mut idle_passes = 0;
        let mut told = BTreeSet::new();
        loop {
            let infrastructure = self.status.refresh().await?;
            let look = look(self.seed, &self.compute, self.clock, &infrastructure).await?;
            let decision = plan::plan(&look.target, &look.seen, self.settings);
            for finding in decision.findings.iter().filter(|finding| told.insert((*finding).clone())) {
                tracing::warn!(infrastructure = %self.key, rule = finding.rule, "{}", finding.message);
            }
            self.tell(decision.progress).await;
            let why = match decision.verdict {
                Verdict::Done => {
                    let finished = report::finished(&look.target, &look.seen.state);
                    return Ok(End::Finished(Box::new(finished), None));
                }
                Verdict::Report(step) => {
                    let Action::WriteState(state) = step.action else {
                        return Err(Failure::Stuck(format!("{} is not a write of the state", step.id)));
                    };
                    let finished = report::finished(&look.target, &state);
                    return Ok(End::Finished(Box::new(finished), Some(state)));
                }
                Verdict::Refuse => return Err(Failure::Refused(decision.findings)),
                Verdict::Stuck { why } => return Err(Failure::Stuck(why)),
                Verdict::LookAgain { at, why } => {
                    let wait = Duration::try_from(at.duration_since(self.clock.now())).unwrap_or_default();
                    if wait > self.patience.inline_wait.max(self.settings.look_again) {
                        tracing::info!(infrastructure = %self.key, seconds = wait.as_secs(), "{why}");
                        return Ok(End::Later(wait));
                    }
                    tokio::time::sleep(wait).await;
                    why
                }
                Verdict::Act(steps) => {
                    plan::check(&steps, &look.seen)?;
                    let outcome = self.apply(&look, steps, decision.progress).await;
                    idle_passes = if moved(&outcome) { 0 } else { idle_passes + 1 };
                    if idle_passes >= self.patience.idle_passes || is_final(&outcome) {
                        return Err(Failure::Steps(outcome.failed));
                    }
                    if !outcome.failed.is_empty() {
                        tokio::time::sleep(self.settings.look_again).await;
                    }
                    "steps that fail".to_owned()
                }
            };
            if began.elapsed() > self.patience.deadline {
                return Err(Failure::Deadline { after: began.elapsed(), why });
            }
        }
    }

    async fn apply(&self, look: &Look, steps: Vec<Step>, progress: Option<Progress>) -> Outcome {
        let state = journal_of(&self.status.last().await);
        let applier = Applier {
            compute: Some(&self.compute),
            neighbours: &look.neighbours,
            status: self.status,
            state_before: &state,
            parallelism: self.patience.parallelism,
        };
        let per_node = progress.map(|progress| format!("{}/", progress.step));
        let outcome = applier
            .apply(steps, |step| {
                let id = step.id.to_string();
                tracing::info!(infrastructure = %self.key, step = %id, object = %step.target, why = %step.why, "{}", step.action.summary());
                if per_node.as_ref().is_some_and(|prefix| id.starts_with(prefix)) {
                    self.progress.send_modify(|progress| {
                        if let Some(progress) = progress {
                            progress.done = progress.nodes.min(progress.done + 1);
                        }
                    });
                }
            })
            .await;
        for (step, error) in &outcome.failed {
            tracing::warn!(infrastructure = %self.key, step = %step, %error, "step failed");
        }
        outcome
    }

    /// Tells of the steps of the protocol that are done, and how far the first is that is not.
    async fn tell(&self, progress: Option<Progress>) {
        let told = *self.progress.borrow();
        let (progress, before) = {
            let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
            let before = told.or(reached.get(self.key).copied());
            let progress = progress.map(|progress| progress.after(before));
            match progress {
                Some(progress) => reached.insert(self.key.clone(), progress),
                None => reached.remove(self.key),
            };
            (progress, before.map(|before| before.step))
        };
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
            (None, Some(_)) => step >= first,
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

fn journal_of(infrastructure: &Infrastructure) -> serde_json::Value {
    infrastructure.status.as_ref().and_then(|status| status.state.clone()).unwrap_or_default()
}

/// Whether the pass changed anything but its own notes.
fn moved(outcome: &Outcome) -> bool {
    outcome.failed.is_empty() || outcome.changes > 0
}

/// Whether nothing moved and something failed that will not pass by itself.
fn is_final(outcome: &Outcome) -> bool {
    !moved(outcome) && outcome.failed.iter().any(|(_, error)| !error.is_transient())
}
