//! VMs with their first interface: `compute#instance`, as much of it as routing touches.

use planner::snapshot::{Alias, Cloud, Nic, Vm};
use planner::text::{Excerpt, chain};
use planner::vocabulary::{Region, VmRef};
use serde::Deserialize;
use serde_json::Value;

use super::error::ObserveError;
use super::parse::ipv4;
use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Error, Extent, Filter, Path, Query};

/// The name of the collection in paths.
const COLLECTION: &str = "instances";

/// The fields of a list of VMs: no metadata, no disks.
const FIELDS: &str = "items/*/instances(name,zone,status,creationTimestamp,canIpForward,tags/items,\
    networkInterfaces(name,network,subnetwork,fingerprint,aliasIpRanges)),\
    items/*/warning,nextPageToken,unreachables,warning";

/// A VM, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Wire {
    name: String,
    zone: ResourceUrl,
    tags: Tags,
    /// The status, `RUNNING`, `TERMINATED`, …
    status: String,
    /// Whether the VM forwards packets for other addresses; absent is false.
    can_ip_forward: bool,
    /// The instant of its creation, with an offset.
    creation_timestamp: Option<String>,
    /// The interfaces, `nic0` first.
    network_interfaces: Vec<Interface>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tags {
    items: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Interface {
    name: String,
    network: ResourceUrl,
    /// The subnet; absent on a legacy network.
    subnetwork: Option<ResourceUrl>,
    /// The version of this reading; it changes with each update, and when the VM is stopped.
    fingerprint: String,
    /// The alias ranges as they came, in the server's order, because the whole list is sent back.
    alias_ip_ranges: Vec<Value>,
}

/// All VMs of the project, in all zones.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn everywhere(compute: &Compute) -> Result<Vec<Wire>, Error> {
    let query = Query { fields: Some(FIELDS), ..Query::default() };
    compute.aggregated(COLLECTION, &query, Extent::Everywhere).await
}

/// The VMs in the zones of `region`. They can be had while other regions do not answer.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn in_region(compute: &Compute, region: &Region) -> Result<Vec<Wire>, Error> {
    let query = Query { fields: Some(FIELDS), ..Query::default() };
    compute.aggregated(COLLECTION, &query, Extent::Region(region)).await
}

/// The VMs in the zones of `region` whose names begin with `name` and a dash. The length of the list does not depend on the rest of the project.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn called(compute: &Compute, region: &Region, name: &str) -> Result<Vec<Wire>, Error> {
    let call = || format!("lists of VMs called {}-…", Excerpt(name));
    let filter = Filter::beginning_with(name).map_err(|problem| Error::Name { call: call(), problem })?;
    let query = Query { fields: Some(FIELDS), ..Query::of(filter) };
    let mut list: Vec<Wire> = compute.aggregated(COLLECTION, &query, Extent::Region(region)).await?;
    let called = |name_of: &str| name_of.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
    list.retain(|vm| called(&vm.name));
    Ok(list)
}

/// VMs called like the shoot's, where a decision can do without them: none if they cannot be listed, which is logged.
pub(super) async fn called_if_readable(compute: &Compute, region: &Region, name: &str) -> Vec<Wire> {
    called(compute, region, name).await.unwrap_or_else(|error| {
        tracing::warn!(error = %chain(&error), "VMs cannot be listed: nodes that are cut off are not looked for");
        Vec::new()
    })
}

/// Adds the VMs of `list` to `cloud` whose first interface is in `network`.
///
/// # Errors
/// If one cannot be understood.
pub(super) fn see(list: Vec<Wire>, network: &ResourceUrl, cloud: &mut Cloud) -> Result<(), ObserveError> {
    for vm in list.into_iter().filter(|vm| vm.network().is_some_and(|of| of.same_as(network))) {
        vm.understood()?.into_iter().for_each(|vm| cloud.see(vm));
    }
    Ok(())
}

