//! The method `firewalls.insert`, and how a rule is read from a body.

use super::{Effect, protocols, sources};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::firewalls::{Direction, Firewall};
use crate::model::scope::Scope;
use crate::resources;

const FIELDS: [&str; 19] = [
    "kind",
    "id",
    "selfLink",
    "creationTimestamp",
    "name",
    "description",
    "network",
    "direction",
    "priority",
    "sourceRanges",
    "sourceTags",
    "sourceServiceAccounts",
    "destinationRanges",
    "targetTags",
    "targetServiceAccounts",
    "allowed",
    "denied",
    "disabled",
    "logConfig",
];

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    let name = resources::name(&body)?;
    let target = reference::global(call.project, "firewalls", &name);
    resources::require_new(world, &target, world.firewall(call.project, &name).is_some())?;
    let firewall = read(world, call.project, &body)?;
    resources::quotas::check(world, call.project, "firewalls")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "insert",
        target,
        target_id: None,
        effect: resources::Effect::Firewall(Effect::Insert(Box::new(firewall))),
    })))
}

/// A rule as a body describes it.
pub(crate) fn read(world: &World, project: &str, body: &Body) -> Result<Firewall, ApiError> {
    body.only(&FIELDS)?;
    if !body.has("network") {
        return Err(ApiError::not_modelled("firewall rules without a network, which get 'default'"));
    }
    let direction = match body.string("direction")? {
        None | Some("INGRESS") => Direction::Ingress,
        Some("EGRESS") => Direction::Egress,
        Some(_) => return Err(body.invalid("direction", "Must be one of [EGRESS, INGRESS].")),
    };
    let log_config = body.object("logConfig")?;
    if let Some(config) = &log_config {
        config.only(&["enable", "metadata"])?;
    }
    Ok(Firewall {
        id: 0,
        name: resources::name(body)?,
        description: body.string("description")?.map(str::to_owned),
        network: resources::network_reference(world, project, body, "network")?,
        direction,
        priority: resources::priority(body)?,
        ends: sources::read(body, direction)?,
        protocols: protocols::read(body)?,
        disabled: body.bool("disabled")?.unwrap_or(false),
        log_config: log_config.map(Body::into_map),
        created: world.now(),
    })
}

/// Makes the rule, if its network is still there.
pub(super) fn apply(world: &mut World, context: &Context, mut firewall: Firewall) -> Result<(), ApiError> {
    let network = reference::global(&context.project, "networks", &firewall.network);
    world.network(&context.project, &firewall.network).ok_or_else(|| ApiError::not_found(&network))?;
    firewall.id = context.target_id;
    firewall.created = context.started;
    add(world, &context.project, firewall);
    Ok(())
}

/// Adds a rule without any check, or puts it in place of the one of its name.
pub(crate) fn add(world: &mut World, project: &str, firewall: Firewall) {
    world.store.project_mut(project).firewalls.insert(firewall.name.clone(), firewall);
}
