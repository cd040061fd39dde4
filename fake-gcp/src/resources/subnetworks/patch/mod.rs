//! The method `subnetworks.patch`: fingerprint, groups of fields, and the changes of each group.

pub(crate) mod logs;

use serde_json::{Map, Value};

use super::{ipv6, reserved, secondary};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::dataplane::What;
use crate::model::ids::same_fingerprint;
use crate::model::networks;
use crate::model::scope::Scope;
use crate::model::subnetworks::{SecondaryRange, StackType, SubnetKey, Subnetwork};
use crate::network::ranges;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::fixed;
use crate::settings::{FlowLogsPolicy, Verdict};
use crate::state::{Context, Effect, State};

/// A change by a PATCH: one value per group of fields.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Value of `allowSubnetCidrRoutesOverlap`.
    RoutesOverlap(bool),
    /// The whole list `secondaryIpRanges`.
    SecondaryRanges(Vec<SecondaryRange>),
    /// Values of `stackType` and `ipv6AccessType`.
    Stack(ipv6::StackChange),
    /// Values of `enableFlowLogs` and `logConfig`.
    Logs(Option<bool>, Map<String, Value>),
    /// Value of `privateIpGoogleAccess`.
    PrivateGoogleAccess(bool),
    /// Value of `description`.
    Description(String),
}

/// Fields that can be changed, with what goes along with any of them.
const PATCHABLE: [&str; 9] = [
    "fingerprint",
    "allowSubnetCidrRoutesOverlap",
    "secondaryIpRanges",
    "stackType",
    "ipv6AccessType",
    "enableFlowLogs",
    "logConfig",
    "privateIpGoogleAccess",
    "description",
];

/// Output-only fields, ignored when a client sends back what it read.
const OUTPUT: [&str; 9] = [
    "kind",
    "id",
    "selfLink",
    "creationTimestamp",
    "gatewayAddress",
    "state",
    "externalIpv6Prefix",
    "internalIpv6Prefix",
    "ipv6CidrRange",
];

/// Fields that never change by PATCH: they are accepted only as they are.
const FIXED: [&str; 7] = [
    "name",
    "network",
    "region",
    "ipCidrRange",
    "reservedInternalRange",
    "purpose",
    "privateIpv6GoogleAccess",
];

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (subnetwork, body) = (super::read::find(state, call)?, call.body()?);
    let key = subnetwork.key();
    state.operations.require_idle(&key.path())?;
    body.only(&[PATCHABLE.as_slice(), &OUTPUT, &FIXED].concat())?;
    let fingerprint = body.require("fingerprint")?;
    if !same_fingerprint(fingerprint, &subnetwork.fingerprint()) {
        return Err(ApiError::condition_not_met("Invalid fingerprint."));
    }
    fixed::check(&body, &subnetwork.to_json(), &FIXED, call.project)?;
    let changes = changes(state, &body, subnetwork)?;
    if changes.len() > 1 && state.settings.switches.mixed_patch_groups == Verdict::Refuse {
        let why = "Only one field at a time can be modified in the request.";
        return Err(ApiError::invalid("resource", "", why));
    }
    check_changes(state, subnetwork, &changes)?;
    let by_policy = state.settings.switches.flow_logs_policy == FlowLogsPolicy::AnyChange;
    if by_policy && !changes.iter().any(|change| matches!(change, Change::Logs(..))) {
        logs::check_policy(state, subnetwork)?;
    }
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(key.region.clone()),
        operation_type: "compute.subnetworks.patch",
        target: key.path(),
        target_id: Some(subnetwork.id),
        effect: Effect::new(move |state, context| apply(state, context, &key, changes.clone())),
    })))
}

/// The changes that a request asks for. A field that is sent as it is already asks for nothing.
fn changes(state: &State, body: &Body, present: &Subnetwork) -> Result<Vec<Change>, ApiError> {
    let mut changes = Vec::new();
    if let Some(on) =
        body.bool("allowSubnetCidrRoutesOverlap")?.filter(|on| Some(*on) != present.routes_overlap)
    {
        changes.push(Change::RoutesOverlap(on));
    }
    let place = (present.project.as_str(), present.network.as_str());
    let ranges = secondary::parse(state, place, body)?.map(|ranges| reserved::kept(ranges, present));
    if let Some(ranges) = ranges.filter(|ranges| *ranges != present.secondary_ranges) {
        secondary::check_count(state, body, &ranges)?;
        changes.push(Change::SecondaryRanges(ranges));
    }
    changes.extend(ipv6::check(state, body, present)?.map(Change::Stack));
    let mut with_logs = present.clone();
    logs::read(body, &mut with_logs)?;
    if with_logs.enable_flow_logs != present.enable_flow_logs || with_logs.log_config != present.log_config {
        logs::check_policy(state, &with_logs)?;
        changes.push(Change::Logs(with_logs.enable_flow_logs, with_logs.log_config));
    }
    if let Some(on) = body.bool("privateIpGoogleAccess")?.filter(|on| *on != present.private_google_access) {
        changes.push(Change::PrivateGoogleAccess(on));
    }
    let description =
        body.string("description")?.filter(|text| Some(*text) != present.description.as_deref());
    changes.extend(description.map(|text| Change::Description(text.to_owned())));
    Ok(changes)
}

