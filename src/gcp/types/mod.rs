//! Shapes of the Compute API that all kinds of resources share: operations, quotas, numbers and URLs. No logic.
//!
//! They are read leniently: unknown fields are skipped and absent ones are empty, so that a new field of Google's breaks nothing.

mod operation;
mod quota;
mod scalar;

pub use operation::{Operation, OperationErrorItem, OperationErrors, OperationStatus};
pub use quota::{Quota, Quotas};
pub use scalar::{ResourceId, ResourceUrl};
