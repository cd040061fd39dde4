//! The `Infrastructure` resource of `extensions.gardener.cloud/v1alpha1`, as far as this controller reads and writes it.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::document::document;
use super::null;

/// The specification of an Infrastructure, `spec`, written by gardenlet.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InfrastructureSpec {
    /// The extension type; this controller serves `gcp`.
    #[serde(rename = "type")]
    pub extension_type: String,
    /// The extension class `shoot`, `seed` or `garden`; absent means `shoot`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The region of Google Cloud, e.g. `europe-west1`.
    pub region: String,
    /// A reference to the Secret with the credentials.
    pub secret_ref: SecretReference,
    /// An `InfrastructureConfig`. It is kept undecoded, because a bad one must not hide the object; a string is the reason why it
    /// cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "document")]
    pub provider_config: Option<Value>,
}

/// A reference to a Secret.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SecretReference {
    /// The name of the Secret.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub name: String,
    /// The namespace of the Secret.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub namespace: String,
}

/// The status of an Infrastructure, `status`. Documents of the provider are kept undecoded, so that a bad one is reported instead of hiding
/// the object; a string is the reason why one cannot be read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InfrastructureStatus {
    /// The provider's `InfrastructureStatus`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "document")]
    pub provider_status: Option<Value>,
    /// The provider's `InfrastructureState`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "document")]
    pub state: Option<Value>,
    /// The ranges of the shoot's nodes, pods and services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networking: Option<Networking>,
    /// The ranges that the shoot's traffic comes from, in CIDR notation.
    #[serde(default, rename = "egressCIDRs", skip_serializing_if = "Option::is_none")]
    pub egress_cidrs: Option<Vec<String>>,
    /// The last operation and its outcome.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_understood")]
    pub last_operation: Option<LastOperation>,
    /// The error of the last operation, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_understood")]
    pub last_error: Option<LastError>,
    /// The generation of the object that the last finished operation saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}

/// Deserializes a value, or `None` if this version does not understand it. The CRD allows any words here, and all extensions of a
/// seed share one list of objects, which one odd object must not make unreadable.
pub fn if_understood<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(|raw| serde_json::from_str(raw.get()).ok())
}

/// The ranges of a shoot in CIDR notation, IPv4 before IPv6.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Networking {
    /// The ranges of the pods, at most one per IP family.
    #[serde(default, deserialize_with = "null::in_list")]
    pub pods: Vec<String>,
    /// The ranges of the nodes, at most one per IP family.
    #[serde(default, deserialize_with = "null::in_list")]
    pub nodes: Vec<String>,
    /// The ranges of the services, at most one per IP family.
    #[serde(default, deserialize_with = "null::in_list")]
    pub services: Vec<String>,
}

/// The last operation, `status.lastOperation`. The CRD requires all five fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastOperation {
    /// A description for people.
    pub description: String,
    /// The time of this update.
    pub last_update_time: Timestamp,
    /// The progress in percent, 0 to 100.
    pub progress: i32,
    /// The state of the operation; this controller writes `Processing`, `Succeeded` and `Error`.
    pub state: OperationState,
    /// The kind of operation.
    #[serde(rename = "type")]
    pub operation_type: OperationType,
}

/// The states of an operation in Gardener's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperationState {
    /// The operation is under way.
    Processing,
    /// The operation succeeded.
    Succeeded,
    /// The operation failed and will be retried.
    Error,
    /// The operation failed and will not be retried.
    Failed,
    /// The operation has not begun.
    Pending,
    /// The operation was aborted.
    Aborted,
}

/// The operations of Gardener's extension contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperationType {
    /// The first reconciliation of an object.
    Create,
    /// Any later reconciliation.
    Reconcile,
    /// The deletion of the infrastructure.
    Delete,
    /// The first half of a control plane migration: the object leaves this seed, the infrastructure stays.
    Migrate,
    /// The second half of a control plane migration: the object arrives on this seed.
    Restore,
}

/// The last error, `status.lastError`, absent after an operation that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastError {
    /// A description for people.
    pub description: String,
    /// Gardener's error codes, sorted, e.g. `ERR_CONFIGURATION_PROBLEM`; they decide whether gardenlet retries.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null::in_list")]
    pub codes: Vec<String>,
    /// The time of this update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_update_time: Option<Timestamp>,
}

/// The report of a reconciliation that reached its goal.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// The provider's status, `status.providerStatus`.
    pub provider_status: Value,
    /// The ranges of the shoot, `status.networking`.
    pub networking: Networking,
    /// The ranges that the shoot's traffic comes from, `status.egressCIDRs`, left out if empty.
    pub egress_cidrs: Vec<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_odd_object_of_whatever_extension_can_be_read() {
        let spec = json!({ "type": "other", "region": "r", "secretRef": {} });
        let status = json!({
            "lastOperation": {
                "type": "Wait", "state": "Odd", "description": "", "progress": 1, "lastUpdateTime": "2026-09-01T10:00:00Z",
            },
            "lastError": { "description": 7 },
        });
        let spec: InfrastructureSpec = serde_json::from_value(spec).unwrap();
        assert_eq!(spec.secret_ref.name, "");
        let status: InfrastructureStatus = serde_json::from_value(status).unwrap();
        assert_eq!((status.last_operation, status.last_error), (None, None));
    }
}
