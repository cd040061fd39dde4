//! The method `globalAddresses.insert`. The address is picked when the operation ends.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::Map;

use super::address::GlobalAddress;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::cidr::{self, Blocks};
use crate::model::reservations::{Reservation, ReservedRange};
use crate::model::scope::Scope;
use crate::network::ranges;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::{addresses, checks, references};
use crate::state::{Context, Effect, State};

const FIELDS: [&str; 11] = [
    "kind",
    "name",
    "description",
    "address",
    "addressType",
    "ipVersion",
    "labels",
    "network",
    "networkTier",
    "prefixLength",
    "purpose",
];

/// Range out of which ranges of private services access are picked.
const PRIVATE: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8);

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    body.only(&FIELDS)?;
    let name = checks::name(&body)?;
    let target = reference::global(call.project, "addresses", &name);
    checks::require_new(state, &target, super::read::exists(state, call.project, &name))?;
    if body.string("ipVersion")? == Some("IPV6") {
        return Err(ApiError::not_modelled("global addresses of IPv6"));
    }
    let range = match body.one_of("addressType", &["EXTERNAL", "INTERNAL"])? {
        Some("INTERNAL") => Some(internal(state, call.project, &body)?),
        _ => None,
    };
    let wanted: Option<Ipv4Addr> = body.parsed("address", "Must be a valid IPV4 address.")?;
    if range.is_none() && wanted.is_some() {
        return Err(ApiError::not_modelled("external addresses with 'address'"));
    }
    let address = GlobalAddress {
        id: 0,
        name,
        description: body.string("description")?.unwrap_or_default().to_owned(),
        address: Ipv4Addr::UNSPECIFIED,
        range,
        labels: body.object("labels")?.map(Body::into_map).unwrap_or_default(),
        label_revision: 0,
        created: state.now(),
    };
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| apply(state, context, address.clone(), wanted)),
    })))
}

/// Network and length of the prefix of a range of private services access.
fn internal(state: &State, project: &str, body: &Body) -> Result<(String, u8), ApiError> {
    match body.require("purpose")? {
        "VPC_PEERING" => {}
        other => return Err(ApiError::not_modelled(&format!("global addresses of purpose {other}"))),
    }
    let network = references::network_reference(state, project, body, "network")?;
    let length = body.integer_in("prefixLength", 8..=29)?;
    let length = length.ok_or_else(|| ApiError::required(&body.path("prefixLength")))?;
    Ok((network, u8::try_from(length).unwrap_or(u8::MAX)))
}

/// Reserves the address or the range, if it is free.
fn apply(
    state: &mut State,
    context: &Context,
    mut address: GlobalAddress,
    wanted: Option<Ipv4Addr>,
) -> Result<(), ApiError> {
    address.id = context.target_id;
    address.created = context.started;
    match &address.range {
        None => address.address = addresses::insert::pick(state)?,
        Some((network, length)) => {
            let cidr = pick(state, &context.project, network, *length, wanted)?;
            address.address = cidr.network();
            let range = ReservedRange {
                network: network.clone(),
                name: address.name.clone(),
                cidr,
                reservation: Reservation::PrivateServices,
                for_subnets: false,
                fields: Map::new(),
                created: context.started,
                updated: context.started,
            };
            state.store.project_mut(&context.project).reserved_ranges.insert(range.place(), range);
        }
    }
    let place = (String::new(), address.name.clone());
    state.store.project_mut(&context.project).others.insert(place, address);
    Ok(())
}

/// The range that was asked for, or the lowest free one.
fn pick(
    state: &State,
    project: &str,
    network: &str,
    length: u8,
    wanted: Option<Ipv4Addr>,
) -> Result<Ipv4Net, ApiError> {
    let conflict =
        |cidr: &Ipv4Net| ranges::conflict(&state.store, project, network, cidr, ranges::Own::default());
    if let Some(address) = wanted {
        let cidr = Ipv4Net::new(address, length).unwrap_or_default();
        let why = conflict(&cidr);
        return match why {
            Some(why) => Err(ApiError::invalid("resource.address", &cidr.to_string(), &why)),
            None => Ok(cidr.trunc()),
        };
    }
    let mut taken = Blocks::default();
    while let Some(block) = cidr::first_free(&PRIVATE, length, &[&taken]) {
        if conflict(&block).is_none() {
            return Ok(block);
        }
        taken.add(&block);
    }
    Err(ApiError::ip_space_exhausted(&reference::global(project, "networks", network), &PRIVATE.to_string()))
}
