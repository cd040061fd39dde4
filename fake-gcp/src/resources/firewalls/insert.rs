//! The method `firewalls.insert`, and how a rule is read from a body.

use super::{protocols, sources};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::firewalls::{Direction, Firewall};
use crate::model::scope::Scope;
use crate::model::subnetworks::logs_off;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::resources::quotas;
use crate::resources::references;
use crate::state::{Context, Effect, State};

const FIELDS: [&str; 20] = [
    "enableLogging",
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
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    let name = checks::name(&body)?;
    let target = reference::global(call.project, "firewalls", &name);
    checks::require_new(state, &target, state.firewall(call.project, &name).is_some())?;
    let firewall = read(state, call.project, &body)?;
    quotas::check(state, call.project, "firewalls")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| apply(state, context, firewall.clone())),
    })))
}

/// A rule as a body describes it.
pub(crate) fn read(state: &State, project: &str, body: &Body) -> Result<Firewall, ApiError> {
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
        name: checks::name(body)?,
        description: body.string("description")?.unwrap_or_default().to_owned(),
        network: references::network_reference(state, project, body, "network")?,
        direction,
        priority: checks::priority(body)?,
        ends: sources::read(body, direction)?,
        protocols: protocols::read(body)?,
        disabled: body.bool("disabled")?.unwrap_or(false),
        log_config: log_config.map(Body::into_map).unwrap_or_else(logs_off),
        created: state.now(),
    })
}

/// Makes the rule, if its network is still there.
pub(super) fn apply(state: &mut State, context: &Context, mut firewall: Firewall) -> Result<(), ApiError> {
    let network = reference::global(&context.project, "networks", &firewall.network);
    state.network(&context.project, &firewall.network).ok_or_else(|| ApiError::not_found(&network))?;
    firewall.id = context.target_id;
    firewall.created = context.started;
    add(state, &context.project, firewall);
    Ok(())
}

/// Adds a rule without any check, or puts it in place of the one of its name.
pub(crate) fn add(state: &mut State, project: &str, firewall: Firewall) {
    let place = (String::new(), firewall.name.clone());
    state.store.project_mut(project).firewalls.insert(place, firewall);
}
