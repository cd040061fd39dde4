//! The side of an internal rule: network, subnet and backend service as a body names them.
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference::{self, self_link};
use crate::model::forwarding_rules::Side;
use crate::model::networks::Mode;
use crate::model::subnetworks::{SubnetKey, Subnetwork};
use crate::resources::references;
use crate::state::State;

/// Reads the side of an internal rule.
pub(super) fn read(state: &State, project: &str, region: &str, body: &Body) -> Result<Side, ApiError> {
    if body.has("target") {
        return Err(ApiError::not_modelled("internal forwarding rules with 'target'"));
    }
    let subnetwork = subnetwork(state, project, region, body)?;
    Ok(Side::Internal {
        network: subnetwork.network.clone(),
        subnet: subnetwork.key(),
        backend_service: self_link(&path(body, project, "backendService")?),
        global_access: body.bool("allowGlobalAccess")?.unwrap_or(false),
    })
}

/// Reads the side of a rule that leads to proxies. Target proxies are not modelled: any may be named.
pub(super) fn managed(state: &State, project: &str, region: &str, body: &Body) -> Result<Side, ApiError> {
    if body.has("backendService") {
        return Err(body.invalid("backendService", "Rules of this scheme have a target."));
    }
    let subnetwork = subnetwork(state, project, region, body)?;
    Ok(Side::Managed {
        network: subnetwork.network.clone(),
        subnet: subnetwork.key(),
        target: self_link(&path(body, project, "target")?),
    })
}

/// The path that a field leads to, whether there is something or not.
fn path(body: &Body, project: &str, field: &str) -> Result<String, ApiError> {
    let path = reference::path_of(body.require(field)?, project);
    path.ok_or_else(|| body.invalid(field, "The URL is malformed."))
}

/// The subnet that the rule names, or the subnet that an auto-mode network has in the region.
fn subnetwork<'a>(
    state: &'a State,
    project: &str,
    region: &str,
    body: &Body,
) -> Result<&'a Subnetwork, ApiError> {
    let network = match body.has("network") {
        true => Some(references::network_reference(state, project, body, "network")?),
        false => None,
    };
    if body.string("subnetwork")?.is_some() {
        let subnetwork = references::subnetwork_reference(state, project, region, body)?;
        return match network.filter(|network| *network != subnetwork.network) {
            None => Ok(subnetwork),
            Some(_) => Err(body.invalid("subnetwork", "The subnetwork must be of the network of the rule.")),
        };
    }
    let network = network.ok_or_else(|| {
        ApiError::not_modelled("internal forwarding rules without a network, which get 'default'")
    })?;
    if state.network(project, &network).is_some_and(|network| network.mode != Mode::Auto) {
        let why = "Subnetwork should be specified for custom subnetmode network.";
        return Err(body.invalid("subnetwork", why));
    }
    let key = SubnetKey { project: project.to_owned(), region: region.to_owned(), name: network };
    state
        .subnetwork(&key)
        .ok_or_else(|| ApiError::not_found(&reference::regional(project, region, "subnetworks", &key.name)))
}
