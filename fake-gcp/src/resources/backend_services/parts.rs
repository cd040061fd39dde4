//! The nested fields of a backend service, each as it is printed; `None` if there is nothing to print.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference::{self, self_link};
use crate::model::geography;
use crate::model::scope::Scope;
use crate::resources::health_checks::HealthCheck;
use crate::resources::instance_groups::InstanceGroup;
use crate::resources::kept::document::Document;
use crate::resources::kept::{Kept as _, Place};
use crate::state::State;

/// Modes of balancing that Google has beside that of packets that are passed through.
const OTHER_MODES: [&str; 4] = ["UTILIZATION", "RATE", "CUSTOM_METRICS", "IN_FLIGHT"];

/// The proxy that asks callers who they are. Of its secret the hash alone is printed.
pub(super) fn iap(body: &Body) -> Result<Option<Value>, ApiError> {
    let Some(iap) = body.object("iap")? else { return Ok(None) };
    iap.only(&["enabled", "oauth2ClientId", "oauth2ClientSecret", "oauth2ClientSecretSha256"])?;
    let hash = match (iap.string("oauth2ClientSecret")?, iap.string("oauth2ClientSecretSha256")?) {
        (None, Some(hash)) => hash.to_owned(),
        (secret, _) => {
            let hash = digest(&SHA256, secret.unwrap_or_default().as_bytes());
            hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
        }
    };
    Ok(Some(json!({
        "enabled": iap.bool("enabled")?.unwrap_or(false),
        "oauth2ClientId": iap.string("oauth2ClientId")?.unwrap_or_default(),
        "oauth2ClientSecretSha256": hash,
    })))
}

/// How the backends are shared among clients.
pub(super) fn subsetting(body: &Body) -> Result<Option<Value>, ApiError> {
    let Some(subsetting) = body.object("subsetting")? else { return Ok(None) };
    subsetting.only(&["policy"])?;
    let policy = subsetting.one_of("policy", &["NONE", "CONSISTENT_HASH_SUBSETTING"])?;
    Ok(policy.map(|policy| json!({ "policy": policy })))
}

/// Refuses the path of a health check or of a group that is not there. Health checks of a region are not modelled: any may be
/// named.
pub(super) fn require(state: &State, path: &str) -> Result<(), ApiError> {
    let check = reference::parse(path, "", HealthCheck::COLLECTION).is_some_and(|(owner, region, name)| {
        !region.is_empty() || state.other::<Document<HealthCheck>>(&owner, "", &name).is_some()
    });
    let group = reference::parse(path, "", InstanceGroup::COLLECTION).is_some_and(|(owner, zone, name)| {
        state.other::<Document<InstanceGroup>>(&owner, &zone, &name).is_some()
    });
    if check || group { Ok(()) } else { Err(ApiError::not_found(path)) }
}

/// The links of the health checks, which must exist.
pub(super) fn health_checks(place: &Place<'_>, body: &Body) -> Result<Option<Value>, ApiError> {
    let mut links: Vec<Value> = Vec::new();
    for (index, url) in body.strings("healthChecks")?.unwrap_or_default().iter().enumerate() {
        let at = format!("{}[{index}]", body.path("healthChecks"));
        let parsed = reference::parse(url, place.project, "healthChecks");
        let (owner, region, name) =
            parsed.ok_or_else(|| ApiError::invalid(&at, url, "The URL is malformed."))?;
        let path = match region.as_str() {
            "" => reference::global(&owner, "healthChecks", &name),
            region => reference::regional(&owner, region, "healthChecks", &name),
        };
        require(place.state, &path)?;
        links.push(self_link(&path).into());
    }
    Ok((!links.is_empty()).then(|| links.into()))
}

/// The backends: groups of instances in the region, which must exist.
pub(super) fn backends(place: &Place<'_>, body: &Body, managed: bool) -> Result<Option<Value>, ApiError> {
    let mut backends: Vec<Value> = Vec::new();
    for backend in body.objects("backends")?.unwrap_or_default() {
        backend.only(&["group", "balancingMode", "description"])?;
        if managed {
            return Err(ApiError::not_modelled("backends of load balancers that are proxies"));
        }
        let url = backend.require("group")?;
        let parsed =
            reference::parse(url, place.project, "instanceGroups").filter(|(_, zone, _)| !zone.is_empty());
        let (owner, zone, name) = parsed.ok_or_else(|| backend.invalid("group", "The URL is malformed."))?;
        let region = geography::region_of_zone(&zone).map(|region| region.name.to_owned());
        if region.map(Scope::Region).as_ref() != Some(&place.scope) {
            return Err(backend.invalid("group", "The group must be in the region of the backend service."));
        }
        let path = reference::zonal(&owner, &zone, "instanceGroups", &name);
        require(place.state, &path)?;
        let mode = backend.word("balancingMode", &["CONNECTION"], &OTHER_MODES)?.unwrap_or("CONNECTION");
        backends.push(json!({ "group": self_link(&path), "balancingMode": mode }));
    }
    Ok((!backends.is_empty()).then(|| backends.into()))
}
