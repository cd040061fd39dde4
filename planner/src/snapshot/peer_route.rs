//! Routes that come from peers.

use ipnet::Ipv4Net;

/// A route that a peering brings into the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PeerRoute {
    /// The name of the peering.
    pub peering: String,
    /// The range that it leads to.
    pub destination: Ipv4Net,
    /// What made it in the peer's VPC.
    pub kind: PeerRouteKind,
}

/// What made a route in the VPC of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeerRouteKind {
    /// A range of a subnet.
    Subnet,
    /// Somebody, by hand.
    Static,
    /// A Cloud Router that has learned it, or something newer than this program.
    Learned,
}
