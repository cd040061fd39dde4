//! `status.providerStatus` and `status.state` as the other controllers decode them: nothing that they do not know.
//!
//! The types here are the tests' own, so that a misspelt field of the product's shows.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

const VERSION: &str = "gcp.provider.extensions.gardener.cloud/v1alpha1";

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
    ipfamilies: Vec<String>,
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

/// Asserts that an Infrastructure can be read by those who read it strictly.
pub(super) fn check(infrastructure: &Value) {
    if let Some(document) = infrastructure.pointer("/status/providerStatus") {
        check_status(document);
    }
    if let Some(document) = infrastructure.pointer("/status/state") {
        check_state(document);
    }
}

fn check_status(document: &Value) {
    let status: ProviderStatus =
        serde_json::from_value(document.clone()).unwrap_or_else(|error| panic!("{error}: {document:#}"));
    assert_eq!((status.api_version.as_str(), status.kind.as_str()), (VERSION, "InfrastructureStatus"));
    let networks = status.networks;
    assert!(!networks.vpc.name.is_empty() && !networks.vpc.cloud_router.name.is_empty(), "{document:#}");
    assert!(networks.nat_ips.is_none_or(|ips| !ips.is_empty() && ips.iter().all(|nat| !nat.ip.is_empty())));
    assert!(!networks.ipfamilies.is_empty(), "{document:#}");
    let purposes: Vec<&str> = networks.subnets.iter().map(|subnet| subnet.purpose.as_str()).collect();
    let order = ["nodes", "internal", "services"];
    let in_order: Vec<&str> = order.into_iter().filter(|purpose| purposes.contains(purpose)).collect();
    assert_eq!(purposes, in_order, "{document:#}");
    assert!(networks.subnets.iter().all(|subnet| subnet.name.ends_with(&subnet.purpose)), "{document:#}");
}

fn check_state(document: &Value) {
    let state: State =
        serde_json::from_value(document.clone()).unwrap_or_else(|error| panic!("{error}: {document:#}"));
    assert_eq!((state.api_version.as_str(), state.kind.as_str()), (VERSION, "InfrastructureState"));
    assert!(state.data.is_none_or(|data| !data.is_empty()), "{document:#}");
    for route in state.routes.iter().flatten() {
        let whole =
            ![&route.instance_name, &route.destination, &route.zone].into_iter().any(String::is_empty);
        assert!(whole, "{document:#}");
    }
}
