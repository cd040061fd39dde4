//! Operations, the answers to mutations, which are polled until they are done: `compute#operation`.

use serde::Deserialize;

use super::{ResourceId, ResourceUrl};

/// A long-running operation. One that failed is `DONE` and bears `error`, while the HTTP status of reading it is 200.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Operation {
    /// A name, unique in the scope.
    pub name: String,
    /// The number that Google gave to the operation.
    pub id: ResourceId,
    /// The state: pending, running or over.
    pub status: OperationStatus,
    /// The type: `insert`, `delete`, `updateNetworkInterface`, …
    pub operation_type: String,
    /// The URL of the object that the operation changes.
    pub target_link: Option<ResourceUrl>,
    /// The number of that object.
    pub target_id: Option<ResourceId>,
    /// The zone; `None` unless the operation is zonal.
    pub zone: Option<ResourceUrl>,
    /// The region; `None` unless the operation is regional.
    pub region: Option<ResourceUrl>,
    /// The errors; `None` unless the operation failed.
    pub error: Option<OperationErrors>,
    /// The HTTP status that a synchronous answer would have had.
    pub http_error_status_code: Option<u16>,
    /// The HTTP status in words.
    pub http_error_message: Option<String>,
    /// The instant at which the operation was accepted, RFC 3339.
    pub insert_time: Option<String>,
    /// The progress in percent, 0 to 100.
    pub progress: Option<u32>,
    /// The `requestId` of the call that started it.
    pub client_operation_id: Option<String>,
}

/// The state of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum OperationStatus {
    /// The operation is accepted.
    Pending,
    /// The operation is under way.
    Running,
    /// The operation is over, well or not.
    Done,
    /// The state is one that this version does not know, and counts as not over.
    #[default]
    #[serde(other)]
    Unknown,
}

/// The errors of a failed operation.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct OperationErrors {
    /// The errors, in the order in which Google tells them.
    pub errors: Vec<OperationErrorItem>,
}

/// One error of a failed operation.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct OperationErrorItem {
    /// The code, in upper snake case: `RESOURCE_IN_USE_BY_ANOTHER_RESOURCE`.
    pub code: String,
    /// The error in words, for people.
    pub message: String,
    /// Details for machines, as they came; a quota error names metric and limit here.
    #[serde(rename = "errorDetails")]
    pub details: Vec<serde_json::Value>,
}
