//! Regional forwarding rules: external ones, which lead to a target pool, and internal ones of passthrough load balancers, which
//! take an address of a subnet. The data plane does not look at them.

pub(crate) mod address;
pub(crate) mod delete;
pub(crate) mod insert;
mod internal;
mod labels;
mod ports;
pub(crate) mod read;
mod rules;

use crate::evidence::Evidence;
use crate::resources::kind::{Method, ResourceKind};

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::mutation(
        "compute.forwardingRules.setLabels",
        "POST",
        "regions/{region}/forwardingRules/{forwardingRule}/setLabels",
        labels::check,
    )
    .takes(
        0,
        0,
        Evidence::Recorded,
        "k8s-config-connector HTTP logs (apigeeendpointattachment-basic): DONE in the reply",
    ),
    Method::read("compute.forwardingRules.list", "regions/{region}/forwardingRules", read::list),
    Method::read("compute.forwardingRules.aggregatedList", "aggregated/forwardingRules", read::aggregated),
    Method::read(
        "compute.forwardingRules.get",
        "regions/{region}/forwardingRules/{forwardingRule}",
        read::get,
    ),
    Method::mutation(
        "compute.forwardingRules.insert",
        "POST",
        "regions/{region}/forwardingRules",
        insert::check,
    )
    .takes(3_000, 10_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.forwardingRules.delete",
        "DELETE",
        "regions/{region}/forwardingRules/{forwardingRule}",
        delete::check,
    )
    .takes(3_000, 10_000, Evidence::Assumed, "no figure found"),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind {
    methods: METHODS,
    services: &[],
    rules: rules::RULES,
    dump: &[("forwardingRules", read::all)],
};
