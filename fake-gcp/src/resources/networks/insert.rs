//! The method `networks.insert`.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

use ipnet::{Ipv4Net, Ipv6Net};

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::geography;
use crate::model::networks::{Mode, Network};
use crate::model::scope::Scope;
use crate::model::subnetworks::Subnetwork;
use crate::resources;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::resources::quotas;
use crate::state::{Context, Effect, State};

const FIELDS: [&str; 9] = [
    "name",
    "description",
    "autoCreateSubnetworks",
    "IPv4Range",
    "routingConfig",
    "mtu",
    "enableUlaInternalIpv6",
    "internalIpv6Range",
    "networkFirewallPolicyEnforcementOrder",
];

/// Sizes of packets, in bytes, that a network can carry.
const MTU: RangeInclusive<i64> = 1300..=8896;

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    body.only(&[FIELDS.as_slice(), &["kind"]].concat())?;
    let name = checks::name(&body)?;
    let target = reference::global(call.project, "networks", &name);
    checks::require_new(state, &target, state.network(call.project, &name).is_some())?;
    let ipv4_range = body.string("IPv4Range")?.map(str::to_owned);
    // Networks made without a word on their subnets are legacy ones in the reference, but these can no
    // longer be made: Google takes the absent field for false.
    let mode = match (&ipv4_range, body.bool("autoCreateSubnetworks")?) {
        (Some(_), _) => return Err(body.invalid("IPv4Range", "Legacy networks can no longer be created.")),
        (None, Some(true)) => Mode::Auto,
        (None, _) => Mode::Custom,
    };
    let ula = ula(&body)?;
    let network = Network {
        id: 0,
        name,
        description: body.text("description")?.map(str::to_owned),
        mode,
        ipv4_range,
        routing_mode: routing_mode(&body)?.to_owned(),
        mtu: body.integer_in("mtu", MTU)?,
        ula_internal_ipv6: ula.0,
        internal_ipv6_range: ula.1,
        peerings: Vec::new(),
        peering_routes: Vec::new(),
        created: state.now(),
    };
    quotas::check(state, call.project, "networks")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| apply(state, context, network.clone())),
    })))
}

/// Range out of which networks get their unique local addresses.
const ULA: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0xfd20, 0, 0, 0, 0, 0, 0, 0), 20);

/// Reads `enableUlaInternalIpv6` and the /48 that is asked for.
pub(super) fn ula(body: &Body) -> Result<(bool, Option<Ipv6Net>), ApiError> {
    let why = "Must be a /48 out of fd20::/20.";
    let range: Option<Ipv6Net> = body.parsed("internalIpv6Range", why)?;
    let enabled = body.bool("enableUlaInternalIpv6")?.unwrap_or(false);
    match range {
        Some(range) if range.prefix_len() != 48 || !ULA.contains(&range) => {
            Err(body.invalid("internalIpv6Range", why))
        }
        Some(_) if !enabled => Err(body.invalid("internalIpv6Range", "Requires enableUlaInternalIpv6.")),
        range => Ok((enabled, range)),
    }
}

/// Gives a network that has unique local addresses its range, unless it has one.
pub(super) fn give_range(state: &mut State, network: &mut Network) {
    if network.ula_internal_ipv6 && network.internal_ipv6_range.is_none() {
        network.internal_ipv6_range = Some(state.ids.internal_range());
    }
}

/// Reads `routingConfig.routingMode` of a body; without it, gives what a network has then.
pub(super) fn routing_mode(body: &Body) -> Result<&'static str, ApiError> {
    let Some(routing) = body.object("routingConfig")? else { return Ok("REGIONAL") };
    routing.only(&["routingMode", "bgpBestPathSelectionMode"])?;
    if !matches!(routing.string("bgpBestPathSelectionMode")?, None | Some("LEGACY")) {
        return Err(ApiError::not_modelled("another bgpBestPathSelectionMode than LEGACY"));
    }
    match routing.string("routingMode")? {
        None | Some("REGIONAL") => Ok("REGIONAL"),
        Some("GLOBAL") => Ok("GLOBAL"),
        Some(_) => Err(routing.invalid("routingMode", "Must be one of [GLOBAL, REGIONAL].")),
    }
}

/// Makes the network, its route to the internet and, in auto mode, its subnets.
pub(super) fn apply(state: &mut State, context: &Context, mut network: Network) -> Result<(), ApiError> {
    network.id = context.target_id;
    give_range(state, &mut network);
    let (name, auto) = (network.name.clone(), network.mode == Mode::Auto);
    state.store.project_mut(&context.project).networks.insert(name.clone(), network);
    resources::routes::internet::add(state, context, &name, false);
    if auto {
        let everywhere = state.settings.switches.auto_subnets_in_closed_regions;
        for region in geography::REGIONS.iter().filter(|region| region.open || everywhere) {
            let [a, b, c, d] = region.auto_range;
            let range = Ipv4Net::new(Ipv4Addr::new(a, b, c, d), 20).unwrap_or_default();
            let id = state.ids.id();
            let mut subnetwork = Subnetwork::new(id, &name, region.name, &name, range, context.done);
            // Those that nobody asked for print none.
            subnetwork.log_config.clear();
            resources::subnetworks::insert::add(state, context, subnetwork);
        }
    }
    Ok(())
}
