//! Progress for people: lossy, at most once a second, never in the way.

use std::time::Duration;

use tokio::sync::watch;

use crate::api::infrastructure::OperationType;
use crate::kubernetes::StatusWriter;
use crate::plan::Progress;
use crate::seams::Clock;

/// The least time between two writes.
const INTERVAL: Duration = Duration::from_secs(1);

/// Writes what comes through `updates` until its sender is gone.
pub(super) async fn write(
    status: &StatusWriter,
    operation: OperationType,
    clock: &dyn Clock,
    mut updates: watch::Receiver<Option<Progress>>,
) {
    while updates.changed().await.is_ok() {
        let Some(progress) = *updates.borrow_and_update() else { continue };
        let written =
            status.processing(operation, &progress.to_string(), progress.percent(), clock.now()).await;
        if let Err(error) = written {
            // The next one may be written; the outcome is written by somebody else in any case.
            tracing::warn!(%error, "cannot write progress");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
