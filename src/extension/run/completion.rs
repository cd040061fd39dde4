//! The completion of a reconciliation: what its outcome leaves in the status, and what is left to do for the object.

use std::time::Duration;

use planner::documents::infrastructure::{Finished, OperationType};
use planner::documents::names::FINALIZER;
use planner::journal::{self, State};
use planner::text::line;

use super::deletion;
use super::end::Requeue;
use super::reconciliation::Reconciliation;
use super::unfreeze::unfreeze;
use crate::api::infrastructure::Infrastructure;
use crate::extension::contract::messages;
use crate::extension::tell::{Failure, last_error};

/// The time after a migration until what was put off is taken up: the control plane is reconciled before, if all goes as usual.
const AFTER_MIGRATION: Duration = Duration::from_secs(120);

/// Reports that all is as it shall be, in one call with `state`, if that is still to be written. `unfinished`: something was put off.
pub(super) async fn succeed(
    on: &Reconciliation<'_>,
    report: &Finished,
    state: Option<&State>,
    unfinished: bool,
) -> Result<Requeue, Failure> {
    if on.operation == OperationType::Restore {
        on.status.saw(on.take_request().await?).await;
    }
    say_succeeded(on, Some(report), state).await?;
    // A migration is over when its end is reported, on either way.
    let progress = on.shared.cache.forget(on.key).progress;
    let over = state.is_none_or(|state| state.journal.is_empty());
    if let Some(last) = progress.and_then(|progress| progress.step.way().last()).filter(|_| over) {
        on.shared.given.recorder.milestone_done(on.key, *last).await;
    }
    Ok(if unfinished { Requeue::After(AFTER_MIGRATION) } else { Requeue::OnChange })
}

/// Lets go of an object that has nothing to do with this seed, or with the cloud, any more.
pub(super) async fn leave(on: &Reconciliation<'_>) -> Result<Requeue, Failure> {
    if on.operation == OperationType::Delete {
        deletion::warn_of_terraform(on, &on.status.last().await).await;
    }
    say_succeeded(on, None, None).await?;
    on.shared.given.seed.remove_finalizer(&on.key.namespace, &on.key.name, FINALIZER).await?;
    if on.operation == OperationType::Migrate {
        let taken = async {
            on.status.reread().await?;
            on.take_request().await
        };
        match taken.await {
            // It was being deleted, and that was its last finalizer.
            Err(Failure::Kubernetes(error)) if error.is_missing() => {}
            result => drop(result?),
        }
    }
    on.shared.forget(on.key);
    Ok(Requeue::OnChange)
}

async fn say_succeeded(
    on: &Reconciliation<'_>,
    report: Option<&Finished>,
    state: Option<&State>,
) -> Result<(), Failure> {
    let (text, now) = (messages::of(on.operation).succeeded, on.shared.now());
    let state = state.map(journal::encode);
    on.status.succeeded(on.operation, text, report, state.as_ref(), now).await?;
    tracing::info!(infrastructure = %on.key, operation = ?on.operation, "{text}");
    Ok(())
}

/// Reports a failure, once a cloud-controller-manager that was stopped for a migration runs again.
pub(super) async fn fail(on: &Reconciliation<'_>, failure: &Failure) -> Result<Requeue, Failure> {
    if failure.is_of_reach() {
        // It is told where that shows; nothing can be written or given back now, and the next run goes on.
        return Ok(Requeue::WithBackoff);
    }
    unfreeze(on).await;
    let description = last_error::description(on.operation, failure);
    tracing::error!(infrastructure = %on.key, operation = ?on.operation, "{}", line(&description));
    // A code would end gardenlet's retries, and with them leave a migration half-way, perhaps with the cloud-controller-manager at zero.
    let under_way = is_under_way(&on.status.last().await);
    let codes = if under_way { Vec::new() } else { last_error::codes(failure) };
    on.status.failed(on.operation, &description, codes, on.shared.now()).await?;
    Ok(Requeue::WithBackoff)
}

/// Reports that what is to be done cannot be found out.
pub(super) async fn cannot_begin(on: &Reconciliation<'_>, failure: &Failure) -> Result<Requeue, Failure> {
    let requeue = fail(on, failure).await?;
    if on.is_requested() {
        on.take_request().await?;
    }
    Ok(requeue)
}

/// Whether a migration of `infrastructure` is under way. A state of ours that cannot
/// be read may say so; one that we did not write does not.
fn is_under_way(infrastructure: &Infrastructure) -> bool {
    let state = infrastructure.status.as_ref().and_then(|status| status.state.as_ref());
    journal::decode(state).map_or_else(|_| journal::is_ours(state), |state| state.is_under_way())
}
