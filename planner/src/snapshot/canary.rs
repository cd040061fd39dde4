//! What the canaries of a migration are chosen by and measured with: pods that answer, and looks at them one after the other.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Pod;

/// Pods of the shoot, and which of them can be measured from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pods {
    /// All pods that run on Nodes.
    pub all: Vec<Pod>,
    /// The identities of those that answered through the shoot's API server each time they were asked. Only pods that may serve as
    /// witnesses are asked.
    pub answering: BTreeSet<String>,
}

/// Looks at the canaries that the journal names, and at their controls, in the order of time. They are kept in memory alone: a process
/// that has none measures anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Window {
    /// The looks, the oldest first.
    pub looks: Vec<Look>,
}

/// One look at all Nodes that are measured.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Look {
    /// The instant at which it began.
    pub at: Timestamp,
    /// What was seen, by the name of the Node; `None`: the shoot's API did not tell.
    pub nodes: BTreeMap<String, Option<NodeLook>>,
}

/// What one look saw of a Node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NodeLook {
    /// Whether its kubelet answered through the API server: the way to the node is open.
    pub kubelet: bool,
    /// The pods that are measured and still there, by their identities.
    pub pods: BTreeMap<String, PodLook>,
}

/// What one look saw of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PodLook {
    /// Whether it answered through the API server.
    pub answers: bool,
    /// Whether its kubelet says that it is ready.
    pub ready: bool,
    /// How often its kubelet has told, until this look, that a probe failed.
    pub unhealthy: u64,
}
