//! External VPN gateways: the other end of a VPN, as a description. Tunnels are not modelled, so nothing uses one.

mod change;
mod gateway;
mod insert;
mod read;

use crate::evidence::Evidence::{self, Assumed, Recorded};
use crate::evidence::{NONE, Rule, rule};
use crate::resources::kind::{Method, ResourceKind};

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::read("compute.externalVpnGateways.list", "global/externalVpnGateways", read::list),
    Method::read(
        "compute.externalVpnGateways.get",
        "global/externalVpnGateways/{externalVpnGateway}",
        read::get,
    ),
    Method::mutation(
        "compute.externalVpnGateways.insert",
        "POST",
        "global/externalVpnGateways",
        insert::check,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.externalVpnGateways.setLabels",
        "POST",
        "global/externalVpnGateways/{externalVpnGateway}/setLabels",
        change::check_labels,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.externalVpnGateways.delete",
        "DELETE",
        "global/externalVpnGateways/{externalVpnGateway}",
        change::check_delete,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
];

const RULES: &[Rule] = &[
    rule(
        Recorded,
        "externalVpnGateways: operationType is compute.externalVpnGateways.insert and delete; fields as printed",
        "k8s-config-connector HTTP logs (computeexternalvpngateway)",
    ),
    rule(
        Assumed,
        "the number of interfaces must be that of the redundancyType: 1, 2 or 4, with ids from 0 on",
        NONE,
    ),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind {
    methods: METHODS,
    services: &[],
    rules: RULES,
    dump: &[("externalVpnGateways", read::all)],
};
