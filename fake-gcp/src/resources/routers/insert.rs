//! The method `routers.insert`, and how a router is read from a body.

use super::Effect;
use super::nat;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::routers::{Nat, Router};
use crate::model::scope::Scope;
use crate::resources;

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
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (body, region) = (call.body()?, call.param("region"));
    let name = resources::name(&body)?;
    let target = reference::regional(call.project, region, "routers", &name);
    resources::require_new(world, &target, world.router(call.project, region, &name).is_some())?;
    let router = read(world, call.project, region, &body)?;
    resources::quotas::check(world, call.project, "routers")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(region.to_owned()),
        operation_type: "insert",
        target,
        target_id: None,
        effect: resources::Effect::Router(Effect::Insert(Box::new(router))),
    })))
}

/// A router as a body describes it, with NATs that fit the world.
pub(crate) fn read(world: &World, project: &str, region: &str, body: &Body) -> Result<Router, ApiError> {
    body.only(&FIELDS)?;
    if body.bool("encryptedInterconnectRouter")? == Some(true) {
        return Err(ApiError::not_modelled("routers for encrypted interconnects"));
    }
    let nats = body.objects("nats")?.unwrap_or_default();
    let max_ports = world.settings.switches.max_ports_without_dynamic;
    let nats: Result<Vec<Nat>, ApiError> =
        nats.iter().map(|nat| nat::read::read(nat, project, max_ports)).collect();
    let router = Router {
        id: 0,
        region: region.to_owned(),
        name: resources::name(body)?,
        description: body.string("description")?.map(str::to_owned),
        network: resources::network_reference(world, project, body, "network")?,
        bgp: body.object("bgp")?.map(Body::into_map),
        nats: nats?,
        created: world.now(),
    };
    nat::check::fits(world, project, &router)?;
    Ok(router)
}

/// Makes the router, if what it refers to is still there.
pub(super) fn apply(world: &mut World, context: &Context, mut router: Router) -> Result<(), ApiError> {
    let network = reference::global(&context.project, "networks", &router.network);
    world.network(&context.project, &router.network).ok_or_else(|| ApiError::not_found(&network))?;
    nat::check::fits(world, &context.project, &router)?;
    router.id = context.target_id;
    router.created = context.started;
    add(world, &context.project, router);
    Ok(())
}

/// Adds a router without any check, or puts it in place of the one of its name.
pub(crate) fn add(world: &mut World, project: &str, router: Router) {
    let place = (router.region.clone(), router.name.clone());
    world.store.project_mut(project).routers.insert(place, router);
}
