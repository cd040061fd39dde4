//! IPv6 on a subnet: `stackType`, `ipv6AccessType`, and the prefix that shows up later.
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::governance::policies::Constraint;
use crate::model::networks::Mode;
use crate::model::subnetworks::{Ipv6Access, StackType, SubnetKey, Subnetwork};
use crate::resources::routes;
use crate::settings::{Fate, Verdict, duration};
use crate::state::{Context, Effect, Event, State};

/// The policy that refuses external IPv6.
const POLICY: Constraint = Constraint::DisableVpcExternalIpv6;

/// Families as a request wants them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StackChange {
    /// Value of `stackType`.
    pub stack: StackType,
    /// Value of `ipv6AccessType`.
    pub access: Option<Ipv6Access>,
}

/// The change that a request asks for, if it differs from what the subnet has.
pub(super) fn check(
    state: &State,
    body: &Body,
    present: &Subnetwork,
) -> Result<Option<StackChange>, ApiError> {
    let stack = match body.string("stackType")? {
        None => present.stack,
        Some("IPV4_ONLY") => StackType::Ipv4Only,
        Some("IPV4_IPV6") => StackType::Ipv4Ipv6,
        Some("IPV6_ONLY") => return Err(ApiError::not_modelled("stackType IPV6_ONLY")),
        Some(_) => return Err(body.invalid("stackType", "Must be one of [IPV4_IPV6, IPV4_ONLY, IPV6_ONLY].")),
    };
    let access = match body.string("ipv6AccessType")? {
        None => present.ipv6_access,
        Some("EXTERNAL") => Some(Ipv6Access::External),
        Some("INTERNAL") => Some(Ipv6Access::Internal),
        Some(_) => return Err(body.invalid("ipv6AccessType", "Must be one of [EXTERNAL, INTERNAL].")),
    };
    if present.ipv6_access.is_some() && access != present.ipv6_access {
        return Err(body.invalid("ipv6AccessType", "The IPv6 access type of a subnetwork cannot be changed."));
    }
    if stack == present.stack && access == present.ipv6_access {
        return Ok(None);
    }
    match stack {
        StackType::Ipv4Only if present.stack == StackType::Ipv4Ipv6 => {
            check_back(body, access)?;
            check_way_back(state, body, present)?;
        }
        StackType::Ipv4Only => {
            return Err(body.invalid("ipv6AccessType", "An IPv6 access type requires stackType IPV4_IPV6."));
        }
        StackType::Ipv4Ipv6 => check_dual(state, body, present, access)?,
    }
    Ok(Some(StackChange { stack, access }))
}

fn check_back(body: &Body, access: Option<Ipv6Access>) -> Result<(), ApiError> {
    if access == Some(Ipv6Access::Internal) {
        let why = "Subnetworks with internal IPv6 addresses cannot be changed to IPV4_ONLY.";
        return Err(body.invalid("stackType", why));
    }
    Ok(())
}

/// Whether the subnet may go back to IPv4 alone, as far as switches say.
fn check_way_back(state: &State, body: &Body, present: &Subnetwork) -> Result<(), ApiError> {
    let switches = state.settings.switches;
    if switches.back_to_ipv4_only == Verdict::Refuse {
        let why = "Dual-stack subnetworks cannot be changed to IPV4_ONLY.";
        return Err(body.invalid("stackType", why));
    }
    let project = state.store.project(&present.project);
    let user = project.and_then(|project| project.instances.first_with_ipv6_in(&present.key()));
    match user.filter(|_| switches.back_under_dual_stack_vms == Verdict::Refuse) {
        Some(user) => Err(ApiError::in_use("subnetwork", &present.key().path(), &user.path())),
        None => Ok(()),
    }
}

