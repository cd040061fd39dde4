//! The method `subnetworks.expandIpCidrRange`.

use ipnet::Ipv4Net;

use super::ranges as limits;
use crate::api::error::ApiError;
use crate::cidr;
use crate::dataplane::What;
use crate::model::networks;
use crate::model::networks::Mode;
use crate::model::scope::Scope;
use crate::model::subnetworks::{SubnetKey, Subnetwork};
use crate::network::ranges;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Prefix length of the widest range of a subnet that Google made for an auto-mode network.
const AUTO_MODE_MIN_PREFIX: u8 = 16;

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let subnetwork = super::read::find(state, call)?;
    let key = subnetwork.key();
    state.operations.require_idle(&key.path())?;
    let body = call.body()?;
    body.only(&["ipCidrRange"])?;
    if body.string("ipCidrRange")?.is_none() {
        return Err(ApiError::required(&body.path("ipCidrRange")));
    }
    let range = limits::cidr(&body, "ipCidrRange")?;
    let present = subnetwork.ip_cidr_range;
    if range == present || !range.contains(&present) {
        return Err(
            body.invalid("ipCidrRange", &format!("The new range must contain the present range {present}."))
        );
    }
    let auto =
        state.network(&key.project, &subnetwork.network).is_some_and(|network| network.mode == Mode::Auto);
    if auto && range.prefix_len() < AUTO_MODE_MIN_PREFIX {
        return Err(
            body.invalid("ipCidrRange", "Automatically created subnetworks cannot be wider than /16.")
        );
    }
    check_free(state, subnetwork, &range)?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(key.region.clone()),
        operation_type: "expandIpCidrRange",
        target: key.path(),
        target_id: Some(subnetwork.id),
        effect: Effect::new(move |state, context| apply(state, context, &key, range)),
    })))
}

fn check_free(state: &State, subnetwork: &Subnetwork, range: &Ipv4Net) -> Result<(), ApiError> {
    let field = "resource.ipCidrRange";
    let (project, network) = (&subnetwork.project, &subnetwork.network);
    let own = ranges::Own {
        range: Some(&subnetwork.ip_cidr_range),
        reservation: subnetwork.reserved_internal_range.as_deref(),
    };
    if let Some(why) = ranges::conflict(&state.store, project, network, range, own) {
        return Err(ApiError::invalid(field, &range.to_string(), &why));
    }
    // Routes inside the present range are there already by its overlap flag.
    let others = subnetwork.secondary_ranges.iter().find(|other| cidr::overlap(&other.ip_cidr_range, range));
    if let Some(other) = others {
        let why = format!(
            "Invalid IPCidrRange: {range} conflicts with {} of the same subnetwork.",
            other.ip_cidr_range
        );
        return Err(ApiError::invalid(field, &range.to_string(), &why));
    }
    limits::check_routes(state, subnetwork, range, field)
}

/// Widens the primary range of the subnet.
pub(super) fn apply(
    state: &mut State,
    context: &Context,
    key: &SubnetKey,
    range: Ipv4Net,
) -> Result<(), ApiError> {
    let subnetwork = state.subnetwork(key).ok_or_else(|| ApiError::not_found(&key.path()))?;
    check_free(state, subnetwork, &range)?;
    let network = networks::fact(&key.project, &subnetwork.network);
    state.change_subnetwork(key, |subnetwork| {
        subnetwork.ip_cidr_range = range;
        subnetwork.revision += 1;
    });
    state.record(
        context,
        What::RangeAdded { subnet: key.fact(), network, range_name: String::new(), cidr: range },
    );
    Ok(())
}
