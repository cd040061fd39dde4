//! `addresses.insert`. The address itself is picked when the operation ends.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::{Address, Effect};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::scope::Scope;
use crate::engine::{Context, World};
use crate::resources;

const FIELDS: [&str; 7] = ["kind", "name", "description", "region", "addressType", "networkTier", "labels"];

/// Networks of the ranges for documentation (RFC 5737), each a /24: no address of the fake is anybody's.
const DOCUMENTATION: [[u8; 3]; 3] = [[203, 0, 113], [198, 51, 100], [192, 0, 2]];

/// Checks the request.
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    body.only(&FIELDS)?;
    let name = resources::name(&body)?;
    let region = call.param("region");
    let target = reference::regional(call.project, region, "addresses", &name);
    let exists = world.address(call.project, region, &name).is_some();
    resources::require_new(world, &target, exists)?;
    match body.string("addressType")? {
        None | Some("EXTERNAL") => {}
        Some("INTERNAL") => return Err(ApiError::not_modelled("addresses of type INTERNAL")),
        Some(_) => return Err(body.invalid("addressType", "Must be one of [EXTERNAL, INTERNAL].")),
    }
    let labels = body.object("labels")?.map(Body::into_map).unwrap_or_default();
    let address = Address {
        id: 0,
        region: region.to_owned(),
        name,
        description: body.string("description")?.unwrap_or_default().to_owned(),
        address: Ipv4Addr::UNSPECIFIED,
        network_tier: network_tier(&body)?.to_owned(),
        labels,
        created: world.now(),
    };
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(region.to_owned()),
        operation_type: "insert",
        target,
        target_id: None,
        effect: resources::Effect::Address(Effect::Insert(Box::new(address))),
    })))
}

fn network_tier(body: &Body) -> Result<&str, ApiError> {
    match body.string("networkTier")? {
        None => Ok("PREMIUM"),
        Some(tier @ ("PREMIUM" | "STANDARD")) => Ok(tier),
        Some(_) => Err(body.invalid("networkTier", "Must be one of [PREMIUM, STANDARD].")),
    }
}

/// Reserves the lowest address that nobody has.
pub(super) fn apply(world: &mut World, context: &Context, mut address: Address) -> Result<(), ApiError> {
    address.address = pick(world)?;
    address.id = context.target_id;
    address.created = context.started;
    add(world, &context.project, address);
    Ok(())
}

/// The lowest address that nobody has, in any project.
pub(crate) fn pick(world: &World) -> Result<Ipv4Addr, ApiError> {
    let projects = world.store.0.values();
    let taken: BTreeSet<Ipv4Addr> =
        projects.flat_map(|project| project.addresses.values()).map(|address| address.address).collect();
    let hosts = |[a, b, c]: [u8; 3]| (1..255).map(move |host| Ipv4Addr::new(a, b, c, host));
    let free = DOCUMENTATION.into_iter().flat_map(hosts).find(|address| !taken.contains(address));
    free.ok_or_else(|| ApiError::quota_exceeded("STATIC_ADDRESSES", 3 * 254))
}

/// Adds an address without any check.
pub(crate) fn add(world: &mut World, project: &str, address: Address) {
    let place = (address.region.clone(), address.name.clone());
    world.store.project_mut(project).addresses.insert(place, address);
}
