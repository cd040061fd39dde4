//! Firewall rules. The data plane does not look at them.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod patch;
pub(crate) mod protocols;
pub(crate) mod read;
pub(crate) mod sources;

use crate::evidence::Evidence;
use crate::resources::kind::{Method, On, ResourceKind};

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::read("compute.firewalls.list", "global/firewalls", read::list),
    Method::read("compute.firewalls.get", "global/firewalls/{firewall}", read::get),
    Method::mutation("compute.firewalls.insert", "POST", "global/firewalls", insert::check)
        .takes(5_000, 15_000, Evidence::Assumed, "no figure found")
        .along(&[("compute.networks.updatePolicy", On::Network)]),
    Method::mutation("compute.firewalls.patch", "PATCH", "global/firewalls/{firewall}", patch::check)
        .takes(5_000, 15_000, Evidence::Assumed, "no figure found")
        .along(&[("compute.networks.updatePolicy", On::Network)]),
    Method::mutation("compute.firewalls.update", "PUT", "global/firewalls/{firewall}", patch::check_update)
        .takes(5_000, 15_000, Evidence::Assumed, "no figure found")
        .along(&[("compute.networks.updatePolicy", On::Network)]),
    Method::mutation("compute.firewalls.delete", "DELETE", "global/firewalls/{firewall}", delete::check)
        .takes(17_000, 27_000, Evidence::SecondHand, "17 to 27 s")
        .along(&[("compute.networks.updatePolicy", On::Network)]),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: METHODS, services: &[], rules: &[], dump: &[("firewalls", read::all)] };
