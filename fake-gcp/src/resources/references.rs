//! References of a body to networks and subnetworks: in the same project, existing, and not being changed.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::subnetworks::{SubnetKey, Subnetwork};
use crate::state::State;

/// The network that a field refers to, as its name.
pub(super) fn network_reference(
    state: &State,
    project: &str,
    body: &Body,
    field: &str,
) -> Result<String, ApiError> {
    let text = body.require(field)?;
    let (owner, _, name) = reference::parse(text, project, "networks")
        .ok_or_else(|| body.invalid(field, "The URL is malformed."))?;
    if owner != project {
        return Err(ApiError::not_modelled(&format!("network of another project in '{}'", body.path(field))));
    }
    state.operations.require_idle(&reference::global(project, "networks", &name))?;
    match state.network(project, &name) {
        Some(_) => Ok(name),
        None => Err(body.invalid(field, "The referenced network resource cannot be found.")),
    }
}

/// The subnet that the field `subnetwork` refers to, which must be of `region`.
pub(super) fn subnetwork_reference<'a>(
    state: &'a State,
    project: &str,
    region: &str,
    body: &Body,
) -> Result<&'a Subnetwork, ApiError> {
    let field = "subnetwork";
    let refuse = |why: &str| body.invalid(field, why);
    let (owner, named_region, name) = reference::parse(body.require(field)?, project, "subnetworks")
        .ok_or_else(|| refuse("The URL is malformed."))?;
    if owner != project {
        return Err(ApiError::not_modelled("subnetworks of another project"));
    }
    if named_region != region {
        return Err(refuse(&format!("The subnetwork is not in the region {region}.")));
    }
    let key = SubnetKey { project: owner, region: named_region, name };
    state.operations.require_idle(&key.path())?;
    state.subnetwork(&key).ok_or_else(|| refuse("The referenced subnetwork resource cannot be found."))
}
