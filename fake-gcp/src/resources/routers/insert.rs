//! The method `routers.insert`, and how a router is read from a body.

use super::nat;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::routers::{Nat, Router};
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::resources::quotas;
use crate::resources::references;
use crate::state::{Context, Effect, State};

const FIELDS: [&str; 11] = [
    "kind",
    "id",
    "selfLink",
    "creationTimestamp",
    "name",
    "description",
    "network",
    "region",
    "encryptedInterconnectRouter",
    "bgp",
    "nats",
];

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (body, region) = (call.body()?, call.param("region"));
    let name = checks::name(&body)?;
    let target = reference::regional(call.project, region, "routers", &name);
    checks::require_new(state, &target, state.router(call.project, region, &name).is_some())?;
    let router = read(state, call.project, region, &body)?;
    quotas::check(state, call.project, "routers")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(region.to_owned()),
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| apply(state, context, router.clone())),
    })))
}

/// A router as a body describes it, with NATs that fit the world.
pub(crate) fn read(state: &State, project: &str, region: &str, body: &Body) -> Result<Router, ApiError> {
    body.only(&FIELDS)?;
    if body.bool("encryptedInterconnectRouter")? == Some(true) {
        return Err(ApiError::not_modelled("routers for encrypted interconnects"));
    }
    let nats = body.objects("nats")?.unwrap_or_default();
    let max_ports = state.settings.switches.max_ports_without_dynamic;
    let nats: Result<Vec<Nat>, ApiError> =
        nats.iter().map(|nat| nat::read::read(nat, project, max_ports)).collect();
    let router = Router {
        id: 0,
        region: region.to_owned(),
        name: checks::name(body)?,
        description: body.string("description")?.map(str::to_owned),
        network: references::network_reference(state, project, body, "network")?,
        bgp: body.object("bgp")?.map(Body::into_map),
        nats: nats?,
        created: state.now(),
    };
    nat::check::fits(state, project, &router)?;
    Ok(router)
}

/// Makes the router, if what it refers to is still there.
pub(super) fn apply(state: &mut State, context: &Context, mut router: Router) -> Result<(), ApiError> {
    let network = reference::global(&context.project, "networks", &router.network);
    state.network(&context.project, &router.network).ok_or_else(|| ApiError::not_found(&network))?;
    nat::check::fits(state, &context.project, &router)?;
    router.id = context.target_id;
    router.created = context.started;
    add(state, &context.project, router);
    Ok(())
}

/// Adds a router without any check, or puts it in place of the one of its name.
pub(crate) fn add(state: &mut State, project: &str, router: Router) {
    let place = (router.region.clone(), router.name.clone());
    state.store.project_mut(project).routers.insert(place, router);
}
