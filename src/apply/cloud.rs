//! Effects on the cloud: each action to one mutation, awaited, its error looked at.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::gcp::mutation::{NewNetwork, NewSubnetwork, Stack, SubnetworkPatch};
use crate::gcp::types::{Fingerprint, ResourceUrl, SecondaryRange};
use crate::gcp::{Class, Compute, Error, Mutation};
use crate::plan::{Action, SubnetBody, SubnetChange};

/// Carries out `action`, if it is one on the cloud. What is already as it shall be counts as done.
pub(super) async fn carry_out(compute: &Compute, action: &Action) -> Result<(), Error> {
    let Some(mutation) = mutation(action)? else { return Ok(()) };
    match compute.run(&mutation).await {
        Ok(_) => Ok(()),
        Err(error) if is_done_already(action, error.class()) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What somebody, perhaps an earlier run of ours, did before us. The next look at the world shows whether it is as wanted.
fn is_done_already(action: &Action, class: Class) -> bool {
    match action {
        Action::DeleteRoute { .. } => class == Class::NotFound,
        Action::InsertNetwork { .. } | Action::InsertSubnet { .. } => class == Class::AlreadyExists,
        _ => false,
    }
}

fn mutation(action: &Action) -> Result<Option<Mutation>, Error> {
    Ok(Some(match action {
        Action::InsertNetwork { name, mtu } => Mutation::insert_network(&NewNetwork {
            name: name.clone(),
            routing_mode: "REGIONAL".to_owned(),
            mtu: mtu.and_then(|mtu| u32::try_from(mtu).ok()),
        }),
        Action::InsertSubnet { region, body } => Mutation::insert_subnetwork(region, &subnet(body)),
        Action::ExpandSubnet { region, name, range } => {
            Mutation::expand_subnetwork(region, name, &range.to_string())
        }
        Action::PatchSubnet { region, name, fingerprint, change } => {
            let patch = match change {
                SubnetChange::Overlap(flag) => SubnetworkPatch::RoutesOverlap(*flag),
                SubnetChange::SecondaryRanges(ranges) => {
                    SubnetworkPatch::SecondaryRanges(typed(name, ranges)?)
                }
                SubnetChange::DualStack => SubnetworkPatch::Stack(Stack::dual_external()),
            };
            Mutation::patch_subnetwork(region, name, &Fingerprint(fingerprint.clone()), &patch)
        }
        Action::SetAliases { vm, nic, fingerprint, aliases } => {
            let ranges = typed(&vm.name, aliases)?;
            Mutation::set_alias_ranges(&vm.zone, &vm.name, nic, &Fingerprint(fingerprint.clone()), &ranges)
        }
        Action::DeleteRoute { name, .. } => Mutation::delete_route(name),
        Action::WriteState(_) | Action::IgnoreControlPlane { .. } | Action::ScaleCcm { .. } => {
            return Ok(None);
        }
    }))
}

fn subnet(body: &SubnetBody) -> NewSubnetwork {
    let secondary = body.secondary.iter().map(|(name, range)| SecondaryRange {
        range_name: name.clone(),
        ip_cidr_range: range.to_string(),
        ..SecondaryRange::default()
    });
    NewSubnetwork {
        name: body.name.clone(),
        description: body.description.clone(),
        network: ResourceUrl(body.network.clone()),
        ip_cidr_range: body.range.to_string(),
        secondary_ip_ranges: secondary.collect(),
        stack: body.dual_stack.then(Stack::dual_external),
        log_config: None,
    }
}

/// The elements of a list as the wire has them; they came from there, so they can go back.
fn typed<T: DeserializeOwned>(object: &str, elements: &[Value]) -> Result<Vec<T>, Error> {
    let typed = elements.iter().map(|element| serde_json::from_value(element.clone()));
    typed
        .collect::<Result<_, _>>()
        .map_err(|error| Error::Request { call: format!("change {object}"), problem: error.to_string() })
}
