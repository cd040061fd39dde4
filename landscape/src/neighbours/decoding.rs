//! The strict decoding of `status.providerStatus` and `status.state`, as the other
//! controllers do it: an unknown field is an error.
//!
//! The types here are this crate's own, so that a misspelt field of whoever wrote it shows.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::json::text;

const VERSION: &str = "gcp.provider.extensions.gardener.cloud/v1alpha1";
/// The purposes of subnets, in the order in which they are listed.
const PURPOSES: [&str; 3] = ["nodes", "internal", "services"];

/// A document that other controllers would stumble over.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("Infrastructure {object}: {part}: {reason}: {document}")]
pub struct Undecodable {
    /// Namespace and name of the Infrastructure.
    pub object: String,
    /// Field that holds the document.
    pub part: &'static str,
    /// Reason why it cannot be decoded.
    pub reason: String,
    /// The document as it was stored.
    pub document: Value,
}

/// Decodes what an Infrastructure says of itself as strictly as the other controllers do.
///
/// # Errors
/// The first document that they could not decode.
pub fn decode(infrastructure: &Value) -> Result<(), Undecodable> {
    let decoded = |part: &'static str, check: fn(&Value) -> Result<(), String>| {
        let Some(document) = infrastructure.pointer(&format!("/{}", part.replace('.', "/"))) else {
            return Ok(());
        };
        let metadata = |field| text(infrastructure, field);
        check(document).map_err(|reason| Undecodable {
            object: format!("{}/{}", metadata("/metadata/namespace"), metadata("/metadata/name")),
            part,
            reason,
            document: document.clone(),
        })
    };
    decoded("status.providerStatus", provider_status)?;
    decoded("status.state", state)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProviderStatus {
    api_version: String,
    kind: String,
    networks: Networks,
    #[serde(rename = "serviceAccountEmail")]
    _service_account_email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Networks {
    vpc: Vpc,
    subnets: Vec<Subnet>,
    #[serde(rename = "natIPs")]
    nat_ips: Option<Vec<NatIp>>,
    ipfamilies: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Vpc {
    name: String,
    cloud_router: Named,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subnet {
    name: String,
    purpose: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NatIp {
    ip: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct State {
    api_version: String,
    kind: String,
    data: Option<BTreeMap<String, String>>,
    routes: Option<Vec<Route>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Route {
    instance_name: String,
    #[serde(rename = "destinationCIDR")]
    destination: String,
    zone: String,
}

fn provider_status(document: &Value) -> Result<(), String> {
    let ProviderStatus { api_version, kind, networks, .. } = typed(document)?;
    is_a(&api_version, &kind, "InfrastructureStatus")?;
    let Networks { vpc, subnets, nat_ips, ipfamilies } = networks;
    holds(!vpc.name.is_empty(), "networks.vpc.name is empty")?;
    holds(!vpc.cloud_router.name.is_empty(), "networks.vpc.cloudRouter.name is empty")?;
    let addressed = |ips: Vec<NatIp>| !ips.is_empty() && ips.iter().all(|nat| !nat.ip.is_empty());
    holds(nat_ips.is_none_or(addressed), "networks.natIPs is empty, or one of them is")?;
    holds(
        ipfamilies.is_none_or(|families| !families.is_empty()),
        "networks.ipfamilies is empty and not left out",
    )?;
    let found: Vec<&str> = subnets.iter().map(|subnet| subnet.purpose.as_str()).collect();
    let in_order: Vec<&str> = PURPOSES.into_iter().filter(|purpose| found.contains(purpose)).collect();
    holds(
        found == in_order,
        "networks.subnets is not in order, or has one twice, or one of no known purpose",
    )?;
    let named = |subnet: &Subnet| subnet.name.ends_with(&subnet.purpose);
    holds(subnets.iter().all(named), "networks.subnets has a name that is not of its purpose")
}

fn state(document: &Value) -> Result<(), String> {
    let State { api_version, kind, data, routes } = typed(document)?;
    is_a(&api_version, &kind, "InfrastructureState")?;
    holds(data.is_none_or(|data| !data.is_empty()), "data is empty and not left out")?;
    let whole = |route: &Route| {
        [&route.instance_name, &route.destination, &route.zone].into_iter().all(|field| !field.is_empty())
    };
    holds(routes.iter().flatten().all(whole), "routes has an entry with an empty field")
}

fn typed<T: DeserializeOwned>(document: &Value) -> Result<T, String> {
    T::deserialize(document).map_err(|error| error.to_string())
}

fn is_a(api_version: &str, kind: &str, wanted: &str) -> Result<(), String> {
    holds((api_version, kind) == (VERSION, wanted), &format!("it is no {VERSION} {wanted}"))
}

fn holds(condition: bool, otherwise: &str) -> Result<(), String> {
    if condition { Ok(()) } else { Err(otherwise.to_owned()) }
}
