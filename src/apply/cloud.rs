//! Effects on the cloud: each action becomes one mutation, which is awaited and whose error is checked.

use http::Method;
use planner::plan::resource::{Body, Place, ResourceRef};
use planner::plan::{self, Action, Request};
use serde::Deserialize;

use super::ApplyError;
use crate::gcp::mutation::Scope;
use crate::gcp::types::ResourceUrl;
use crate::gcp::{Class, Compute, Error, Mutation, Path};

/// Carries out `action`, if it is an action on Compute. An effect that is there already counts as success.
///
/// # Errors
/// [`ApplyError::Elsewhere`] if the resource to create exists in another VPC; [`ApplyError::Cloud`].
pub(super) async fn carry_out(compute: &Compute, action: &Action) -> Result<(), ApplyError> {
    let Some(request) = action.request() else { return Ok(()) };
    match compute.run(&mutation(&request)).await {
        Ok(_) => Ok(()),
        Err(error) => match action {
            Action::Insert { object, body } if error.class() == Class::AlreadyExists => {
                is_here(compute, object, body).await
            }
            // An earlier run may have deleted it.
            Action::Delete { .. } if error.class() == Class::NotFound => Ok(()),
            Action::Insert { .. } | Action::Patch { .. } | Action::SetAliases { .. }
                if error.class() == Class::Unchanged =>
            {
                Ok(())
            }
            Action::Insert { .. }
            | Action::Patch { .. }
            | Action::Delete { .. }
            | Action::SetNats { .. }
            | Action::SetAliases { .. }
            | Action::WriteState(_)
            | Action::TakeWords { .. }
            | Action::IgnoreControlPlane { .. }
            | Action::ScaleCcm { .. } => Err(error.into()),
        },
    }
}

/// A resource of a VPC, of which only the VPC is of interest.
#[derive(Default, Deserialize)]
#[serde(default)]
struct InNetwork {
    network: ResourceUrl,
}

/// Checks that a resource that exists already is in the wanted VPC; in another one it would never be observed. Its fields are
/// compared by the next observation.
async fn is_here(compute: &Compute, object: &ResourceRef, body: &Body) -> Result<(), ApplyError> {
    let Some(wanted) = body.network().filter(|_| object.kind.row().is_in_network) else { return Ok(()) };
    let wanted = ResourceUrl(wanted.to_owned());
    match network_of(compute, object).await?.filter(|network| !network.same_as(&wanted)) {
        Some(network) => {
            let path = |url: &ResourceUrl| url.path().to_owned();
            let object = object.to_string();
            Err(ApplyError::Elsewhere { object, network: path(&network), wanted: path(&wanted) })
        }
        None => Ok(()),
    }
}

/// The VPC of `object`; `None` if the object is gone.
async fn network_of(compute: &Compute, object: &ResourceRef) -> Result<Option<ResourceUrl>, Error> {
    let Some(collection) = object.kind.row().collection else { return Ok(None) };
    let path = match &object.place {
        Place::Global => Path::global(collection),
        Place::Region(region) => Path::region(region, collection),
        Place::Zone(zone) => Path::zone(zone, collection),
    };
    let found: Option<InNetwork> = compute.get(&path.name(&object.name)).await?;
    Ok(found.map(|found| found.network))
}

/// The client's form of `request`.
pub(super) fn mutation(request: &Request) -> Mutation {
    let method = match request.method {
        plan::Method::Post => Method::POST,
        plan::Method::Patch => Method::PATCH,
        plan::Method::Delete => Method::DELETE,
    };
    let scope = match &request.place {
        Place::Global => Scope::Global,
        Place::Region(region) => Scope::Region(region.clone()),
        Place::Zone(zone) => Scope::Zone(zone.clone()),
    };
    let mut mutation = Mutation::new(method, scope, request.collection, &request.label);
    if let Some(name) = &request.name {
        mutation = mutation.of(name);
    }
    if let Some(verb) = request.verb {
        mutation = mutation.doing(verb);
    }
    if let Some((name, value)) = &request.query {
        mutation = mutation.with_query(name, value);
    }
    match &request.body {
        Some(body) => mutation.with_body(body.clone()),
        None => mutation,
    }
}
