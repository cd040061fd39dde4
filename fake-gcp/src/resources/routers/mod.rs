//! Cloud routers with their NATs. BGP is kept as it was sent, NATs are checked; neither has an effect on the data plane.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod nat;
pub(crate) mod patch;
pub(crate) mod read;
mod rules;
pub mod status;

use crate::evidence::Evidence;
use crate::resources::kind::{Method, ResourceKind};

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::mutation(
        "compute.routers.update",
        "PUT",
        "regions/{region}/routers/{router}",
        patch::check_update,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::read("compute.routers.list", "regions/{region}/routers", read::list),
    Method::read("compute.routers.get", "regions/{region}/routers/{router}", read::get),
    Method::read("compute.routers.aggregatedList", "aggregated/routers", read::aggregated),
    Method::read(
        "compute.routers.getRouterStatus",
        "regions/{region}/routers/{router}/getRouterStatus",
        status::get,
    ),
    Method::mutation("compute.routers.insert", "POST", "regions/{region}/routers", insert::check).takes(
        3_000,
        12_000,
        Evidence::Assumed,
        "no figure found",
    ),
    Method::mutation("compute.routers.patch", "PATCH", "regions/{region}/routers/{router}", patch::check)
        .takes(3_000, 15_000, Evidence::Assumed, "no figure found"),
    Method::mutation("compute.routers.delete", "DELETE", "regions/{region}/routers/{router}", delete::check)
        .takes(5_000, 15_000, Evidence::Assumed, "no figure found"),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind {
    methods: METHODS,
    services: &[],
    rules: rules::RULES,
    dump: &[("routers", read::all), ("learnedRoutes", status::as_given)],
};
