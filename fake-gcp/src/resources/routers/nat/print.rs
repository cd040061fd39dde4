//! A NAT as Google prints it.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference::self_link;
use crate::model::routers::NamedSubnet;
use serde_json::{Map, Value, json};

/// Value of `effectiveTcpTimeWaitTimeoutSec` of a NAT that sets none, in seconds.
const TCP_TIME_WAIT_SEC: i64 = 30;

/// The entry of `nats` as Google prints it: references as self links, defaults filled in, empty lists left out.
pub(super) fn printed(
    body: &Body,
    nat_ips: &[String],
    drained: &[String],
    subnetworks: &[NamedSubnet],
) -> Result<Map<String, Value>, ApiError> {
    let links = |paths: &[String]| paths.iter().map(|path| self_link(path)).collect::<Vec<_>>();
    let mut printed = body.clone().into_map();
    for (field, paths) in [("natIps", nat_ips), ("drainNatIps", drained)] {
        if printed.contains_key(field) {
            printed.insert(field.to_owned(), json!(links(paths)));
        }
    }
    let entries = printed.get_mut("subnetworks").and_then(Value::as_array_mut);
    for (entry, named) in entries.into_iter().flatten().zip(subnetworks) {
        if let Some(entry) = entry.as_object_mut() {
            entry.insert("name".to_owned(), self_link(&named.subnet.path()).into());
        }
    }
    printed.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
    for (field, value) in [
        ("type", json!("PUBLIC")),
        ("autoNetworkTier", json!("PREMIUM")),
        ("endpointTypes", json!(["ENDPOINT_TYPE_VM"])),
        ("enableEndpointIndependentMapping", json!(false)),
    ] {
        printed.entry(field).or_insert(value);
    }
    let time_wait = body.integer("tcpTimeWaitTimeoutSec")?.unwrap_or(TCP_TIME_WAIT_SEC);
    printed.insert("effectiveTcpTimeWaitTimeoutSec".to_owned(), time_wait.into());
    Ok(printed)
}