fn check_dual(
    state: &State,
    body: &Body,
    present: &Subnetwork,
    access: Option<Ipv6Access>,
) -> Result<(), ApiError> {
    let network = state.network(&present.project, &present.network);
    if network.is_none_or(|network| network.mode != Mode::Custom) {
        let why = "Dual-stack subnetworks are supported in custom subnet mode networks only.";
        return Err(body.invalid("stackType", why));
    }
    if present.allows_routes_overlap() && state.settings.switches.dual_stack_on_flagged == Verdict::Refuse {
        let why = "Subnetworks with allowSubnetCidrRoutesOverlap cannot be dual-stack.";
        return Err(body.invalid("stackType", why));
    }
    match access {
        None => Err(ApiError::required(&body.path("ipv6AccessType"))),
        Some(Ipv6Access::External) if state.governance.policies.in_force(&present.project, POLICY) => {
            Err(ApiError::constraint_violated(POLICY.as_str(), &present.project, ""))
        }
        Some(Ipv6Access::Internal) if network.is_some_and(|network| !network.ula_internal_ipv6) => {
            let why = "The network must have enableUlaInternalIpv6 for internal IPv6 subnetworks.";
            Err(body.invalid("ipv6AccessType", why))
        }
        Some(_) => Ok(()),
    }
}

/// Sets the families of a subnet.
pub(super) fn apply(state: &mut State, context: &Context, key: &SubnetKey, change: StackChange) {
    state.change_subnetwork(key, |subnetwork| {
        (subnetwork.stack, subnetwork.ipv6_access) = (change.stack, change.access);
    });
    match change.stack {
        StackType::Ipv4Only => go_back(state, context, key),
        StackType::Ipv4Ipv6 => apply_stack(state, context, key, change.stack),
    }
}

/// Sets what follows from the families of a subnet: ranges, and the route to the IPv6 internet.
pub(super) fn apply_stack(state: &mut State, context: &Context, key: &SubnetKey, stack: StackType) {
    let Some(subnetwork) = state.subnetwork(key) else { return };
    let (network, access) = (subnetwork.network.clone(), subnetwork.ipv6_access);
    match (stack, access) {
        (StackType::Ipv4Only, _) => {}
        (StackType::Ipv4Ipv6, Some(Ipv6Access::External)) => {
            let lag = duration(state.settings.lags.external_ipv6_prefix);
            let subnet = key.clone();
            let show = Effect::new(move |state, _| {
                show_prefix(state, &subnet);
                Ok(())
            });
            state.schedule(context.done + lag, Event::Later(context.clone(), show));
            routes::internet::add(state, context, &network, true);
        }
        (StackType::Ipv4Ipv6, _) => {
            let range = state.network(&key.project, &network).and_then(|network| network.internal_ipv6_range);
            let range = range.unwrap_or_else(|| state.ids.internal_range());
            let prefix = state.ids.internal_prefix(range);
            state.change_subnetwork(key, |subnetwork| subnetwork.internal_ipv6_prefix = Some(prefix));
        }
    }
}

/// Takes from a subnet of IPv4 alone what is left of its IPv6, as far as Google does.
fn go_back(state: &mut State, context: &Context, key: &SubnetKey) {
    let Some(network) = state.subnetwork(key).map(|subnetwork| subnetwork.network.clone()) else { return };
    let switches = state.settings.switches;
    state.change_subnetwork(key, |subnetwork| {
        if switches.former_ipv6_prefix == Fate::Drop {
            subnetwork.external_ipv6_prefix = None;
        }
        if switches.former_ipv6_access_type == Fate::Drop {
            subnetwork.ipv6_access = None;
        }
    });
    routes::internet::leave_ipv6(state, context, &network);
}

/// Shows the external prefix, unless the subnet is gone or no longer dual-stack by then.
fn show_prefix(state: &mut State, key: &SubnetKey) {
    let waits = state.subnetwork(key).is_some_and(|subnetwork| {
        subnetwork.stack == StackType::Ipv4Ipv6 && subnetwork.external_ipv6_prefix.is_none()
    });
    if waits {
        let prefix = state.ids.external_prefix();
        state.change_subnetwork(key, |subnetwork| {
            subnetwork.external_ipv6_prefix = Some(prefix);
            subnetwork.revision += 1;
        });
    }
}
