//! Progress for people: lossy, at most once a second, never in the way.

use std::time::Duration;

use planner::documents::infrastructure::OperationType;
use planner::plan::Progress;
use planner::text::chain;
use tokio::sync::watch;

use crate::environment::Clock;
use crate::kubernetes::StatusWriter;

/// The least time between two writes.
const INTERVAL: Duration = Duration::from_secs(1);

/// Writes what comes through `updates` until its sender is gone.
pub(crate) async fn write(
    status: &StatusWriter,
    operation: OperationType,
    clock: &dyn Clock,
    mut updates: watch::Receiver<Option<Progress>>,
) {
    let mut written = None;
    loop {
        let Ok(progress) = updates.wait_for(|progress| *progress != written).await.map(|progress| *progress)
        else {
            return;
        };
        if let Some(progress) = progress {
            let text = progress.to_string();
            let written = status.processing(operation, &text, progress.percent(), clock.now()).await;
            if let Err(error) = written
                && !error.is_away()
            {
                // The next one may be written; the outcome is written by somebody else in any case.
                tracing::warn!(error = %chain(&error), "cannot write progress");
            }
        }
        written = progress;
        // Nothing is to be seen in between but the end of the updates.
        if let Ok(Err(_)) = tokio::time::timeout(INTERVAL, updates.wait_for(|_| false)).await {
            return;
        }
    }
}
