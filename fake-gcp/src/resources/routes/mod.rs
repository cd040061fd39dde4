//! Static routes, and those that Google makes.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod internet;
pub(crate) mod read;
pub(crate) mod subnet;
pub(crate) mod warnings;

use crate::evidence::Evidence;
use crate::resources::kind::{Method, On, ResourceKind};

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::read("compute.routes.list", "global/routes", read::list),
    Method::read("compute.routes.get", "global/routes/{route}", read::get),
    Method::mutation("compute.routes.insert", "POST", "global/routes", insert::check)
        .takes(3_000, 6_000, Evidence::SecondHand, "about 4.5 s (kubernetes#38618)")
        .along(&[("compute.networks.updatePolicy", On::Network)]),
    Method::mutation("compute.routes.delete", "DELETE", "global/routes/{route}", delete::check)
        .takes(4_000, 27_000, Evidence::SecondHand, "up to 27 s (opstrace#47)")
        .along(&[("compute.networks.updatePolicy", On::Network)]),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: METHODS, services: &[], rules: &[], dump: &[("routes", read::dump)] };
