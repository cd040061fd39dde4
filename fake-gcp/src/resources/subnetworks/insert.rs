//! The method `subnetworks.insert`.

use std::ops::RangeInclusive;

use ipnet::Ipv4Net;

use super::{Effect, ipv6, patch, secondary};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::dataplane::What;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::networks;
use crate::model::networks::Mode;
use crate::model::peerings::PeeringRouteType;
use crate::model::scope::Scope;
use crate::model::subnetworks::logs_off;
use crate::model::subnetworks::{SubnetKey, Subnetwork};
use crate::network::ranges;
use crate::resources;

const FIELDS: [&str; 15] = [
    "kind",
    "name",
    "description",
    "network",
    "region",
    "ipCidrRange",
    "secondaryIpRanges",
    "allowSubnetCidrRoutesOverlap",
    "stackType",
    "ipv6AccessType",
    "privateIpGoogleAccess",
    "privateIpv6GoogleAccess",
    "purpose",
    "enableFlowLogs",
    "logConfig",
];

/// Range in which Google makes the subnets of auto-mode networks.
const AUTO_MODE_RANGE: &str = "10.128.0.0/9";

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    body.only(&FIELDS)?;
    let region = call.param("region");
    let name = resources::name(&body)?;
    let key = SubnetKey { project: call.project.to_owned(), region: region.to_owned(), name: name.clone() };
    resources::require_new(world, &key.path(), world.subnetwork(&key).is_some())?;
    let network = resources::network_reference(world, call.project, &body, "network")?;
    if body.string("purpose")?.is_some_and(|purpose| purpose != "PRIVATE") {
        return Err(ApiError::not_modelled("subnetworks of another purpose than PRIVATE"));
    }
    if body.string("ipCidrRange")?.is_none() {
        return Err(ApiError::required(&body.path("ipCidrRange")));
    }
    let range = cidr(&body, "ipCidrRange")?;
    let mut subnetwork = Subnetwork::new(0, &name, region, &network, range, world.now());
    subnetwork.project = call.project.to_owned();
    subnetwork.description = body.string("description")?.map(str::to_owned);
    subnetwork.private_google_access = body.bool("privateIpGoogleAccess")?.unwrap_or(false);
    subnetwork.routes_overlap = body.bool("allowSubnetCidrRoutesOverlap")?;
    patch::logs::read(&body, &mut subnetwork)?;
    patch::logs::check_policy(world, &subnetwork)?;
    subnetwork.secondary_ranges = secondary::parse(&body)?.unwrap_or_default();
    secondary::check_count(world, &body, &subnetwork.secondary_ranges)?;
    check_ranges(world, &subnetwork)?;
    if let Some(change) = ipv6::check(world, &body, &subnetwork)? {
        (subnetwork.stack, subnetwork.ipv6_access) = (change.stack, change.access);
    }
    resources::quotas::check(world, call.project, "subnetworks")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(region.to_owned()),
        operation_type: "insert",
        target: key.path(),
        target_id: None,
        effect: resources::Effect::Subnetwork(Effect::Insert(Box::new(subnetwork))),
    })))
}

/// Prefix lengths that ranges of subnets can have.
const PREFIX: RangeInclusive<u8> = 4..=29;

/// A range without host bits, neither too wide nor too narrow for a subnet.
pub(super) fn cidr(body: &Body, field: &str) -> Result<Ipv4Net, ApiError> {
    let why = "Must be a CIDR address range that is contained in the private ranges.";
    let range: Option<Ipv4Net> = body.parsed(field, why)?;
    let range = range.ok_or_else(|| ApiError::required(&body.path(field)))?;
    if range.trunc() != range {
        return Err(body.invalid(field, "Invalid IPCidrRange: host bits are set."));
    }
    if !PREFIX.contains(&range.prefix_len()) {
        return Err(body.invalid(field, "Invalid IPCidrRange: the prefix length must be between 4 and 29."));
    }
    Ok(range)
}

