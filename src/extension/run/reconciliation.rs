//! One reconciliation under way: whose it is, what was asked for, and the status that it writes.

use planner::documents::infrastructure::{OperationState, OperationType};
use planner::documents::names::OPERATION_ANNOTATION;

use super::dependencies::Shared;
use crate::api::infrastructure::Infrastructure;
use crate::extension::contract::{Key, operation};
use crate::extension::tell::{Event, Failure};
use crate::kubernetes::StatusWriter;

/// One reconciliation of one Infrastructure.
pub(super) struct Reconciliation<'a> {
    pub(super) shared: &'a Shared,
    pub(super) key: &'a Key,
    pub(super) operation: OperationType,
    /// The object as it was when the operation was asked for.
    pub(super) asked: Infrastructure,
    pub(super) status: StatusWriter,
}

impl<'a> Reconciliation<'a> {
    /// A reconciliation that carries out `operation`, which `infrastructure` asks for.
    pub(super) fn new(
        shared: &'a Shared,
        key: &'a Key,
        operation: OperationType,
        infrastructure: Infrastructure,
    ) -> Self {
        let asked = infrastructure.clone();
        Self { shared, key, operation, asked, status: StatusWriter::new(&shared.given.seed, infrastructure) }
    }

    /// Whether the status says already that the operation is under way.
    pub(super) fn goes_on(&self) -> bool {
        operation::last(&self.asked).is_some_and(|last| {
            last.state == OperationState::Processing && last.operation_type == self.operation
        })
    }

    /// Whether the operation annotation asks to reconcile.
    pub(super) fn is_requested(&self) -> bool {
        operation::requested(&self.asked) == Some("reconcile")
    }

    /// Removes the request that was seen, unless somebody has asked anew since, and returns the object as it is then.
    pub(super) async fn take_request(&self) -> Result<Infrastructure, Failure> {
        let same = |found: &Infrastructure| operation::is_one_request(&self.asked, found);
        let last = self.status.last().await;
        Ok(self.shared.given.seed.remove_annotation(last, OPERATION_ANNOTATION, same).await?)
    }

    /// Says in the status that the operation is under way.
    pub(super) async fn processing(&self, description: &str, progress: i32) -> Result<(), Failure> {
        let now = self.shared.now();
        Ok(self.status.processing(self.operation, description, progress, now).await?)
    }

    /// Records `event` about the object, as `infrastructure` shows it.
    pub(super) async fn record(&self, infrastructure: &Infrastructure, event: &Event) {
        self.shared.given.recorder.record(infrastructure, event).await;
    }
}