/// Whether the rest of the network allows the changes.
fn check_changes(state: &State, present: &Subnetwork, changes: &[Change]) -> Result<(), ApiError> {
    // Flag and range in one request, where that is allowed, are judged with the flag as it will be.
    let mut subnetwork = present.clone();
    for change in changes {
        match change {
            Change::RoutesOverlap(on) => {
                if *on {
                    check_flag_on(state, present)?
                } else {
                    check_flag_off(state, present)?
                }
                subnetwork.routes_overlap = Some(*on);
            }
            Change::SecondaryRanges(ranges) => secondary::check_replace(state, &subnetwork, ranges)?,
            _ => {}
        }
    }
    Ok(())
}

fn check_flag_on(state: &State, subnetwork: &Subnetwork) -> Result<(), ApiError> {
    let dual = subnetwork.stack == StackType::Ipv4Ipv6;
    if dual && state.settings.switches.flag_on_dual_stack == Verdict::Refuse {
        let why = "It is not supported for dual-stack subnetworks.";
        return Err(ApiError::invalid("resource.allowSubnetCidrRoutesOverlap", "true", why));
    }
    Ok(())
}

fn check_flag_off(state: &State, subnetwork: &Subnetwork) -> Result<(), ApiError> {
    if state.settings.switches.flag_off_over_routes == Verdict::Accept {
        return Ok(());
    }
    let Some(project) = state.store.project(&subnetwork.project) else { return Ok(()) };
    for range in subnetwork.ranges() {
        if let Some(route) = ranges::routes_inside(project, &subnetwork.network, &range).next() {
            let why = format!(
                "The range {range} of the subnetwork conflicts with the destination {} of route '{}'.",
                route.dest_range, route.name
            );
            return Err(ApiError::invalid("resource.allowSubnetCidrRoutesOverlap", "false", &why));
        }
    }
    Ok(())
}

/// Lets the changes take effect, if nothing that came between forbids them.
pub(super) fn apply(
    state: &mut State,
    context: &Context,
    key: &SubnetKey,
    changes: Vec<Change>,
) -> Result<(), ApiError> {
    let present = state.subnetwork(key).ok_or_else(|| ApiError::not_found(&key.path()))?.clone();
    check_changes(state, &present, &changes)?;
    for change in changes {
        state.change_subnetwork(key, |subnetwork| subnetwork.revision += 1);
        match change {
            Change::RoutesOverlap(on) => {
                state.change_subnetwork(key, |subnetwork| subnetwork.routes_overlap = Some(on));
                if on != present.allows_routes_overlap() {
                    state.record(context, What::OverlapFlag { subnet: key.fact(), on });
                }
            }
            Change::SecondaryRanges(ranges) => replace_ranges(state, context, &present, ranges),
            Change::Stack(change) => ipv6::apply(state, context, key, change),
            Change::Logs(enable, config) => state.change_subnetwork(key, |subnetwork| {
                (subnetwork.enable_flow_logs, subnetwork.log_config) = (enable, config);
            }),
            Change::PrivateGoogleAccess(on) => {
                state.change_subnetwork(key, |subnetwork| subnetwork.private_google_access = on);
            }
            Change::Description(text) => {
                state.change_subnetwork(key, |subnetwork| subnetwork.description = Some(text));
            }
        }
    }
    Ok(())
}

fn replace_ranges(state: &mut State, context: &Context, present: &Subnetwork, wanted: Vec<SecondaryRange>) {
    let key = present.key();
    for range in present.secondary_ranges.iter().filter(|range| !wanted.contains(range)) {
        state
            .record(context, What::RangeRemoved { subnet: key.fact(), range_name: range.range_name.clone() });
    }
    for range in wanted.iter().filter(|range| !present.secondary_ranges.contains(range)) {
        state.record(
            context,
            What::RangeAdded {
                subnet: key.fact(),
                network: networks::fact(&key.project, &present.network),
                range_name: range.range_name.clone(),
                cidr: range.ip_cidr_range,
            },
        );
    }
    state.change_subnetwork(&key, |subnetwork| subnetwork.secondary_ranges = wanted);
}
