//! Nodes of the shoot, as its own API shows them. The shoot's users can write them: what counts of one is the planner's to judge.

use ipnet::Ipv4Net;

use crate::vocabulary::VmRef;

/// A Node of the shoot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    /// The name, unique in the shoot; that of the VM where nobody lies.
    pub name: String,
    /// The VM that the Node says it is (`spec.providerID`); `None`: it says none yet, one of another project, or something that is no
    /// VM of Google's.
    pub vm: Option<VmRef>,
    /// The IPv4 range of the Node's pods; `None`: it has none yet.
    pub pod_range: Option<Ipv4Net>,
    /// The worker pool; `None`: the Node names none.
    pub pool: Option<String>,
    /// Whether the kubelet says that it is ready.
    pub ready: bool,
    /// Whether new pods may come to it: it is not cordoned, and the autoscaler does not take it away.
    pub schedulable: bool,
    /// Whether the Node is being deleted.
    pub going: bool,
    /// The image of the operating system, as the kubelet spells it, e.g. `Garden Linux 1877.4`; may be empty.
    pub image: String,
    /// Whether the guest leaves alias ranges alone.
    pub guest: Guest,
    /// Whether nothing of the Node could be read but its name, and where that is empty not even that: it may be any Node that nobody has
    /// seen, and have any range.
    pub unreadable: bool,
}

impl Node {
    /// A Node of which nothing but the name could be read, if that.
    pub fn unreadable(name: String) -> Self {
        Self {
            name,
            vm: None,
            pod_range: None,
            pool: None,
            ready: false,
            schedulable: false,
            going: false,
            image: String::new(),
            guest: Guest::Unknown,
            unreadable: true,
        }
    }
}

/// Whether Google's guest agent on a node is told to leave alias ranges alone: otherwise it makes a local route of each, and the node's
/// pods are cut off.
///
/// A file on disk proves nothing of an agent that has not read it since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Guest {
    /// The applied configuration has the file that says so.
    AliasesOff,
    /// The applied configuration lacks it, or the file says something else.
    Lacking,
    /// The present configuration was not applied yet; what the applied one says is not known.
    NotApplied,
    /// The configuration could not be read.
    Unknown,
    /// Nobody asked.
    #[default]
    Unread,
}
