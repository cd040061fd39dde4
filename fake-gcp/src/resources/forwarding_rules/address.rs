//! The address of a forwarding rule: a reserved one, one of the subnet, or any.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::forwarding_rules::{ForwardingRule, Side};
use crate::model::placed::Key;
use crate::model::store::Project;
use crate::network::addresses as of_subnets;
use crate::resources::addresses;
use crate::state::State;
use std::net::Ipv4Addr;

/// Reads `IPAddress`: an address, or the URL of a reserved one; `None` if it is not given.
pub(super) fn read(
    state: &State,
    project: &str,
    body: &Body,
    rule: &ForwardingRule,
) -> Result<Option<Ipv4Addr>, ApiError> {
    let Some(text) = body.string("IPAddress")? else { return Ok(None) };
    let refuse = |why: &str| body.invalid("IPAddress", why);
    let address = match text.parse() {
        Ok(address) => address,
        Err(_) => {
            let parsed = reference::parse(text, project, "addresses");
            let (owner, region, name) = parsed.ok_or_else(|| refuse("Must be an IPv4 address or a URL."))?;
            let path = reference::regional(&owner, &region, "addresses", &name);
            state.operations.require_idle(&path)?;
            let found = state.address(&owner, &region, &name).filter(|_| owner == project);
            found.ok_or_else(|| refuse("The referenced address resource cannot be found."))?.address
        }
    };
    check(state, project, rule, address).map_err(|why| refuse(&why))?;
    Ok(Some(address))
}

/// Whether a rule may ever have an address, whoever has it now.
fn check(state: &State, project: &str, rule: &ForwardingRule, address: Ipv4Addr) -> Result<(), String> {
    match &rule.side {
        // The address may be of another project's network, which is not looked at.
        Side::Service { .. } => Ok(()),
        Side::External { .. } => {
            let external = Key::Address(None, address);
            let project = state.store.project(project).into_iter();
            let mut reserved = project.flat_map(|project| project.addresses.with(&external));
            match reserved.any(|reserved| reserved.region == rule.region) {
                true => Ok(()),
                false => Err("The address must be a reserved external address of the region.".to_owned()),
            }
        }
        Side::Internal { subnet, .. } | Side::Managed { subnet, .. } => {
            let range = state.subnetwork(subnet).map(|subnetwork| subnetwork.ip_cidr_range);
            match range.filter(|range| !range.contains(&address)) {
                None => Ok(()),
                Some(range) => Err(format!("The address must lie within the subnetwork range {range}.")),
            }
        }
    }
}

/// The address that a rule gets.
pub(crate) fn pick(
    state: &State,
    project_id: &str,
    rule: &ForwardingRule,
    wanted: Option<Ipv4Addr>,
) -> Result<Ipv4Addr, ApiError> {
    let project =
        state.store.project(project_id).ok_or_else(|| ApiError::access_not_configured(project_id))?;
    match (rule.subnet(), wanted) {
        (Some(subnet), wanted) => {
            let subnetwork = state.subnetwork(subnet).ok_or_else(|| ApiError::not_found(&subnet.path()))?;
            of_subnets::pick(project, subnetwork, wanted)
        }
        (None, None) => addresses::insert::pick(state),
        (None, Some(address)) if conflicts(project_id, project, rule, address) => {
            Err(ApiError::ip_in_use(&address.to_string()))
        }
        (None, Some(address)) => Ok(address),
    }
}

/// Whether another user of the address conflicts with a rule. Rules share an external address unless they are for the same
/// ports of it; with a NAT none does.
fn conflicts(project_id: &str, project: &Project, rule: &ForwardingRule, address: Ipv4Addr) -> bool {
    let external = Key::Address(None, address);
    let same_ports = |other: &ForwardingRule| other.protocol == rule.protocol && other.ports == rule.ports;
    let of_nat = |path: String| project.routers.with(&Key::Uses(path)).next().is_some();
    project.forwarding_rules.with(&external).any(same_ports)
        || project.addresses.with(&external).any(|reserved| of_nat(reserved.path(project_id)))
}