/// Adds `vm` to `cloud`, or adds it to those that are gone.
///
/// # Errors
/// If the API cannot tell, or the VM cannot be understood.
pub(super) async fn confirm(compute: &Compute, vm: VmRef, cloud: &mut Cloud) -> Result<(), ObserveError> {
    match get(compute, &vm).await? {
        Some(found) => found.understood()?.into_iter().for_each(|vm| cloud.see(vm)),
        None => {
            cloud.gone.insert(vm);
        }
    }
    Ok(())
}

/// Whether `vm` exists.
///
/// # Errors
/// If the API cannot tell.
pub(super) async fn exists(compute: &Compute, vm: &VmRef) -> Result<bool, Error> {
    Ok(get(compute, vm).await?.is_some())
}

async fn get(compute: &Compute, vm: &VmRef) -> Result<Option<Wire>, Error> {
    compute.get(&Path::zone(&vm.zone, COLLECTION).name(&vm.name)).await
}

impl Wire {
    /// The network of the first interface.
    fn network(&self) -> Option<&ResourceUrl> {
        self.network_interfaces.first().map(|nic| &nic.network)
    }

    /// The VM with its first interface; `None` if it has no interface.
    fn understood(self) -> Result<Option<Vm>, ObserveError> {
        let object = || format!("instance {}", self.name);
        let Some(nic) = self.network_interfaces.into_iter().next() else { return Ok(None) };
        let aliases = nic.alias_ip_ranges.into_iter().map(|raw| {
            let text = |field: &str| raw.get(field).and_then(Value::as_str);
            let range = text("ipCidrRange").unwrap_or_default();
            Ok(Alias {
                range: ipv4(object, "networkInterfaces[0].aliasIpRanges[].ipCidrRange", range)?,
                range_name: text("subnetworkRangeName").map(Into::into),
                raw,
            })
        });
        Ok(Some(Vm {
            id: VmRef { zone: self.zone.name().into(), name: self.name.clone().into() },
            tags: self.tags.items,
            status: self.status,
            can_forward: self.can_ip_forward,
            created: self.creation_timestamp.and_then(|text| text.parse().ok()),
            nic: Nic {
                name: nic.name,
                subnet: nic.subnetwork.map(|subnet| subnet.name().into()).unwrap_or_default(),
                aliases: aliases.collect::<Result<_, ObserveError>>()?,
                fingerprint: nic.fingerprint,
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Wire;

    #[test]
    fn a_vm_is_read_as_the_api_writes_it() {
        let alias =
            json!({ "ipCidrRange": "100.64.1.0/24", "subnetworkRangeName": "ipv4-pod-cidr", "new": [1] });
        let vm: Wire = serde_json::from_value(json!({
            "kind": "compute#instance", "id": "4242424242424242424", "name": "vm",
            "zone": "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b",
            "status": "RUNNING", "canIpForward": true, "tags": { "items": ["shoot"], "fingerprint": "t=" },
            "networkInterfaces": [{
                "name": "nic0", "networkIP": "10.250.0.3", "fingerprint": "f=", "stackType": "IPV4_ONLY",
                "network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/n",
                "aliasIpRanges": [alias, { "ipCidrRange": "10.0.0.1" }],
                "accessConfigs": [{ "type": "ONE_TO_ONE_NAT" }],
            }],
        }))
        .unwrap();
        let vm = vm.understood().unwrap().unwrap();
        assert_eq!((vm.id.to_string().as_str(), vm.tags), ("europe-west1-b/vm", vec!["shoot".to_owned()]));
        assert_eq!((vm.nic.name.as_str(), vm.nic.fingerprint.as_str()), ("nic0", "f="));
        let [first, second] = vm.nic.aliases.as_slice() else { panic!("{:?}", vm.nic.aliases) };
        assert_eq!((first.range_name.as_deref(), &first.raw), (Some("ipv4-pod-cidr"), &alias));
        assert_eq!((second.range.to_string().as_str(), &second.range_name), ("10.0.0.1/32", &None));
    }
}
