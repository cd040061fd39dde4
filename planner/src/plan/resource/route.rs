//! Routes, as they are taken away; none is ever made here.

use ipnet::Ipv4Net;

use super::Row;
use crate::snapshot::Part;
use crate::vocabulary::VmRef;

/// The row of the table. What may make a route anew is read together with the routes.
pub(super) const ROW: Row = Row {
    collection: Some("routes"),
    noun: "route",
    label: "route",
    is_in_network: false,
    shows_in: &[Part::Operations, Part::Traffic],
};

/// The traffic that a route carries which is taken away.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Traffic {
    /// That of the pods of one node.
    Pods {
        /// The node's pod range, which is the destination of the route.
        range: Ipv4Net,
        /// The node's VM, which is its next hop.
        vm: VmRef,
    },
    /// That to the internet, of a VPC that goes.
    Internet,
}
