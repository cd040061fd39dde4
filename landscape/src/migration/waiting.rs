//! The waits of a story: with gardenlet's patience, a deadline, and a report every now and then.

use std::pin::pin;
use std::time::Duration;

use futures::StreamExt as _;
use serde_json::Value;

use super::{Cause, MigrationError, Progress, Result, Stage, Story, Word};
use crate::json::{at, text};
use crate::neighbours::readiness::{OPERATION, Readiness, annotation, judge};

/// Shortest deadline of a wait on the wall clock: the controller may have a busy machine.
const REAL_DEADLINE: Duration = Duration::from_secs(300);

impl Story {
    /// Waits until gardenlet calls the Infrastructure ready; triggers it anew when gardenlet would.
    pub(super) async fn until_ready(&self, stage: Stage) -> Result<()> {
        let mut clock = Clock::start(self, stage, "a ready Infrastructure");
        let mut changes = pin!(self.gardenlet.changes());
        let patience = self.gardenlet.patience();
        let mut triggered = Duration::ZERO;
        loop {
            let infrastructure = self.gardenlet.infrastructure().await?;
            self.canaries.see(&infrastructure).iter().for_each(|canary| self.observer.canary(canary));
            let last = match judge(&infrastructure) {
                Readiness::Ready => return Ok(()),
                failing if failing.is_final_failure() => return Err(refused(stage, failing)),
                Readiness::Failing { description, .. } => description,
                Readiness::Waiting { because } => because.to_owned(),
            };
            if clock.passed().saturating_sub(triggered) >= patience {
                triggered = clock.passed();
                self.gardenlet.deploy_infrastructure().await?;
            }
            clock.report(text(&infrastructure, "/status/lastOperation/description")).await?;
            let impatient = (triggered + patience).saturating_sub(clock.passed());
            clock.until(changes.next(), impatient, &last).await?;
        }
    }

    /// Waits until the Infrastructure rests for `cause`, and returns why, as it says itself: the last run ended with an error, after
    /// a word one without code, and the state shows that the migration was begun (`hold`) or that nothing of it is left (all else).
    pub(super) async fn until_at_rest(&self, stage: Stage, cause: Cause) -> Result<String> {
        let mut clock = Clock::start(self, stage, "an Infrastructure at rest");
        let mut changes = pin!(self.gardenlet.changes());
        loop {
            let infrastructure = self.gardenlet.infrastructure().await?;
            self.canaries.see(&infrastructure).iter().for_each(|canary| self.observer.canary(canary));
            let last = match judge(&infrastructure) {
                Readiness::Ready => return Err(cause.went_on(stage)),
                // What a canary found out is for people to put right, and has a code; so has what is left of it while it is reconciled.
                failing if cause != Cause::Canary && failing.is_final_failure() => {
                    return Err(refused(stage, failing));
                }
                Readiness::Failing { description, .. } if rests(&infrastructure, cause) => {
                    return Ok(description);
                }
                Readiness::Failing { description, .. } => description,
                Readiness::Waiting { because } => because.to_owned(),
            };
            clock.report(text(&infrastructure, "/status/lastOperation/description")).await?;
            clock.until(changes.next(), Duration::MAX, &last).await?;
        }
    }

    /// Waits until the controller has taken the request up.
    pub(super) async fn until_picked_up(&self, stage: Stage) -> Result<()> {
        let mut clock = Clock::start(self, stage, "the controller's answer to the operation annotation");
        let mut changes = pin!(self.gardenlet.changes());
        while !self.gardenlet.is_picked_up().await? {
            clock.until(changes.next(), Duration::MAX, "the annotation is still there").await?;
        }
        Ok(())
    }

    /// Waits until the data plane reaches all watched nodes over their routes.
    pub(super) async fn until_routed(&self, nodes: u64) -> Result<()> {
        let mut clock =
            Clock::start(self, Stage::CreateNodes { nodes: self.options.nodes }, "a route per node");
        loop {
            let routed = self.world.cloud.ledger().await?.states.route;
            if routed == nodes {
                return Ok(());
            }
            let last = format!("{routed} of {nodes} nodes are reachable over a route");
            clock.report(&last).await?;
            // The data plane cannot be watched.
            clock.until(std::future::pending::<()>(), self.options.poll, &last).await?;
        }
    }
}

/// Whether the last run has ended, nobody asks for another one, and the state shows what `cause` leads to.
fn rests(infrastructure: &Value, cause: Cause) -> bool {
    let phase = at(infrastructure, "/status/state/data").get("migration/phase").and_then(Value::as_str);
    let led = match cause {
        Cause::Word(Word::Hold) => phase == Some("preparing"),
        Cause::Word(Word::Undo) | Cause::Canary => phase.is_none(),
    };
    led && annotation(infrastructure, OPERATION).is_none()
        && text(infrastructure, "/status/lastOperation/state") == "Error"
}

fn refused(stage: Stage, failing: Readiness) -> MigrationError {
    let (description, codes) = match failing {
        Readiness::Failing { description, codes } => (description, codes),
        Readiness::Ready | Readiness::Waiting { .. } => Default::default(),
    };
    MigrationError::Refused { stage, description, codes }
}

struct Clock<'a> {
    story: &'a Story,
    stage: Stage,
    awaited: &'static str,
    started: Duration,
    reported: Option<Duration>,
}

impl<'a> Clock<'a> {
    fn start(story: &'a Story, stage: Stage, awaited: &'static str) -> Self {
        Self { story, stage, awaited, started: story.world.time.elapsed(), reported: None }
    }

    fn passed(&self) -> Duration {
        self.story.world.time.elapsed().saturating_sub(self.started)
    }

    /// Reports to the observer, if it follows and the last report is long enough ago.
    async fn report(&mut self, description: &str) -> Result<()> {
        let passed = self.passed();
        if !self.story.observer.follows() {
            return Ok(());
        }
        let due = |reported: Duration| passed.saturating_sub(reported) >= self.story.options.report;
        if self.reported.is_none_or(due) {
            self.reported = Some(passed);
            let ledger = self.story.world.cloud.ledger().await?;
            let description = description.to_owned();
            self.story.observer.progress(&Progress { seconds: passed.as_secs_f64(), description, ledger });
        }
        Ok(())
    }

    /// Lets time pass until something `happens`, it is time to report, or `longest` is over; an error if the deadline is.
    async fn until(&mut self, happens: impl Future, longest: Duration, last: &str) -> Result<()> {
        let Story { world, options, observer, .. } = self.story;
        let left = world.time.patience(options.deadline, REAL_DEADLINE).saturating_sub(self.passed());
        if left.is_zero() {
            return Err(MigrationError::Late {
                stage: self.stage,
                awaited: self.awaited,
                seconds: self.passed().as_secs_f64(),
                last: last.to_owned(),
            });
        }
        let report = if observer.follows() { options.report } else { Duration::MAX };
        tokio::select! {
            _ = happens => {}
            () = world.time.sleep(longest.min(left).min(report)) => {}
        }
        Ok(())
    }
}
