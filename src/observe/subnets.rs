//! Subnets: `compute#subnetwork`.

use planner::snapshot::{Namesake, PRIVATE, SecondaryRange, StackType, Subnet};
use planner::vocabulary::{FlowLogs, Region, ResourceName, Sampling};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::ObserveError;
use super::parse::ipv4;
use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Extent, Path, Query};

/// The name of the collection in paths.
const COLLECTION: &str = "subnetworks";

/// A subnetwork, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    name: String,
    description: String,
    network: ResourceUrl,
    region: ResourceUrl,
    /// The primary IPv4 range; absent if the subnet has IPv6 only.
    ip_cidr_range: Option<String>,
    /// The secondary IPv4 ranges as they came, because the whole list is sent back.
    secondary_ip_ranges: Vec<Value>,
    /// Whether routes may lie inside the subnet's ranges; absent is false.
    allow_subnet_cidr_routes_overlap: bool,
    /// The stack, `IPV4_ONLY`, `IPV4_IPV6` or `IPV6_ONLY`.
    stack_type: Option<String>,
    /// The kind of IPv6, `EXTERNAL` or `INTERNAL`; absent while the subnet has IPv4 only.
    ipv6_access_type: Option<String>,
    /// The purpose, `PRIVATE`, `REGIONAL_MANAGED_PROXY`, …; absent is `PRIVATE`.
    purpose: Option<String>,
    external_ipv6_prefix: Option<String>,
    fingerprint: String,
    log_config: Option<Map<String, Value>>,
}

/// The subnets of `network` in `region`. They can be had while other regions do not answer.
///
/// # Errors
/// If the list cannot be had whole, or not be understood.
pub(super) async fn in_region(
    compute: &Compute,
    network: &str,
    region: &Region,
) -> Result<Vec<Subnet>, ObserveError> {
    let query = Query::of(compute.of_network(network)?);
    let list = compute.list(&Path::region(region, COLLECTION), &query).await?;
    understood(list, &compute.network_url(network))
}

/// The subnets of `network` in all regions.
///
/// # Errors
/// If the list cannot be had whole, or not be understood.
pub(super) async fn everywhere(compute: &Compute, network: &str) -> Result<Vec<Subnet>, ObserveError> {
    let query = Query::of(compute.of_network(network)?);
    let list = compute.aggregated(COLLECTION, &query, Extent::Everywhere).await?;
    understood(list, &compute.network_url(network))
}

/// The subnet called `name` in `region`, in whatever VPC; none if it does not exist.
///
/// # Errors
/// If the API cannot tell, or it cannot be understood.
pub(super) async fn namesake(
    compute: &Compute,
    region: &Region,
    name: &ResourceName,
) -> Result<Option<Namesake>, ObserveError> {
    let found: Option<Wire> = compute.get(&Path::region(region, COLLECTION).name(name)).await?;
    let Some(subnet) = found else { return Ok(None) };
    let range = subnet.ip_cidr_range.as_ref().filter(|range| !range.is_empty());
    let range = range.map(|range| ipv4(|| format!("subnetwork {name}"), "ipCidrRange", range)).transpose()?;
    Ok(Some(Namesake {
        name: name.clone(),
        network: subnet.network.path().to_owned(),
        range,
        stack: subnet.stack(),
    }))
}

/// The subnets of `network` among `list`, except those without IPv4: nothing of a shoot's can lie in their ranges.
fn understood(list: Vec<Wire>, network: &ResourceUrl) -> Result<Vec<Subnet>, ObserveError> {
    let here = list.into_iter().filter(|subnet| subnet.network.same_as(network));
    here.filter_map(|subnet| subnet.understood().transpose()).collect()
}

impl Wire {
    fn stack(&self) -> StackType {
        match (self.stack_type.as_deref(), self.ipv6_access_type.as_deref()) {
            (None | Some("" | "IPV4_ONLY"), _) => StackType::Ipv4,
            (Some("IPV4_IPV6"), Some("EXTERNAL")) => StackType::DualExternal,
            (Some("IPV4_IPV6"), Some("INTERNAL")) => StackType::DualInternal,
            _ => StackType::Other,
        }
    }

    fn understood(self) -> Result<Option<Subnet>, ObserveError> {
        let Some(range) = &self.ip_cidr_range else { return Ok(None) };
        let stack = self.stack();
        let object = || format!("subnetwork {}", self.name);
        let range = ipv4(object, "ipCidrRange", range)?;
        let secondary = self.secondary_ip_ranges.into_iter().map(|raw| {
            let text = |field: &str| raw.get(field).and_then(Value::as_str).unwrap_or_default();
            let (name, range) = (text("rangeName").into(), text("ipCidrRange"));
            let range = ipv4(object, "secondaryIpRanges[].ipCidrRange", range)?;
            Ok(SecondaryRange { name, range, raw })
        });
        // Google may keep the range of a subnet that has IPv4 only again.
        let prefix =
            self.external_ipv6_prefix.filter(|prefix| !prefix.is_empty() && stack != StackType::Ipv4);
        Ok(Some(Subnet {
            description: self.description,
            range,
            secondary: secondary.collect::<Result<_, ObserveError>>()?,
            region: self.region.name().into(),
            overlap: self.allow_subnet_cidr_routes_overlap,
            stack,
            purpose: self.purpose.unwrap_or_else(|| PRIVATE.to_owned()),
            flow_logs: self.log_config.as_ref().and_then(flow_logs),
            ipv6_prefix: prefix,
            fingerprint: self.fingerprint,
            name: self.name.into(),
        }))
    }
}

/// Flow logs, if they are on. `logConfig.enable` and `enableFlowLogs` are the same switch.
fn flow_logs(config: &Map<String, Value>) -> Option<FlowLogs> {
    let text = |field: &str| config.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let sampling = config.get("flowSampling").and_then(Value::as_f64).unwrap_or_default();
    config.get("enable").and_then(Value::as_bool).unwrap_or_default().then(|| FlowLogs {
        interval: text("aggregationInterval"),
        // Google keeps it in single precision, too.
        #[expect(clippy::cast_possible_truncation, reason = "what is compared has single precision")]
        sampling: Sampling::new(sampling as f32),
        metadata: text("metadata"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_subnet_is_read_as_the_api_writes_it_and_keeps_what_goes_back() {
        let range = json!({ "rangeName": "a", "ipCidrRange": "10.1.0.0/16", "reservedInternalRange": "x", "new": [1] });
        let subnet: Wire = serde_json::from_value(json!({
            "kind": "compute#subnetwork", "name": "s", "fingerprint": "f=", "ipCidrRange": "10.0.0.0/16",
            "region": "https://www.googleapis.com/compute/v1/projects/p/regions/europe-west1",
            "secondaryIpRanges": [range], "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL",
            "externalIpv6Prefix": "", "enableFlowLogs": false, "logConfig": { "enable": true, "flowSampling": 0.5 },
        }))
        .unwrap();
        let subnet = subnet.understood().unwrap().unwrap();
        assert_eq!((subnet.region.as_str(), subnet.stack), ("europe-west1", StackType::DualExternal));
        assert_eq!((subnet.overlap, subnet.ipv6_prefix), (false, None));
        assert_eq!(subnet.flow_logs.map(|logs| logs.sampling), Some(Sampling::new(0.5)));
        let [secondary] = subnet.secondary.as_slice() else { panic!("{:?}", subnet.secondary) };
        assert_eq!((secondary.name.as_str(), &secondary.raw), ("a", &range));
    }
}
