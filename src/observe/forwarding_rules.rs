//! Forwarding rules, the fronts of load balancers: `compute#forwardingRule`.

use planner::snapshot::PassthroughRules;
use planner::text::chain;
use planner::vocabulary::Region;
use serde::Deserialize;

use crate::gcp::types::ResourceUrl;
use crate::gcp::{Class, Compute, Error, Extent, Path, Query};

/// The name of the collection in paths.
const COLLECTION: &str = "forwardingRules";

/// The scheme of internal passthrough load balancers; proxies have other schemes.
const PASSTHROUGH: &str = "INTERNAL";

/// A forwarding rule, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Wire {
    pub(super) self_link: ResourceUrl,
    /// The description, in which the cloud-controller-manager names the Service.
    pub(super) description: String,
    /// The scheme, `INTERNAL`, `EXTERNAL`, …
    load_balancing_scheme: String,
    /// The network of an internal rule.
    pub(super) network: Option<ResourceUrl>,
    /// The subnetwork that the address of an internal rule is taken from.
    pub(super) subnetwork: Option<ResourceUrl>,
    /// The resource behind the rule, e.g. a target pool.
    pub(super) target: Option<ResourceUrl>,
}

/// The forwarding rules of `region`.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn in_region(compute: &Compute, region: &Region) -> Result<Vec<Wire>, Error> {
    compute.list(&Path::region(region, COLLECTION), &Query::default()).await
}

/// The number of rules of internal passthrough load balancers in `network`, in all regions. Beyond a published number of them in a VPC,
/// connectivity may suffer while ranges of a subnet overlap routes. Credentials that may not list them are no reason not to migrate.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn passthrough(compute: &Compute, network: &str) -> Result<PassthroughRules, Error> {
    let network = compute.network_url(network);
    let rules = compute.aggregated::<Wire>(COLLECTION, &Query::default(), Extent::Everywhere).await;
    let rules = match rules {
        Err(error) if error.class() == Class::Forbidden => {
            tracing::warn!(error = %chain(&error), "cannot count the rules of internal load balancers");
            return Ok(PassthroughRules::Denied);
        }
        rules => rules?,
    };
    let counts = |rule: &&Wire| {
        rule.load_balancing_scheme == PASSTHROUGH
            && rule.network.as_ref().is_some_and(|of| of.same_as(&network))
    };
    Ok(PassthroughRules::Counted(rules.iter().filter(counts).count()))
}
