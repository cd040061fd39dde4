//! The VPC and what is in it.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::{ObserveError, leftovers, read};
use crate::excerpt::chain;
use crate::gcp::types::{Operation, ResourceUrl};
use crate::gcp::{self, Class, Compute};
use crate::journal::State;
use crate::snapshot::{Address, Cloud, NextHop, Part, Parts, Route, Subnet};
use crate::target::{Goal, Target};
use crate::vocabulary::{POD_RANGE_NAME, Purpose, VmRef, is_name};

/// At this length the cloud-controller-manager cuts the cluster's name in a route's name.
const CCM_NAME_LIMIT: usize = 26;

/// Reads `parts` of the VPC as far as a decision about `target` depends on them; the rest is as in `kept`.
pub(super) async fn observe(
    target: &Target,
    state: &State,
    compute: &Compute,
    parts: &Parts,
    kept: Cloud,
) -> Result<Cloud, ObserveError> {
    let mut cloud = kept;
    if parts.contains(&Part::Addresses) {
        cloud.addresses = addresses(target, state, compute).await?;
    }
    if parts.contains(&Part::Network) {
        cloud.network = compute.network(&target.network.name).await?.as_ref().map(read::network);
    }
    let Some(network) = cloud.network.as_ref().map(|network| ResourceUrl(network.url.clone())) else {
        // Nothing is in it.
        let Cloud { addresses, service_account, service_account_unread, .. } = cloud;
        let mut cloud = Cloud { addresses, service_account, service_account_unread, ..Cloud::default() };
        if parts.contains(&Part::Operations) {
            operations(target, state, compute, &mut cloud).await?;
        }
        return Ok(cloud);
    };
    if parts.contains(&Part::Subnets) {
        let here = subnets(&compute.subnetworks_in_region(&target.network.name, &target.region).await?)?;
        let elsewhere = cloud.subnets.into_iter().filter(|subnet| subnet.region != target.region);
        cloud.subnets = here.into_iter().chain(elsewhere).collect();
    }
    // A router that was never made, as its name would be too long, cannot be asked for either.
    if parts.contains(&Part::Router) && is_name(&target.router.name) {
        cloud.router = compute.router(&target.region, &target.router.name).await?.map(read::router);
    }
    if parts.contains(&Part::Firewalls) {
        let firewalls = compute.firewalls(&target.network.name).await?;
        cloud.firewalls = firewalls.into_iter().map(read::firewall).collect();
    }
    if parts.contains(&Part::Operations) {
        operations(target, state, compute, &mut cloud).await?;
    }
    if parts.contains(&Part::Traffic) && concerns_pod_traffic(target, state) {
        pod_traffic(target, state, compute, &network, &mut cloud).await?;
    }
    // With the traffic its VMs were read anew, and these are not all that keep a VPC.
    let is_of_leftovers = |part: &Part| matches!(part, Part::Leftovers | Part::Traffic);
    if parts.iter().any(is_of_leftovers) && target.goal == Goal::Absent {
        leftovers::observe(target, compute, &mut cloud).await?;
    }
    Ok(cloud)
}

async fn addresses(
    target: &Target,
    state: &State,
    compute: &Compute,
) -> Result<Option<Vec<Address>>, ObserveError> {
    if target.goal != Goal::Present || target.nat.addresses.is_empty() {
        return Ok(None);
    }
    match compute.addresses(&target.region).await {
        Ok(addresses) => Ok(Some(addresses.into_iter().map(read::address).collect())),
        // Past the point of no return nothing depends on them but what is reported of them.
        Err(error) if state.is_committed_to_dual_stack() => {
            tracing::warn!(error = %chain(&error), "cannot look up the addresses of the NAT");
            Ok(None)
        }
        Err(error) => Err(ObserveError::Addresses(error)),
    }
}

