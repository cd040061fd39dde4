//! A null is absent, as it is to Go: in every document, at every place where a field may be absent.

use gardener_extension_infra_gcp::api::infrastructure::Infrastructure;
use planner::documents::cluster::Cluster;
use planner::documents::config::InfrastructureConfig;
use planner::documents::provider_status::ProviderStatus;
use planner::journal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::all_right;

const PROVIDER: &str = "gcp.provider.extensions.gardener.cloud/v1alpha1";

/// The paths of all fields below `value`, as JSON pointers.
fn fields(value: &Value, path: &str) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let below = members.iter().flat_map(|(name, value)| {
                let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                let mut all = fields(value, &path);
                all.push(path);
                all
            });
            below.collect()
        }
        Value::Array(items) => {
            let below = items.iter().enumerate().flat_map(|(i, item)| fields(item, &format!("{path}/{i}")));
            below.collect()
        }
        _ => Vec::new(),
    }
}

/// The document without the field at `path`.
fn without(document: &Value, path: &str) -> Value {
    let mut document = document.clone();
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    parent.remove(&name.replace("~1", "/").replace("~0", "~")).unwrap();
    document
}

/// Each field that may be absent may be null, and that means the same; at least `least` of them may be absent.
fn check(about: &str, document: &Value, least: usize, decode: impl Fn(&Value) -> Result<Value, String>) {
    decode(document).unwrap_or_else(|error| panic!("{about}: {error}"));
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for path in fields(document, "") {
        let Ok(absent) = decode(&without(document, &path)) else { continue };
        seen += 1;
        let mut with_null = document.clone();
        *with_null.pointer_mut(&path).unwrap() = Value::Null;
        let null = decode(&with_null);
        if null.as_ref() != Ok(&absent) {
            wrong.push(format!("{about}: {path}: {null:?}, and without it {absent}"));
        }
    }
    all_right(&wrong);
    assert!(seen >= least, "{about}: only {seen} fields may be absent");
}

fn through<T: Serialize + DeserializeOwned>(document: &Value) -> Result<Value, String> {
    let decoded: T = serde_json::from_value(document.clone()).map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(decoded).unwrap())
}

#[test]
fn of_a_cluster() {
    let cluster = json!({ "metadata": {}, "spec": { "seed": {}, "shoot": {
        "metadata": { "annotations": { "a": "b" } },
        "spec": { "networking": {
            "ipFamilies": ["IPv4"], "nodes": "10.250.0.0/16", "pods": "100.96.0.0/11", "services": "100.64.0.0/13",
        } },
        "status": {
            "technicalID": "a", "lastOperation": { "state": "Failed" }, "networking": { "nodes": ["10.250.0.0/16"] },
        },
    } } });
    check("Cluster", &cluster, 18, |document| {
        // A member of a map that is null is an empty text, and there.
        let mut decoded = through::<Cluster>(document)?;
        let annotations = decoded["spec"]["shoot"]["metadata"]["annotations"].as_object_mut().unwrap();
        annotations.retain(|_, value| value != "");
        Ok(decoded)
    });
}

#[test]
fn of_an_infrastructure() {
    let infrastructure = json!({
        "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
        "metadata": { "name": "a", "labels": {}, "annotations": {}, "finalizers": [] },
        "spec": {
            "type": "gcp", "class": "shoot", "region": "r", "secretRef": { "name": "s", "namespace": "n" }, "providerConfig": {},
        },
        "status": {
            "providerStatus": {}, "state": {}, "egressCIDRs": [], "observedGeneration": 1,
            "networking": { "pods": ["a"], "nodes": ["a"], "services": ["a"] },
            "lastOperation": {
                "type": "Create", "state": "Error", "description": "d", "progress": 1, "lastUpdateTime": "2026-09-01T10:00:00Z",
            },
            "lastError": { "description": "d", "codes": ["a"], "lastUpdateTime": "2026-09-01T10:00:00Z" },
        },
    });
    check("Infrastructure", &infrastructure, 24, through::<Infrastructure>);
}

#[test]
fn of_what_the_provider_writes() {
    let config = json!({ "apiVersion": PROVIDER, "kind": "InfrastructureConfig", "networks": {
        "vpc": { "name": "v", "cloudRouter": { "name": "r" } }, "workers": "a", "worker": "b", "internal": "c", "mtu": 1460,
        "cloudNAT": {
            "endpointIndependentMapping": { "enabled": true }, "minPortsPerVM": 64, "maxPortsPerVM": 64,
            "enableDynamicPortAllocation": true, "natIPNames": [{ "name": "a" }], "icmpIdleTimeoutSec": 30,
            "tcpEstablishedIdleTimeoutSec": 30, "tcpTimeWaitTimeoutSec": 30, "tcpTransitoryIdleTimeoutSec": 30,
            "udpIdleTimeoutSec": 30,
        },
        "flowLogs": { "aggregationInterval": "i", "flowSampling": 0.5, "metadata": "m" },
    } });
    check("InfrastructureConfig", &config, 27, through::<InfrastructureConfig>);

    let status = json!({ "apiVersion": PROVIDER, "kind": "InfrastructureStatus", "serviceAccountEmail": "e", "networks": {
        "vpc": { "name": "v", "cloudRouter": { "name": "r" } }, "subnets": [{ "name": "s", "purpose": "nodes" }],
        "natIPs": [{ "ip": "203.0.113.1" }], "ipfamilies": ["IPv4"],
    } });
    check("InfrastructureStatus", &status, 11, through::<ProviderStatus>);

    let state = json!({ "apiVersion": PROVIDER, "kind": "InfrastructureState",
        "data": { "resources_exist": "true", "migration/phase": "deleting", "a": "b" },
        "routes": [{ "instanceName": "vm", "destinationCIDR": "100.96.0.0/24", "zone": "z" }],
    });
    check("InfrastructureState", &state, 6, |document| {
        journal::decode(Some(document))
            .map(|state| journal::encode(&state))
            .map_err(|error| error.to_string())
    });
}
