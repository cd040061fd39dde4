//! Effects on the cloud: each action to one mutation, awaited, its error looked at.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::ApplyError;
use crate::gcp::mutation::{FirewallRule, NewNetwork, NewRouter, NewSubnetwork, Stack, SubnetworkPatch};
use crate::gcp::types::{Fingerprint, ResourceUrl, SecondaryRange};
use crate::gcp::{Class, Compute, Error, Mutation};
use crate::plan::{self, Action, SubnetBody, SubnetChange};
use crate::vocabulary::FlowLogs;

/// Carries out `action`, if it is one on the cloud. What is already as it shall be counts as done.
///
/// # Errors
/// [`ApplyError::Elsewhere`] if what is to be made exists in another VPC; [`ApplyError::Cloud`].
pub(super) async fn carry_out(compute: &Compute, action: &Action) -> Result<(), ApplyError> {
    let Some(mutation) = mutation(action)? else { return Ok(()) };
    match compute.run(&mutation).await {
        Ok(_) => Ok(()),
        Err(error) if error.class() == Class::AlreadyExists => is_here(compute, action).await,
        Err(error) if is_done_already(action, error.class()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What exists already counts as made, whoever made it: the next look shows whether it is as wanted. But only what is in the VPC is
/// ever looked at.
async fn is_here(compute: &Compute, action: &Action) -> Result<(), ApplyError> {
    let (object, wanted, found) = match action {
        Action::InsertSubnet { region, body } => {
            let found = compute.subnetwork(region, &body.name).await?.map(|subnet| subnet.network);
            (format!("subnet {}", body.name), &body.network, found)
        }
        Action::InsertFirewall(rule) => {
            let found = compute.firewall(&rule.name).await?.map(|rule| rule.network);
            (format!("firewall rule {}", rule.name), &rule.network, found)
        }
        _ => return Ok(()),
    };
    let wanted = ResourceUrl(wanted.clone());
    match found.filter(|network| !network.same_as(&wanted)) {
        Some(network) => {
            let path = |url: &ResourceUrl| url.path().to_owned();
            Err(ApplyError::Elsewhere { object, network: path(&network), wanted: path(&wanted) })
        }
        None => Ok(()),
    }
}

/// What somebody, perhaps an earlier run of ours, did before us.
fn is_done_already(action: &Action, class: Class) -> bool {
    match action {
        Action::DeleteRoute { .. }
        | Action::DeleteInternetRoute { .. }
        | Action::DeleteNetwork { .. }
        | Action::DeleteSubnet { .. }
        | Action::DeleteRouter { .. }
        | Action::DeleteFirewall { .. } => class == Class::NotFound,
        _ => class == Class::Unchanged,
    }
}

fn mutation(action: &Action) -> Result<Option<Mutation>, Error> {
    Ok(Some(match action {
        Action::InsertNetwork { name, mtu } => Mutation::insert_network(&NewNetwork {
            name: name.clone(),
            routing_mode: "REGIONAL".to_owned(),
            mtu: mtu.and_then(|mtu| u32::try_from(mtu).ok()),
        }),
        Action::SetRoutingMode { name, mode } => Mutation::set_routing_mode(name, mode),
        Action::DeleteNetwork { name } => Mutation::delete_network(name),
        Action::DeleteSubnet { region, name } => Mutation::delete_subnetwork(region, name),
        Action::InsertRouter { region, name, network } => Mutation::insert_router(
            region,
            &NewRouter {
                name: name.clone(),
                description: "gardener-managed router".to_owned(),
                network: ResourceUrl(network.clone()),
            },
        ),
        Action::DeleteRouter { region, name } => Mutation::delete_router(region, name),
        Action::InsertFirewall(rule) => Mutation::insert_firewall(&firewall(rule)),
        Action::PatchFirewall(rule) => Mutation::patch_firewall(&firewall(rule)),
        Action::DeleteFirewall { name } => Mutation::delete_firewall(name),
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
                SubnetChange::FlowLogs(on) => SubnetworkPatch::FlowLogs(*on),
                SubnetChange::LogConfig(logs) => SubnetworkPatch::LogConfig(Some(log_config(logs))),
            };
            Mutation::patch_subnetwork(region, name, &Fingerprint(fingerprint.clone()), &patch)
        }
        Action::SetAliases { vm, nic, fingerprint, aliases } => {
            let ranges = typed(&vm.name, aliases)?;
            Mutation::set_alias_ranges(&vm.zone, &vm.name, nic, &Fingerprint(fingerprint.clone()), &ranges)
        }
        Action::DeleteRoute { name, .. } | Action::DeleteInternetRoute { name } => {
            Mutation::delete_route(name)
        }
        Action::WriteState(_)
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. }
        | Action::SetNats { .. }
        | Action::InsertServiceAccount { .. }
        | Action::DeleteServiceAccount { .. } => return Ok(None),
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
        log_config: body.flow_logs.as_ref().map(log_config),
    }
}

fn log_config(logs: &FlowLogs) -> Map<String, Value> {
    let fields = [
        ("aggregationInterval", json!(logs.interval)),
        ("flowSampling", json!(f64::from(logs.sampling.share()))),
        ("metadata", json!(logs.metadata)),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

fn firewall(rule: &plan::FirewallRule) -> FirewallRule {
    FirewallRule {
        name: rule.name.clone(),
        network: ResourceUrl(rule.network.clone()),
        source_ranges: rule.source_ranges.clone(),
        allowed: rule.allowed.clone(),
        priority: rule.priority,
    }
}

/// The elements of a list as the wire has them; they came from there, so they can go back.
fn typed<T: DeserializeOwned>(object: &str, elements: &[Value]) -> Result<Vec<T>, Error> {
    let typed = elements.iter().map(|element| serde_json::from_value(element.clone()));
    typed
        .collect::<Result<_, _>>()
        .map_err(|error| Error::Request { call: format!("change {object}"), problem: error.to_string() })
}
