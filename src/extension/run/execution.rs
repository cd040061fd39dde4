//! The execution of an operation: credentials, the passes of the run, and the progress that is written beside them.

use planner::desired;
use planner::documents::infrastructure::OperationType;
use planner::vocabulary::Region;
use tokio::sync::watch;

use super::end::End;
use super::milestones::Milestones;
use super::pass::Passes;
use super::quota;
use super::reconciliation::Reconciliation;
use crate::extension::tell::{Failure, progress};

/// Runs passes for `on` until its operation has come to an end, or has to wait.
pub(super) async fn execute(on: &Reconciliation<'_>) -> Result<End, Failure> {
    let infrastructure = on.status.last().await;
    if on.operation != OperationType::Delete {
        // Said before anything is asked of anybody.
        desired::decode(infrastructure.spec.provider_config.as_ref())?;
    }
    let clients = on.shared.clients(on.key, &infrastructure).await?;
    let (updates, receiver) = watch::channel(None);
    let last = receiver.clone();
    let passes = Passes {
        on,
        observer: on.shared.observer(&clients),
        milestones: Milestones::new(on.key, &on.shared.cache, on.shared.given.recorder.as_ref(), updates),
    };
    let run = async {
        let ended = passes.run().await;
        // With the sender gone the writer ends, after the write that it has begun: a progress that arrived after the
        // outcome would hide it.
        drop(passes);
        ended
    };
    let clock = on.shared.given.clock.as_ref();
    let (ended, ()) = tokio::join!(run, progress::write(&on.status, on.operation, clock, receiver));
    let reached = *last.borrow();
    if let (Ok(End::GivenBack(_) | End::Postponed(_)), Some(progress)) = (&ended, reached) {
        // What is waited for now is what a person wants to know while nothing happens.
        on.processing(&progress.to_string(), progress.percent()).await?;
    }
    match ended {
        Err(failure) if failure.is_of_quota() => {
            let region = Region::from(&infrastructure.spec.region);
            Err(quota::explain(failure, &clients.compute, &region).await)
        }
        ended => ended,
    }
}
