//! Operations, the answers to mutations, which are polled until they are done: `compute#operation`.

use serde::Deserialize;

use super::{ResourceId, ResourceUrl};

/// A long-running operation. One that failed is `DONE` and bears `error`, while the HTTP status of reading it is 200.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Operation {
    /// A name, unique in the scope.
    pub name: String,
    /// The number that Google gave to it.
    pub id: ResourceId,
    /// Whether it is over.
    pub status: OperationStatus,
    /// `insert`, `delete`, `updateNetworkInterface`, …
    pub operation_type: String,
    /// The URL of the object that it changes.
    pub target_link: Option<ResourceUrl>,
    /// The number of that object.
    pub target_id: Option<ResourceId>,
    /// The zone of a zonal one.
    pub zone: Option<ResourceUrl>,
    /// The region of a regional one.
    pub region: Option<ResourceUrl>,
    /// Why it failed.
    pub error: Option<OperationErrors>,
    /// The HTTP status that a synchronous answer would have had.
    pub http_error_status_code: Option<u16>,
    /// The HTTP status in words.
    pub http_error_message: Option<String>,
    /// The instant at which it was accepted, RFC 3339.
    pub insert_time: Option<String>,
    /// How far it is, 0 to 100.
    pub progress: Option<u32>,
    /// The `requestId` of the call that started it.
    pub client_operation_id: Option<String>,
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum OperationStatus {
    /// Accepted.
    Pending,
    /// Under way.
    Running,
    /// Over, well or not.
    Done,
    /// Something that this version does not know: not over.
    #[default]
    #[serde(other)]
    Unknown,
}

/// The errors of a failed operation.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct OperationErrors {
    /// What went wrong, in the order in which Google tells it.
    pub errors: Vec<OperationErrorItem>,
}

/// One error of a failed operation.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct OperationErrorItem {
    /// What went wrong, in upper snake case: `RESOURCE_IN_USE_BY_ANOTHER_RESOURCE`.
    pub code: String,
    /// The error in words, for people.
    pub message: String,
    /// Details for machines, as they came; a quota error names metric and limit here.
    #[serde(rename = "errorDetails")]
    pub details: Vec<serde_json::Value>,
}
