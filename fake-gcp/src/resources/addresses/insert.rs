//! The call `addresses.insert`. The address itself is picked when the operation ends.

use std::net::Ipv4Addr;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::addresses::Address;
use crate::model::geography;
use crate::model::placed::Key;
use crate::model::scope::Scope;
use crate::model::subnetworks::SubnetKey;
use crate::network::addresses;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::resources::global_addresses::address::GlobalAddress;
use crate::resources::quotas;
use crate::resources::references;
use crate::state::{Context, Effect, State};

const FIELDS: [&str; 10] = [
    "kind",
    "name",
    "description",
    "region",
    "addressType",
    "networkTier",
    "labels",
    "purpose",
    "subnetwork",
    "address",
];

/// Networks of the ranges for documentation (RFC 5737), each a /24: no address of the fake is anybody's.
const DOCUMENTATION: [[u8; 3]; 3] = [[203, 0, 113], [198, 51, 100], [192, 0, 2]];

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    body.only(&FIELDS)?;
    let name = checks::name(&body)?;
    let region = call.param("region");
    let target = reference::regional(call.project, region, "addresses", &name);
    let exists = state.address(call.project, region, &name).is_some();
    checks::require_new(state, &target, exists)?;
    let (subnet, wanted) = match body.string("addressType")? {
        None | Some("EXTERNAL") => (None, external(state, call.project, region, &body)?),
        Some("INTERNAL") => internal(state, call.project, region, &body)?,
        Some(_) => return Err(body.invalid("addressType", "Must be one of [EXTERNAL, INTERNAL].")),
    };
    if subnet.is_none() {
        quotas::check_addresses(state, call.project, region)?;
    }
    let labels = body.object("labels")?.map(Body::into_map).unwrap_or_default();
    let address = Address {
        id: 0,
        region: region.to_owned(),
        name,
        description: body.string("description")?.unwrap_or_default().to_owned(),
        subnet,
        address: Ipv4Addr::UNSPECIFIED,
        network_tier: checks::network_tier(&body)?.to_owned(),
        labels,
        label_revision: 0,
        created: state.now(),
    };
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(region.to_owned()),
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| apply(state, context, address.clone(), wanted)),
    })))
}

/// The address, if one is asked for: one that a forwarding rule or an instance of the project has in the region, which is kept for it.
fn external(state: &State, project: &str, region: &str, body: &Body) -> Result<Option<Ipv4Addr>, ApiError> {
    if let Some(field) = ["purpose", "subnetwork"].into_iter().find(|field| body.has(field)) {
        return Err(ApiError::not_modelled(&format!("external addresses with '{field}'")));
    }
    let wanted: Option<Ipv4Addr> = body.parsed("address", "Must be a valid IPV4 address.")?;
    match wanted.filter(|address| !is_ephemeral(state, project, region, *address)) {
        Some(_) => Err(body.invalid("address", "The address is not in use in the region by this project.")),
        None => Ok(wanted),
    }
}

/// Whether a forwarding rule or an instance of the project has the address in the region, and nobody reserved it.
fn is_ephemeral(state: &State, project: &str, region: &str, address: Ipv4Addr) -> bool {
    let Some(project) = state.store.project(project) else { return false };
    let external = Key::Address(None, address);
    let of_rule = project.forwarding_rules.with(&external).any(|rule| rule.region == region);
    let in_region =
        |zone: &str| geography::region_of_zone(zone).is_some_and(|of_zone| of_zone.name == region);
    let mut instances = project.instances.with_external_address(address);
    let of_instance = instances.any(|instance| in_region(&instance.zone));
    (of_rule || of_instance) && !is_reserved(state, address)
}

/// The subnet of an internal address, and the address if one is asked for.
fn internal(
    state: &State,
    project: &str,
    region: &str,
    body: &Body,
) -> Result<(Option<SubnetKey>, Option<Ipv4Addr>), ApiError> {
    if !matches!(body.string("purpose")?, None | Some("GCE_ENDPOINT")) {
        return Err(ApiError::not_modelled("internal addresses of another purpose than GCE_ENDPOINT"));
    }
    let subnetwork = references::subnetwork_reference(state, project, region, body)?;
    let range = subnetwork.ip_cidr_range;
    let wanted: Option<Ipv4Addr> = body.parsed("address", "Must be a valid IPV4 address.")?;
    if wanted.is_some_and(|address| !range.contains(&address)) {
        let why = format!("The address must lie within the subnetwork range {range}.");
        return Err(body.invalid("address", &why));
    }
    Ok((Some(subnetwork.key()), wanted))
}

/// Reserves the address that was asked for, or the lowest that nobody has.
pub(super) fn apply(
    state: &mut State,
    context: &Context,
    mut address: Address,
    wanted: Option<Ipv4Addr>,
) -> Result<(), ApiError> {
    address.address = match &address.subnet {
        None => match wanted {
            // Who had it may have let it go since.
            Some(wanted) if !is_ephemeral(state, &context.project, &address.region, wanted) => {
                return Err(ApiError::ip_in_use(&wanted.to_string()));
            }
            Some(wanted) => wanted,
            None => pick(state)?,
        },
        Some(subnet) => pick_internal(state, subnet, wanted)?,
    };
    address.id = context.target_id;
    address.created = context.started;
    add(state, &context.project, address);
    Ok(())
}

/// An address of a subnet that nobody has, not even reserved.
pub(crate) fn pick_internal(
    state: &State,
    subnet: &SubnetKey,
    wanted: Option<Ipv4Addr>,
) -> Result<Ipv4Addr, ApiError> {
    let missing = || ApiError::not_found(&subnet.path());
    let subnetwork = state.subnetwork(subnet).ok_or_else(missing)?;
    let project = state.store.project(&subnet.project).ok_or_else(missing)?;
    let taken = addresses::taken(project, subnetwork);
    match wanted.filter(|address| taken.overlaps(&(*address).into())) {
        Some(address) => Err(ApiError::ip_in_use(&address.to_string())),
        None => addresses::pick(project, subnetwork, wanted),
    }
}

/// Whether a forwarding rule, an instance or a global address has an external address, in any project.
pub(crate) fn has_external(state: &State, address: Ipv4Addr) -> bool {
    let external = Key::Address(None, address);
    state.store.0.values().any(|project| {
        project.forwarding_rules.with(&external).next().is_some()
            || project.instances.with_external_address(address).next().is_some()
            || project.others.with::<GlobalAddress>(&external).next().is_some()
    })
}

/// Whether an external address is reserved, in any project.
fn is_reserved(state: &State, address: Ipv4Addr) -> bool {
    let external = Key::Address(None, address);
    state.store.0.values().any(|project| project.addresses.with(&external).next().is_some())
}

/// The lowest address that nobody has, in any project.
pub(crate) fn pick(state: &State) -> Result<Ipv4Addr, ApiError> {
    let hosts = |[a, b, c]: [u8; 3]| (1..255).map(move |host| Ipv4Addr::new(a, b, c, host));
    let free = DOCUMENTATION
        .into_iter()
        .flat_map(hosts)
        .find(|address| !is_reserved(state, *address) && !has_external(state, *address));
    free.ok_or_else(|| ApiError::quota_exceeded("STATIC_ADDRESSES", 3 * 254, "globally"))
}

/// Adds an address without any check.
pub(crate) fn add(state: &mut State, project: &str, address: Address) {
    let place = (address.region.clone(), address.name.clone());
    state.store.project_mut(project).addresses.insert(place, address);
}