/// Whether each range of a new subnet is free in its network and free of routes.
fn check_ranges(world: &World, subnetwork: &Subnetwork) -> Result<(), ApiError> {
    let auto = world.network(&subnetwork.project, &subnetwork.network).map(|network| network.mode);
    let auto_range: Ipv4Net = AUTO_MODE_RANGE.parse().unwrap_or_default();
    let fields = std::iter::once("resource.ipCidrRange".to_owned())
        .chain((0..).map(|index| format!("resource.secondaryIpRanges[{index}].ipCidrRange")));
    for (range, field) in subnetwork.ranges().zip(fields) {
        let refuse = |why: &str| ApiError::invalid(&field, &range.to_string(), why);
        match auto {
            Some(Mode::Legacy) => return Err(refuse("Legacy networks cannot have subnetworks.")),
            Some(Mode::Auto) if crate::network::free::overlap(&auto_range, &range) => {
                return Err(refuse(&format!(
                    "Extended subnetworks in auto subnet mode networks cannot overlap with {AUTO_MODE_RANGE}."
                )));
            }
            _ => {}
        }
        secondary::check_free(world, subnetwork, &range, &field)?;
    }
    secondary::check_apart(subnetwork)
}

/// Makes the subnet, if its ranges are still free.
pub(super) fn apply(
    world: &mut World,
    context: &Context,
    mut subnetwork: Subnetwork,
) -> Result<(), ApiError> {
    let network = reference::global(&context.project, "networks", &subnetwork.network);
    world.network(&context.project, &subnetwork.network).ok_or_else(|| ApiError::not_found(&network))?;
    check_ranges(world, &subnetwork)?;
    subnetwork.id = context.target_id;
    subnetwork.created = context.started;
    add(world, context, subnetwork);
    Ok(())
}

/// Makes a subnet without any check.
pub(crate) fn add(world: &mut World, context: &Context, mut subnetwork: Subnetwork) {
    subnetwork.project.clone_from(&context.project);
    if world.settings.switches.fresh_subnet_without_log_config && subnetwork.log_config == logs_off() {
        subnetwork.log_config.clear();
    }
    if world.settings.switches.fresh_subnet_with_flags {
        subnetwork.routes_overlap = subnetwork.routes_overlap.or(Some(false));
        subnetwork.enable_flow_logs = subnetwork.enable_flow_logs.or(Some(false));
    }
    let key = subnetwork.key();
    let network = networks::fact(&key.project, &subnetwork.network);
    let named =
        subnetwork.secondary_ranges.iter().map(|range| (range.range_name.clone(), range.ip_cidr_range));
    let ranges: Vec<_> = std::iter::once((String::new(), subnetwork.ip_cidr_range)).chain(named).collect();
    let (flag, stack) = (subnetwork.allows_routes_overlap(), subnetwork.stack);
    let place = (key.region.clone(), key.name.clone());
    world.store.project_mut(&key.project).subnetworks.insert(place, subnetwork);
    if flag {
        world.record(context, What::OverlapFlag { subnet: key.fact(), on: true });
    }
    for (range_name, cidr) in ranges {
        world.record(
            context,
            What::RangeAdded { subnet: key.fact(), network: network.clone(), range_name, cidr },
        );
    }
    ipv6::apply_stack(world, context, &key, stack);
}

/// The first static route inside a range of a subnet without the overlap flag, as an error on `field`.
pub(super) fn check_routes(
    world: &World,
    subnetwork: &Subnetwork,
    range: &Ipv4Net,
    field: &str,
) -> Result<(), ApiError> {
    let Some(project) =
        world.store.project(&subnetwork.project).filter(|_| !subnetwork.allows_routes_overlap())
    else {
        return Ok(());
    };
    let network = project.networks.get(&subnetwork.network);
    let imported = network.into_iter().flat_map(|network| network.foreign_routes(PeeringRouteType::Static));
    if let Some(route) = imported.filter(|route| route.imported).find(|route| range.contains(&route.dest)) {
        let why = format!(
            "Invalid IPCidrRange: {range} conflicts with the destination {} of a route imported by peering '{}'.",
            route.dest, route.peering
        );
        return Err(ApiError::invalid(field, &range.to_string(), &why));
    }
    let conflict = ranges::routes_inside(project, &subnetwork.network, range).next();
    conflict.map_or(Ok(()), |route| {
        let why = format!(
            "Invalid IPCidrRange: {range} conflicts with the destination {} of existing route '{}'.",
            route.dest_range, route.name
        );
        Err(ApiError::invalid(field, &range.to_string(), &why))
    })
}
