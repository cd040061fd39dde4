//! The method `policyBasedRoutes.create`.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::TYPE;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::api::status::StatusError;
use crate::dataplane::What;
use crate::model::policy_based_routes::PolicyBasedRoute;
use crate::resources::call::ServiceCall;
use crate::resources::service_operations::{self, Change, passed_through, time};
use crate::state::{Context, State};

const FIELDS: [&str; 9] = [
    "name",
    "description",
    "labels",
    "network",
    "filter",
    "priority",
    "nextHopIlbIp",
    "nextHopOtherRoutes",
    "virtualMachine",
];

/// Priority of a route that names none, which is the last one.
const PRIORITY: i64 = 1000;

/// Makes the route, or says why not.
pub(super) fn apply(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&["policyBasedRouteId", "requestId"])?;
    let body = Body::parse(call.body)?;
    body.only(&FIELDS)?;
    let name = call.query.get("policyBasedRouteId").unwrap_or_default().to_owned();
    if !reference::is_name(&name) {
        return Err(invalid(
            "policy_based_route_id",
            "must be 1-63 characters long and comply with RFC 1035",
        ));
    }
    let path = service_operations::path(call.project, "policyBasedRoutes", &name);
    let project = state.store.project_mut(call.project);
    if project.policy_based_routes.iter().any(|route| route.name == name) {
        return Err(StatusError::already_exists(format!("Resource '{path}' already exists")));
    }
    let parsed = body.string("network")?.and_then(|text| reference::parse(text, call.project, "networks"));
    let network = parsed.filter(|(owner, _, _)| owner == call.project).map(|(_, _, network)| network);
    let network = network.filter(|network| project.networks.contains_key(network));
    let network = network.ok_or_else(|| invalid("network", "must be a network of the project"))?;
    let (source, dest) = filter(&body)?;
    let priority = body.integer_in("priority", 1..=65_535)?.unwrap_or(PRIORITY);
    let next_hop_ilb_ip = next_hop(&body)?;
    let (created, sent) = (time(state.now()), body.into_map());
    let mut fields = passed_through(&sent, &["description", "labels", "virtualMachine"]);
    fields.extend(["createTime", "updateTime"].map(|field| (field.to_owned(), json!(created))));
    let route = PolicyBasedRoute {
        network,
        name,
        source,
        dest,
        priority: u32::try_from(priority).unwrap_or(u32::MAX),
        next_hop_ilb_ip,
        fields,
    };
    let shown = route.to_json(call.project);
    let context =
        service_operations::context(state, call, "networkconnectivity.policyBasedRoutes.create", &path);
    add(state, &context, route);
    let change = Change { verb: "create", target: path, of: TYPE, result: Some(shown) };
    Ok(service_operations::answer(state, call, change))
}

fn invalid(field: &str, why: &str) -> StatusError {
    StatusError::invalid_argument(format!("Invalid value for field '{field}': it {why}."))
}

/// The address of the load balancer that packets are sent to; none if they take the other routes.
fn next_hop(body: &Body) -> Result<Option<String>, StatusError> {
    match (body.string("nextHopIlbIp")?, body.string("nextHopOtherRoutes")?) {
        (Some(text), None) if text.parse::<Ipv4Addr>().is_ok() => Ok(Some(text.to_owned())),
        (Some(_), None) => Err(invalid("next_hop_ilb_ip", "must be an address of IPv4")),
        (None, Some("DEFAULT_ROUTING")) => Ok(None),
        (None, Some(_)) => Err(invalid("next_hop_other_routes", "must be DEFAULT_ROUTING")),
        _ => Err(invalid("next_hop", "must be given once, as next_hop_ilb_ip or next_hop_other_routes")),
    }
}

/// The senders and the destinations that a route is for: all that are not named.
fn filter(body: &Body) -> Result<(Ipv4Net, Ipv4Net), StatusError> {
    let filter = body.object("filter")?.ok_or_else(|| invalid("filter", "is required"))?;
    filter.only(&["protocolVersion", "ipProtocol", "srcRange", "destRange"])?;
    if filter.string("protocolVersion")? != Some("IPV4") {
        return Err(ApiError::not_modelled("policy-based routes of another protocolVersion than IPV4").into());
    }
    if !matches!(filter.string("ipProtocol")?, None | Some("ALL")) {
        return Err(ApiError::not_modelled("policy-based routes for one ipProtocol").into());
    }
    let range = |field: &str| {
        let range: Option<Ipv4Net> = filter.parsed(field, "Must be a range of IPv4.")?;
        Ok::<_, StatusError>(range.unwrap_or_default().trunc())
    };
    Ok((range("srcRange")?, range("destRange")?))
}

/// Adds a route without any check.
pub(crate) fn add(state: &mut State, context: &Context, route: PolicyBasedRoute) {
    state.record(context, What::PolicyRouteAdded(route.fact(&context.project)));
    state.store.project_mut(&context.project).policy_based_routes.push(route);
}
