//! The method `subnetworks.insert`.

use ipnet::Ipv4Net;

use super::{ipv6, patch, ranges, reserved, secondary};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::dataplane::What;
use crate::model::networks;
use crate::model::networks::Mode;
use crate::model::scope::Scope;
use crate::model::subnetworks::logs_off;
use crate::model::subnetworks::{Purpose, SubnetKey, Subnetwork};
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::resources::quotas;
use crate::resources::references;
use crate::settings::SubnetForm;
use crate::state::{Context, Effect, State};

const FIELDS: [&str; 17] = [
    "reservedInternalRange",
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
    "role",
    "enableFlowLogs",
    "logConfig",
];

/// Range in which Google makes the subnets of auto-mode networks.
const AUTO_MODE_RANGE: &str = "10.128.0.0/9";

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    body.only(&FIELDS)?;
    let region = call.param("region");
    let name = checks::name(&body)?;
    let key = SubnetKey { project: call.project.to_owned(), region: region.to_owned(), name: name.clone() };
    checks::require_new(state, &key.path(), state.subnetwork(&key).is_some())?;
    let network = references::network_reference(state, call.project, &body, "network")?;
    let place = (call.project, network.as_str());
    let (range, reservation) = reserved::range(state, place, &body)?;
    let mut subnetwork = Subnetwork::new(0, &name, region, &network, range, state.now());
    subnetwork.project = call.project.to_owned();
    subnetwork.reserved_internal_range = reservation;
    subnetwork.purpose = purpose(&body)?;
    subnetwork.role = role(&body, subnetwork.purpose)?;
    subnetwork.description = body.string("description")?.map(str::to_owned);
    subnetwork.private_google_access = body.bool("privateIpGoogleAccess")?.unwrap_or(false);
    subnetwork.routes_overlap = body.bool("allowSubnetCidrRoutesOverlap")?;
    patch::logs::read(&body, &mut subnetwork)?;
    patch::logs::check_policy(state, &subnetwork)?;
    subnetwork.secondary_ranges = secondary::parse(state, place, &body)?.unwrap_or_default();
    secondary::check_count(state, &body, &subnetwork.secondary_ranges)?;
    check_ranges(state, &subnetwork)?;
    if let Some(change) = ipv6::check(state, &body, &subnetwork)? {
        (subnetwork.stack, subnetwork.ipv6_access) = (change.stack, change.access);
    }
    quotas::check(state, call.project, "subnetworks")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(region.to_owned()),
        operation_type: "insert",
        target: key.path(),
        target_id: None,
        effect: Effect::new(move |state, context| apply(state, context, subnetwork.clone())),
    })))
}

/// Reads the `purpose` of a body.
fn purpose(body: &Body) -> Result<Purpose, ApiError> {
    let Some(text) = body.string("purpose")? else { return Ok(Purpose::Private) };
    let found = Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == text);
    found.ok_or_else(|| ApiError::not_modelled(&format!("subnetworks of purpose {text}")))
}

/// Reads the `role` of a body, which subnets of proxies alone have.
fn role(body: &Body, purpose: Purpose) -> Result<Option<String>, ApiError> {
    match body.one_of("role", &["ACTIVE", "BACKUP"])? {
        Some(_) if !purpose.is_for_proxies() => {
            Err(body.invalid("role", "Only subnetworks of proxies have a role."))
        }
        None if purpose.is_for_proxies() => Err(ApiError::required(&body.path("role"))),
        role => Ok(role.map(str::to_owned)),
    }
}

/// Whether each range of a new subnet is free in its network and free of routes.
fn check_ranges(state: &State, subnetwork: &Subnetwork) -> Result<(), ApiError> {
    let auto = state.network(&subnetwork.project, &subnetwork.network).map(|network| network.mode);
    let auto_range: Ipv4Net = AUTO_MODE_RANGE.parse().unwrap_or_default();
    let fields = std::iter::once("resource.ipCidrRange".to_owned())
        .chain((0..).map(|index| format!("resource.secondaryIpRanges[{index}].ipCidrRange")));
    for ((range, reservation), field) in subnetwork.ranges().zip(subnetwork.reservation_of_each()).zip(fields)
    {
        let refuse = |why: &str| ApiError::invalid(&field, &range.to_string(), why);
        match auto {
            Some(Mode::Legacy) => return Err(refuse("Legacy networks cannot have subnetworks.")),
            Some(Mode::Auto) if crate::cidr::overlap(&auto_range, &range) => {
                return Err(refuse(&format!(
                    "Extended subnetworks in auto subnet mode networks cannot overlap with {AUTO_MODE_RANGE}."
                )));
            }
            _ => {}
        }
        ranges::check_free(state, subnetwork, &range, reservation.map(String::as_str), &field)?;
    }
    ranges::check_apart(subnetwork)
}

/// Makes the subnet, if its ranges are still free.
pub(super) fn apply(
    state: &mut State,
    context: &Context,
    mut subnetwork: Subnetwork,
) -> Result<(), ApiError> {
    let network = reference::global(&context.project, "networks", &subnetwork.network);
    state.network(&context.project, &subnetwork.network).ok_or_else(|| ApiError::not_found(&network))?;
    check_ranges(state, &subnetwork)?;
    subnetwork.id = context.target_id;
    subnetwork.created = context.started;
    add(state, context, subnetwork);
    Ok(())
}

/// Makes a subnet without any check.
pub(crate) fn add(state: &mut State, context: &Context, mut subnetwork: Subnetwork) {
    subnetwork.project.clone_from(&context.project);
    if state.settings.switches.fresh_subnet_without_log_config && subnetwork.log_config == logs_off() {
        subnetwork.log_config.clear();
    }
    subnetwork.form = state.settings.switches.subnet_form;
    if subnetwork.form == SubnetForm::Newest {
        subnetwork.routes_overlap = subnetwork.routes_overlap.or(Some(false));
        if !subnetwork.purpose.is_for_proxies() {
            subnetwork.enable_flow_logs = subnetwork.enable_flow_logs.or(Some(false));
        }
    }
    if subnetwork.purpose.is_for_proxies() {
        subnetwork.log_config.clear();
    }
    let key = subnetwork.key();
    let network = networks::fact(&key.project, &subnetwork.network);
    let named =
        subnetwork.secondary_ranges.iter().map(|range| (range.range_name.clone(), range.ip_cidr_range));
    let ranges: Vec<_> = std::iter::once((String::new(), subnetwork.ip_cidr_range)).chain(named).collect();
    let (flag, stack) = (subnetwork.allows_routes_overlap(), subnetwork.stack);
    let place = (key.region.clone(), key.name.clone());
    state.store.project_mut(&key.project).subnetworks.insert(place, subnetwork);
    if flag {
        state.record(context, What::OverlapFlag { subnet: key.fact(), on: true });
    }
    for (range_name, cidr) in ranges {
        state.record(
            context,
            What::RangeAdded { subnet: key.fact(), network: network.clone(), range_name, cidr },
        );
    }
    ipv6::apply_stack(state, context, &key, stack);
}
