//! The check that the NATs of a router fit the world: what they refer to exists, and nobody else has it.

use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::placed::Key;
use crate::model::routers::{Nat, Router, Source};
use crate::state::State;
use std::collections::BTreeSet;

/// Checks all NATs of a router, as it is to be.
pub(crate) fn fits(state: &State, project: &str, router: &Router) -> Result<(), ApiError> {
    let mut names = BTreeSet::new();
    for (index, nat) in router.nats.iter().enumerate() {
        let at = format!("resource.nats[{index}]");
        if !names.insert(nat.name.as_str()) {
            return Err(ApiError::invalid(&format!("{at}.name"), &nat.name, "The name is used twice."));
        }
        check_addresses(state, project, router, nat, &at)?;
        check_subnetworks(state, router, nat, &at)?;
    }
    check_alone(state, project, router)
}

fn check_addresses(
    state: &State,
    project_id: &str,
    router: &Router,
    nat: &Nat,
    at: &str,
) -> Result<(), ApiError> {
    for path in &nat.addresses {
        let refuse = |why: &str| ApiError::invalid(&format!("{at}.natIps"), path, why);
        let found = reference::parse(path, project_id, "addresses").and_then(|(owner, region, name)| {
            let address = state.address(&owner, &region, &name)?;
            Some((owner, address))
        });
        let (owner, address) =
            found.ok_or_else(|| refuse("The referenced address resource cannot be found."))?;
        if owner != project_id || address.region != router.region {
            return Err(refuse("The address must be of the project and region of the router."));
        }
        let users = state.store.project(project_id).map(|project| address.users(project_id, project));
        let own = router.path(project_id);
        if let Some(user) = users.unwrap_or_default().iter().find(|user| **user != own) {
            return Err(ApiError::in_use("address", path, user));
        }
    }
    Ok(())
}

fn check_subnetworks(state: &State, router: &Router, nat: &Nat, at: &str) -> Result<(), ApiError> {
    for (index, named) in nat.subnetworks.iter().enumerate() {
        let (at, path) = (format!("{at}.subnetworks[{index}]"), named.subnet.path());
        let refuse = |why: &str| ApiError::invalid(&format!("{at}.name"), &path, why);
        let subnetwork = state
            .subnetwork(&named.subnet)
            .ok_or_else(|| refuse("The referenced subnetwork resource cannot be found."))?;
        if subnetwork.network != router.network || subnetwork.region != router.region {
            return Err(refuse("The subnetwork must be of the network and region of the router."));
        }
        for name in &named.range_names {
            if !subnetwork.secondary_ranges.iter().any(|range| range.range_name == *name) {
                let why = "The specified subnetwork secondary range does not exist.";
                return Err(ApiError::invalid(&format!("{at}.secondaryIpRangeNames"), name, why));
            }
        }
    }
    Ok(())
}

/// Refuses a NAT for all subnets that is not the only one of its network in the region.
fn check_alone(state: &State, project: &str, router: &Router) -> Result<(), ApiError> {
    let of_network = Key::Network(router.network.clone());
    let routers =
        state.store.project(project).into_iter().flat_map(|project| project.routers.with(&of_network));
    let others = routers.filter(|other| other.region == router.region && other.name != router.name);
    let nats: Vec<&Nat> = router.nats.iter().chain(others.flat_map(|other| &other.nats)).collect();
    let all = nats.iter().find(|nat| nat.source == Source::AllSubnetworks);
    match all.filter(|_| nats.len() > 1 && !router.nats.is_empty()) {
        None => Ok(()),
        Some(nat) => {
            let why = format!(
                "NAT '{}' is for all subnetworks: network '{}' can have no other one in region '{}'.",
                nat.name, router.network, router.region
            );
            Err(ApiError::invalid("resource.nats", "", &why))
        }
    }
}
