//! The method `networks.delete`. Users of a network are looked for in the operation, as Google does.

use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::networks::{Mode, Network};
use crate::model::placed::Key;
use crate::model::scope::Scope;
use crate::model::store::Project;
use crate::resources;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let name = call.param("network");
    let target = reference::global(call.project, "networks", name);
    let network = state.network(call.project, name).ok_or_else(|| ApiError::not_found(&target))?;
    state.operations.require_idle(&target)?;
    let name = name.to_owned();
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "delete",
        target,
        target_id: Some(network.id),
        effect: Effect::new(move |state, context| apply(state, context, &name)),
    })))
}

/// Deletes the network with the routes and subnets that Google made for it, unless something uses it.
pub(super) fn apply(state: &mut State, context: &Context, name: &str) -> Result<(), ApiError> {
    let path = reference::global(&context.project, "networks", name);
    let project = state.store.project(&context.project).ok_or_else(|| ApiError::not_found(&path))?;
    let network = project.networks.get(name).ok_or_else(|| ApiError::not_found(&path))?;
    if let Some(user) = user(state, &context.project, project, network) {
        return Err(ApiError::in_use("network", &path, &user));
    }
    let routes: Vec<String> = project.routes.of(name).map(|route| route.name.clone()).collect();
    let subnets: Vec<_> = project.subnetworks_of(name).map(|subnetwork| subnetwork.key()).collect();
    for route in routes {
        resources::routes::delete::remove(state, context, &route);
    }
    for subnet in subnets {
        resources::subnetworks::delete::remove(state, context, &subnet);
    }
    state.store.project_mut(&context.project).networks.remove(name);
    Ok(())
}

fn user(state: &State, project_id: &str, project: &Project, network: &Network) -> Option<String> {
    let internet_routes_count = state.settings.switches.internet_routes_keep_network;
    let subnetwork = project.subnetworks_of(&network.name).find(|subnetwork| {
        let made_by_google = network.mode == Mode::Auto && subnetwork.name == network.name;
        !made_by_google
            || !subnetwork.secondary_ranges.is_empty()
            || resources::subnetworks::delete::user(project, &subnetwork.key()).is_some()
    });
    let of_it = Key::Network(network.name.clone());
    let firewall = || project.firewalls.with(&of_it).next();
    let router = || project.routers.with(&of_it).next();
    let route = || {
        project.routes.of(&network.name).find(|route| internet_routes_count || !route.is_default_internet())
    };
    let reserved = || project.reserved_ranges.with(&of_it).next();
    let peering = || network.peerings.first().and_then(|peering| peering.get("network")?.as_str());
    subnetwork
        .map(|subnetwork| subnetwork.path(project_id))
        .or_else(|| firewall().map(|firewall| firewall.path(project_id)))
        .or_else(|| router().map(|router| router.path(project_id)))
        .or_else(|| route().map(|route| reference::global(project_id, "routes", &route.name)))
        .or_else(|| peering().map(str::to_owned))
        .or_else(|| reserved().map(|range| range.path(project_id)))
}
