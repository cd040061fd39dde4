//! The method `routes.insert`.

use ipnet::IpNet;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::routes::{NextHop, Route};
use crate::model::scope::Scope;
use crate::network::ranges;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::resources::references;
use crate::settings::{ErrorForm, Verdict};
use crate::state::{Context, Effect, State};

const FIELDS: [&str; 11] = [
    "kind",
    "name",
    "description",
    "network",
    "destRange",
    "priority",
    "tags",
    "nextHopInstance",
    "nextHopIp",
    "nextHopGateway",
    "selfLink",
];

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    body.only(&FIELDS)?;
    let name = checks::name(&body)?;
    let target = reference::global(call.project, "routes", &name);
    let project = state.store.project(call.project);
    checks::require_new(state, &target, project.is_some_and(|project| project.routes.get(&name).is_some()))?;
    let network = references::network_reference(state, call.project, &body, "network")?;
    let route = Route {
        id: 0,
        name,
        description: body.string("description")?.map(str::to_owned),
        network,
        dest_range: destination(&body)?,
        priority: checks::priority(&body)?,
        tags: body.strings("tags")?.unwrap_or_default(),
        next_hop: next_hop(state, call.project, &body)?,
        created: state.now(),
    };
    if state.settings.switches.route_overlap_error == ErrorForm::Reply {
        check_overlap(state, call.project, &route)?;
    }
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| apply(state, context, route.clone())),
    })))
}

fn destination(body: &Body) -> Result<IpNet, ApiError> {
    let why = "Must be a valid IPV4 or IPV6 CIDR address range.";
    let range: Option<IpNet> = body.parsed("destRange", why)?;
    let range = range.ok_or_else(|| ApiError::required(&body.path("destRange")))?;
    if range.trunc() == range { Ok(range) } else { Err(body.invalid("destRange", "Host bits are set.")) }
}

fn next_hop(state: &State, project: &str, body: &Body) -> Result<NextHop, ApiError> {
    let fields = ["nextHopInstance", "nextHopIp", "nextHopGateway"];
    let given: Vec<&str> =
        fields.into_iter().filter(|field| matches!(body.string(field), Ok(Some(_)))).collect();
    let [field] = given.as_slice() else {
        let why = format!("Exactly one next hop must be specified, {} were given.", given.len());
        return Err(ApiError::invalid("resource", "", &why));
    };
    let text = body.require(field)?;
    match *field {
        "nextHopInstance" => next_hop_instance(state, project, body, text),
        "nextHopIp" => {
            let parsed: Result<std::net::IpAddr, _> = text.parse();
            parsed
                .map(|ip| NextHop::Ip(ip.to_string()))
                .map_err(|_| body.invalid(field, "Must be a valid IP address."))
        }
        _ if text.ends_with("global/gateways/default-internet-gateway") => Ok(NextHop::Gateway),
        _ => Err(body.invalid(field, "Only the default internet gateway is a valid gateway.")),
    }
}

fn next_hop_instance(state: &State, project: &str, body: &Body, text: &str) -> Result<NextHop, ApiError> {
    let (project, zone, name) = reference::parse(text, project, "instances")
        .filter(|(_, zone, _)| !zone.is_empty())
        .ok_or_else(|| body.invalid("nextHopInstance", "The URL is malformed."))?;
    let absent = state.instance(&project, &zone, &name).is_none();
    if absent && state.settings.switches.route_to_absent_instance == Verdict::Refuse {
        return Err(body.invalid("nextHopInstance", "The referenced instance resource cannot be found."));
    }
    Ok(NextHop::Instance { project, zone, name })
}

/// Refuses a destination inside a range of a subnet, unless that is allowed there.
fn check_overlap(state: &State, project_id: &str, route: &Route) -> Result<(), ApiError> {
    let (Some(project), IpNet::V4(dest)) = (state.store.project(project_id), &route.dest_range) else {
        return Ok(());
    };
    let Some((subnetwork, range)) = ranges::subnet_around(project, &route.network, dest) else {
        return Ok(());
    };
    let switches = state.settings.switches;
    if subnetwork.allows_routes_overlap() && switches.route_inside_flagged_range == Verdict::Accept {
        return Ok(());
    }
    let why = format!(
        "{dest} hides the address space of the network ({range}). \
         Cannot change the routing of packets destined for the network."
    );
    Err(match switches.route_overlap_error {
        ErrorForm::Reply => ApiError::invalid("resource.destRange", &dest.to_string(), &why),
        ErrorForm::Operation => ApiError::unsupported(why),
    })
}

/// Checks the quotas of a network, which are looked at when the operation ends.
fn check_quota(state: &State, project: &str, route: &Route) -> Result<(), ApiError> {
    let (Some(limit), Some(project)) =
        (state.settings.limits.static_routes_per_network, state.store.project(project))
    else {
        return Ok(());
    };
    let used = project.routes.count_of(&route.network);
    if u64::try_from(used).is_ok_and(|used| used < limit) {
        return Ok(());
    }
    let network_id = project.networks.get(&route.network).map_or(0, |network| network.id);
    Err(ApiError::network_quota_exceeded("STATIC_ROUTES_PER_NETWORK", limit, network_id))
}

/// Makes the route, if it still may be made.
pub(super) fn apply(state: &mut State, context: &Context, mut route: Route) -> Result<(), ApiError> {
    let network = reference::global(&context.project, "networks", &route.network);
    state.network(&context.project, &route.network).ok_or_else(|| ApiError::not_found(&network))?;
    check_overlap(state, &context.project, &route)?;
    check_quota(state, &context.project, &route)?;
    route.id = context.target_id;
    route.created = context.started;
    add(state, context, route);
    Ok(())
}

/// Makes a route without any check.
pub(crate) fn add(state: &mut State, context: &Context, route: Route) {
    let fact = route.fact(&context.project);
    state.store.project_mut(&context.project).routes.insert(route);
    if let Some(fact) = fact {
        state.record(context, fact);
    }
}
