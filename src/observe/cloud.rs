//! The VPC and what is in it.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::{ObserveError, leftovers, read};
use crate::gcp::types::ResourceUrl;
use crate::gcp::{self, Compute};
use crate::journal::State;
use crate::report::chain;
use crate::snapshot::{Cloud, NextHop, Route, Subnet, VmRef};
use crate::target::{Goal, POD_RANGE_NAME, Purpose, Target, is_name};

/// At this length the cloud-controller-manager cuts the cluster's name in a route's name.
const CCM_NAME_LIMIT: usize = 26;

/// Reads all of the VPC that a decision about `target` depends on.
pub(super) async fn observe(
    target: &Target,
    state: &State,
    compute: &Compute,
) -> Result<Cloud, ObserveError> {
    let mut cloud = Cloud::default();
    if target.goal == Goal::Stand && !target.nat.addresses.is_empty() {
        match compute.addresses(&target.region).await {
            Ok(addresses) => cloud.addresses = Some(addresses.into_iter().map(read::address).collect()),
            // Past the point of no return nothing depends on them but what is reported of them.
            Err(error) if state.is_committed_to_dual_stack() => {
                tracing::warn!(error = %chain(&error), "cannot look up the addresses of the NAT");
            }
            Err(error) => return Err(ObserveError::Addresses(error)),
        }
    }
    let Some(network) = compute.network(&target.network.name).await? else {
        return Ok(cloud);
    };
    cloud.subnets = subnets(&compute.subnetworks_in_region(&network.name, &target.region).await?)?;
    // A router that was never made, as its name would be too long, cannot be asked for either.
    if is_name(&target.router.name) {
        cloud.router = compute.router(&target.region, &target.router.name).await?.map(read::router);
    }
    cloud.firewalls = compute.firewalls(&network.name).await?.into_iter().map(read::firewall).collect();
    if concerns_pod_traffic(target, state) {
        pod_traffic(target, state, compute, &network.self_link, &mut cloud).await?;
    }
    cloud.network = Some(read::network(&network));
    if target.goal == Goal::Gone {
        leftovers::observe(target, compute, &mut cloud).await?;
    }
    Ok(cloud)
}

fn subnets(found: &[gcp::types::Subnetwork]) -> Result<Vec<Subnet>, ObserveError> {
    found.iter().filter_map(|subnet| read::subnet(subnet).transpose()).collect()
}

/// A shoot that stays IPv4 and never began to leave it has routes, but they are nobody's concern here.
pub(super) fn concerns_pod_traffic(target: &Target, state: &State) -> bool {
    target.goal == Goal::Gone || target.dual_stack || state.journal.phase.is_some()
}

/// What pod traffic depends on: inserts in flight, routes, VMs, in this order.
async fn pod_traffic(
    target: &Target,
    state: &State,
    compute: &Compute,
    network: &ResourceUrl,
    cloud: &mut Cloud,
) -> Result<(), ObserveError> {
    // Before a migration is recorded nothing waits for inserts.
    if state.journal.phase.is_some() {
        let inserts = compute.operations_in_flight().await?;
        cloud.route_inserts_in_flight =
            inserts.iter().filter(|operation| may_be_ours(target, operation.target_link.as_ref())).count();
    }
    let routes = compute.routes(&target.network.name).await?;
    cloud.routes =
        routes.iter().map(|route| read::route(route, &target.project)).collect::<Result<_, _>>()?;
    if !depends_on_vms(target, state, cloud) {
        return Ok(());
    }
    let instances = if target.goal == Goal::Stand && !state.is_committed_to_dual_stack() {
        // What is elsewhere may be in the way of a migration.
        let elsewhere = subnets(&compute.subnetworks_of_network(&target.network.name).await?)?;
        cloud.subnets.extend(elsewhere.into_iter().filter(|subnet| subnet.region != target.region));
        compute.instances().await?
    } else {
        // Nothing else depends on regions that may not answer: there is no VM of ours in them.
        compute.instances_in(&target.region).await?
    };
    for instance in instances {
        let here = instance.network_interfaces.first().is_some_and(|nic| nic.network.same_as(network));
        if here {
            cloud.vms.extend(read::vm(&instance)?);
        }
    }
    cloud.vms.sort_by(|one, other| one.id.cmp(&other.id));
    confirm_missing(target, state, compute, cloud).await
}

/// Whether anything may have to be migrated or taken away that is known by its VM.
fn depends_on_vms(target: &Target, state: &State, cloud: &Cloud) -> bool {
    // Without the subnet there is no VM in it.
    let pods_here = cloud.subnet(&target.region, &target.nodes_subnet()).is_none_or(|subnet| {
        subnet.secondary.iter().any(|range| range.name == POD_RANGE_NAME && Some(range.range) == target.pods)
    });
    let wants_pods = target.subnet(Purpose::Nodes).is_some_and(|nodes| nodes.pod_range.is_some());
    let routed = cloud.routes.iter().any(|route| vm_of(target, route).is_some());
    routed || !state.journal.is_empty() || (wants_pods && !pods_here)
}

/// Whether an insert may be one of this shoot's cloud-controller-manager: its routes bear the cluster's name, cut at 26
/// characters. An operation does not tell the VPC, and in a busy project some shoot inserts a route all the time.
fn may_be_ours(target: &Target, link: Option<&ResourceUrl>) -> bool {
    let cluster: String = target.cluster.chars().take(CCM_NAME_LIMIT).collect();
    let prefix = format!("{cluster}-");
    link.is_none_or(|link| link.path().contains("/routes/") && link.name().starts_with(&prefix))
}

/// The VM that a route inside the pod range leads to.
fn vm_of<'a>(target: &Target, route: &'a Route) -> Option<&'a VmRef> {
    match (&route.next_hop, route.destination) {
        (NextHop::Vm(vm), IpNet::V4(destination)) => {
            target.pods.filter(|pods| pods.contains(&destination)).map(|_| vm)
        }
        _ => None,
    }
}

/// A VM that a route or the journal names and that no list showed is asked for by name: absence from a list proves nothing.
async fn confirm_missing(
    target: &Target,
    state: &State,
    compute: &Compute,
    cloud: &mut Cloud,
) -> Result<(), ObserveError> {
    let routed = cloud.routes.iter().filter_map(|route| vm_of(target, route));
    let journalled = state.journal.entries.iter().map(|entry| &entry.vm);
    let missing: BTreeSet<VmRef> =
        routed.chain(journalled).filter(|vm| cloud.vm(vm).is_none()).cloned().collect();
    for vm in missing {
        match compute.instance(&vm.zone, &vm.name).await? {
            Some(instance) => cloud.vms.extend(read::vm(&instance)?),
            None => {
                cloud.gone.insert(vm);
            }
        }
    }
    Ok(())
}
