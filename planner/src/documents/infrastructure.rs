//! The `Infrastructure` resource of `extensions.gardener.cloud/v1alpha1`, as far as it concerns this controller.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::document::document;
use super::null;

/// What gardenlet wants.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InfrastructureSpec {
    /// The extension type; `gcp` for us.
    #[serde(rename = "type")]
    pub extension_type: String,
    /// The extension class; absent means `shoot`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The GCP region.
    pub region: String,
    /// The Secret with the credentials.
    pub secret_ref: SecretReference,
    /// An `InfrastructureConfig`, undecoded: a bad one must not hide the object. A text: it cannot be read, for the reason that it tells.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "document")]
    pub provider_config: Option<Value>,
}

/// A Secret by name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SecretReference {
    /// The Secret's name.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub name: String,
    /// The Secret's namespace.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub namespace: String,
}

/// What was reported. Documents of the provider stay undecoded, so that a bad one can be reported instead of hiding the object; one
/// that is a text cannot be read, for the reason that it tells.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InfrastructureStatus {
    /// An `InfrastructureStatus` of the provider.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "document")]
    pub provider_status: Option<Value>,
    /// An `InfrastructureState` of the provider.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "document")]
    pub state: Option<Value>,
    /// The ranges that the shoot uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networking: Option<Networking>,
    /// The addresses that the shoot's traffic leaves from.
    #[serde(default, rename = "egressCIDRs", skip_serializing_if = "Option::is_none")]
    pub egress_cidrs: Option<Vec<String>>,
    /// What was done last.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_understood")]
    pub last_operation: Option<LastOperation>,
    /// What went wrong last.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_understood")]
    pub last_error: Option<LastError>,
    /// The generation that the last finished operation saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}

/// None for what this version does not understand: the CRD allows any words here, and all extensions of a seed share one list of
/// objects, which one odd object must not make unreadable.
pub fn if_understood<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(|raw| serde_json::from_str(raw.get()).ok())
}

/// The ranges of a shoot by use, IPv4 first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Networking {
    /// Pod ranges.
    #[serde(default, deserialize_with = "null::in_list")]
    pub pods: Vec<String>,
    /// Node ranges.
    #[serde(default, deserialize_with = "null::in_list")]
    pub nodes: Vec<String>,
    /// Service ranges.
    #[serde(default, deserialize_with = "null::in_list")]
    pub services: Vec<String>,
}

/// `status.lastOperation`; all five members are required by the CRD.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastOperation {
    /// For people.
    pub description: String,
    /// When it was written.
    pub last_update_time: Timestamp,
    /// Percent, 0 to 100.
    pub progress: i32,
    /// Processing, Succeeded or Error.
    pub state: OperationState,
    /// Which operation.
    #[serde(rename = "type")]
    pub operation_type: OperationType,
}

/// The state of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperationState {
    /// Under way.
    Processing,
    /// Finished well.
    Succeeded,
    /// Finished badly; will be tried again.
    Error,
    /// Finished badly for good.
    Failed,
    /// Not begun.
    Pending,
    /// Given up.
    Aborted,
}

/// The operations of the extension contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperationType {
    /// The first reconciliation.
    Create,
    /// Any later one.
    Reconcile,
    /// Tearing down.
    Delete,
    /// Leaving this seed.
    Migrate,
    /// Arriving on this seed.
    Restore,
}

/// `status.lastError`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastError {
    /// For people.
    pub description: String,
    /// Gardener's error codes, sorted; they decide whether gardenlet goes on retrying.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null::in_list")]
    pub codes: Vec<String>,
    /// When it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_update_time: Option<Timestamp>,
}

/// What a reconciliation that reached its goal reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// `status.providerStatus`.
    pub provider_status: Value,
    /// `status.networking`.
    pub networking: Networking,
    /// `status.egressCIDRs`; empty means absent.
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