/// What is under way.
async fn operations(
    target: &Target,
    state: &State,
    compute: &Compute,
    cloud: &mut Cloud,
) -> Result<(), ObserveError> {
    // Only a migration depends on them: elsewhere what is sent again is refused, and comes to the same in the end.
    let migrates = target.goal == Goal::Present
        && (state.journal.phase.is_some()
            || target.dual_stack && cloud.routes.iter().any(|route| vm_of(target, route).is_some()));
    let operations = match compute.operations_in_flight(&target.region).await {
        Err(error)
            if !migrates
                && matches!(error.class(), Class::Forbidden | Class::Unavailable | Class::Throttled) =>
        {
            tracing::warn!(error = %chain(&error), "cannot see what is under way");
            Vec::new()
        }
        operations => operations?,
    };
    cloud.route_inserts_in_flight =
        operations.iter().filter(|operation| may_make_our_route(target, operation)).count();
    let objects = operations.into_iter().filter_map(|operation| {
        let path = operation.target_link?.path().to_owned();
        let (_, object) = path.strip_prefix("projects/")?.split_once('/')?;
        Some((object.to_owned(), operation.operation_type))
    });
    cloud.in_flight = objects.collect();
    Ok(())
}

fn subnets(found: &[gcp::types::Subnetwork]) -> Result<Vec<Subnet>, ObserveError> {
    found.iter().filter_map(|subnet| read::subnet(subnet).transpose()).collect()
}

/// A shoot that stays IPv4 and never began to leave it has routes, but they are nobody's concern here.
pub(super) fn concerns_pod_traffic(target: &Target, state: &State) -> bool {
    target.goal == Goal::Absent || target.dual_stack || state.journal.phase.is_some()
}

/// What pod traffic depends on: routes and VMs, in this order.
async fn pod_traffic(
    target: &Target,
    state: &State,
    compute: &Compute,
    network: &ResourceUrl,
    cloud: &mut Cloud,
) -> Result<(), ObserveError> {
    cloud.subnets.retain(|subnet| subnet.region == target.region);
    cloud.vms.clear();
    cloud.gone.clear();
    let routes = compute.routes(&target.network.name).await?;
    cloud.routes =
        routes.iter().map(|route| read::route(route, &target.project)).collect::<Result<_, _>>()?;
    if !depends_on_vms(target, state, cloud) {
        return Ok(());
    }
    let instances = if target.goal == Goal::Absent {
        // Nothing depends on regions that may not answer: there is no VM of ours in them.
        compute.instances_in(&target.region).await?
    } else if state.journal.phase.is_none() {
        // What is elsewhere, or somebody else's, may be in the way of a migration.
        let elsewhere = subnets(&compute.subnetworks_of_network(&target.network.name).await?)?;
        cloud.subnets.extend(elsewhere.into_iter().filter(|subnet| subnet.region != target.region));
        compute.instances().await?
    } else {
        // Once it has begun, only our own count, and the others may be many. Which of ours are called otherwise, routes and the
        // journal tell.
        compute.instances_called(&target.region, &target.cluster).await?
    };
    for instance in instances {
        let here = instance.network_interfaces.first().is_some_and(|nic| nic.network.same_as(network));
        if here && let Some(vm) = read::vm(&instance)? {
            cloud.see(vm);
        }
    }
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

/// Whether an operation may be an insert of a route by this shoot's cloud-controller-manager: its routes bear the cluster's name,
/// cut at 26 characters. An operation does not tell the VPC, and in a busy project some shoot inserts a route all the time.
fn may_make_our_route(target: &Target, operation: &Operation) -> bool {
    let cluster: String = target.cluster.chars().take(CCM_NAME_LIMIT).collect();
    let prefix = format!("{cluster}-");
    let link = operation.target_link.as_ref();
    operation.operation_type == "insert"
        && link.is_none_or(|link| link.path().contains("/routes/") && link.name().starts_with(&prefix))
}

/// The VM that a route inside the pod range leads to.
pub(super) fn vm_of<'a>(target: &Target, route: &'a Route) -> Option<&'a VmRef> {
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
            Some(instance) => read::vm(&instance)?.into_iter().for_each(|vm| cloud.see(vm)),
            None => {
                cloud.gone.insert(vm);
            }
        }
    }
    Ok(())
}
