//! Disks, as far as an instance needs them: made by themselves or along with an instance, and deleted.

mod delete;
pub(crate) mod disk;
pub(crate) mod insert;
pub(crate) mod read;

use crate::evidence::Evidence::{self, Assumed, Documented};
use crate::evidence::{API, NONE, Rule, rule};
use crate::resources::kind::{Method, ResourceKind};

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::read("compute.disks.list", "zones/{zone}/disks", read::list),
    Method::read("compute.disks.aggregatedList", "aggregated/disks", read::aggregated),
    Method::read("compute.disks.get", "zones/{zone}/disks/{disk}", read::get),
    Method::mutation("compute.disks.insert", "POST", "zones/{zone}/disks", insert::check).takes(
        1_000,
        10_000,
        Evidence::Assumed,
        "no figure found",
    ),
    Method::mutation("compute.disks.delete", "DELETE", "zones/{zone}/disks/{disk}", delete::check).takes(
        1_000,
        10_000,
        Evidence::Assumed,
        "no figure found",
    ),
];

const RULES: &[Rule] = &[
    rule(
        Documented,
        "an instance with initializeParams makes a disk, called as the instance unless diskName says otherwise",
        API,
    ),
    rule(Documented, "a disk with autoDelete goes with its instance; one in use cannot be deleted", API),
    rule(Assumed, "images need not exist; a disk without a size has 10 GB", NONE),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: METHODS, services: &[], rules: RULES, dump: &[("disks", read::all)] };
