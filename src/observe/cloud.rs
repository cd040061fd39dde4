//! The VPC and what is in it.

use std::collections::BTreeSet;

use super::{ObserveError, read};
use crate::gcp::Compute;
use crate::gcp::types::ResourceUrl;
use crate::journal::State;
use crate::snapshot::{Cloud, NextHop, VmRef};
use crate::target::Target;

/// At this length the cloud-controller-manager cuts the cluster's name in a route's name.
const CCM_NAME_LIMIT: usize = 26;

/// Reads the VPC; with `migration` also what pod traffic depends on: inserts in flight, routes, VMs, in this order.
pub(super) async fn observe(
    target: &Target,
    state: &State,
    compute: &Compute,
    migration: bool,
) -> Result<Cloud, ObserveError> {
    let Some(network) = compute.network(&target.network.name).await? else {
        return Ok(Cloud::default());
    };
    let subnets = compute.subnetworks_of_network(&network.name).await?;
    let mut cloud = Cloud {
        network: Some(read::network(&network)),
        subnets: subnets
            .iter()
            .filter_map(|subnet| read::subnet(subnet).transpose())
            .collect::<Result<_, _>>()?,
        ..Cloud::default()
    };
    if !migration {
        return Ok(cloud);
    }
    let inserts = compute.operations_in_flight().await?;
    cloud.route_inserts_in_flight =
        inserts.iter().filter(|operation| may_be_ours(target, operation.target_link.as_ref())).count();
    let routes = compute.routes(&network.name).await?;
    cloud.routes =
        routes.iter().map(|route| read::route(route, &target.project)).collect::<Result<_, _>>()?;
    for instance in compute.instances().await? {
        let here =
            instance.network_interfaces.first().is_some_and(|nic| nic.network.same_as(&network.self_link));
        if here {
            cloud.vms.extend(read::vm(&instance)?);
        }
    }
    cloud.vms.sort_by(|one, other| one.id.cmp(&other.id));
    confirm_missing(target, state, compute, &mut cloud).await?;
    Ok(cloud)
}

/// Whether an insert may be one of this shoot's cloud-controller-manager: its routes bear the cluster's name, cut at 26
/// characters. An operation does not tell the VPC, and in a busy project some shoot inserts a route all the time.
fn may_be_ours(target: &Target, link: Option<&ResourceUrl>) -> bool {
    let cluster: String = target.cluster.chars().take(CCM_NAME_LIMIT).collect();
    let prefix = format!("{cluster}-");
    link.is_none_or(|link| link.path().contains("/routes/") && link.name().starts_with(&prefix))
}

/// A VM that a route or the journal names and that no list showed is asked for by name: absence from a list proves nothing.
async fn confirm_missing(
    target: &Target,
    state: &State,
    compute: &Compute,
    cloud: &mut Cloud,
) -> Result<(), ObserveError> {
    let routed = cloud.routes.iter().filter_map(|route| match (&route.next_hop, route.destination) {
        (NextHop::Vm(vm), ipnet::IpNet::V4(destination)) => {
            target.pods.filter(|pods| pods.contains(&destination)).map(|_| vm)
        }
        _ => None,
    });
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
