//! Routes, as they are deleted; none is ever created here.

use ipnet::Ipv4Net;

use super::Row;
use crate::snapshot::Part;
use crate::vocabulary::VmRef;

/// The properties of all routes. Operations have to be read back too, as an insert in flight may make a route anew.
pub(super) const ROW: Row = Row {
    collection: Some("routes"),
    noun: "route",
    label: "route",
    is_in_network: false,
    shows_in: &[Part::Operations, Part::Traffic],
};

/// The traffic of a route that is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Traffic {
    /// The traffic to the pods of one node.
    Pods {
        /// The node's pod range, which is the destination of the route.
        range: Ipv4Net,
        /// The node's VM, which is its next hop.
        vm: VmRef,
    },
    /// The traffic to the internet, from a VPC that is being deleted.
    Internet,
}
