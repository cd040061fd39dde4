//! Pods of the shoot, as far as they show whether their node can be reached.

use jiff::Timestamp;

use crate::vocabulary::Cadence;

/// A pod on a node that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pod {
    /// The namespace.
    pub namespace: String,
    /// The name, unique in the namespace at a time.
    pub name: String,
    /// The identity, which no other pod ever has; empty if the API does not say.
    pub uid: String,
    /// The name of its Node.
    pub node: String,
    /// Whether it has the node's address instead of one of the node's pod range: it shows nothing of the range then.
    pub host_network: bool,
    /// The instant at which it was made; `None`: the API does not say.
    pub created: Option<Timestamp>,
    /// The instant since which it is ready; `None`: it is not.
    pub ready_since: Option<Timestamp>,
    /// The places where it answers to HTTP, as far as its spec says, in this order: readiness probes, liveness probes, ports called
    /// `metrics`.
    pub endpoints: Vec<Endpoint>,
    /// The slowest of the probes by which its kubelet measures it over the network, be it HTTP, TCP or gRPC; `None`: there is none, or
    /// readiness depends on something else too, such as a command or a readiness gate.
    pub measured: Option<Cadence>,
    /// Whether the shoot's API reaches all nodes through this pod: it belongs to the VPN.
    pub vpn: bool,
    /// Whether it is being deleted.
    pub going: bool,
}

/// A place where a pod answers to HTTP.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// Whether it speaks TLS.
    pub tls: bool,
    /// The port.
    pub port: u16,
    /// The path, possibly with a query; begins with `/`.
    pub path: String,
}

/// What the events with the reason `Unhealthy` tell of a pod: its kubelet saw a probe fail.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unhealthy {
    /// The identity of the pod.
    pub uid: String,
    /// The last instant at which a probe failed; `None`: no event says when.
    pub last: Option<Timestamp>,
    /// How often that was told, over all its events.
    pub count: u64,
}
