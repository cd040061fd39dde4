//! Steps of a plan: one effect each, called by a typed name, with the reason why it is wanted.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Action, FieldChange, Reason};
use crate::vocabulary::{Milestone, Purpose, ResourceName, VmRef};

/// What a step is called, unique in a plan. Shown as `M5/ZONE/VM` or `subnet/internal`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepId {
    /// The write of the state, where no milestone gives it a name.
    State,
    /// The service account.
    ServiceAccount,
    /// The VPC.
    Network,
    /// The subnet for this purpose.
    Subnet(Purpose),
    /// The flow logs of the nodes subnet.
    FlowLogs,
    /// The Cloud Router.
    Router,
    /// The NAT on it.
    Nat,
    /// The firewall rules, before it is known which.
    Firewalls,
    /// A firewall rule; one of our own by what follows the Cluster's name.
    Firewall(String),
    /// The route called so, which goes with the shoot.
    Route(ResourceName),
    /// A step of a migration, or the part of one.
    Migration(Milestone, Part),
    /// What cannot be said before the migration is over.
    PutOff,
}

/// The part of a milestone that a step is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All of it.
    Whole,
    /// The record of the instant from which on it settles.
    Settle,
    /// The record of the point of no return.
    Record,
    /// The control plane chart is left alone.
    Ignore,
    /// The cloud-controller-manager is scaled to zero.
    Scale,
    /// The record that the freeze is being taken back.
    Releasing,
    /// The freeze is taken back.
    Release,
    /// The record that it is.
    Released,
    /// This VM's.
    Vm(VmRef),
    /// That of the route called so.
    Route(ResourceName),
}

impl StepId {
    /// A milestone as one step.
    pub fn milestone(milestone: Milestone) -> Self {
        Self::Migration(milestone, Part::Whole)
    }

    /// The milestone, if it is a part of it that is done node by node.
    pub fn of_node(&self) -> Option<Milestone> {
        match self {
            Self::Migration(milestone, Part::Vm(_) | Part::Route(_)) => Some(*milestone),
            _ => None,
        }
    }

    /// The subnet that it is about: what a migration changes is the subnet of the nodes.
    pub fn subnet(&self) -> Option<Purpose> {
        match self {
            Self::Subnet(purpose) => Some(*purpose),
            Self::FlowLogs | Self::Migration(..) => Some(Purpose::Nodes),
            Self::State
            | Self::ServiceAccount
            | Self::Network
            | Self::Router
            | Self::Nat
            | Self::Firewalls
            | Self::Firewall(_)
            | Self::Route(_)
            | Self::PutOff => None,
        }
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State => formatter.write_str("state"),
            Self::ServiceAccount => formatter.write_str("service-account"),
            Self::Network => formatter.write_str("network"),
            Self::Subnet(purpose) => write!(formatter, "subnet/{}", purpose.as_str()),
            Self::FlowLogs => formatter.write_str("subnet/nodes/flow-logs"),
            Self::Router => formatter.write_str("router"),
            Self::Nat => formatter.write_str("nat"),
            Self::Firewalls => formatter.write_str("firewall"),
            Self::Firewall(name) => write!(formatter, "firewall/{name}"),
            Self::Route(name) => write!(formatter, "route/{name}"),
            Self::Migration(milestone, Part::Whole) => milestone.fmt(formatter),
            Self::Migration(milestone, part) => write!(formatter, "{milestone}/{part}"),
            Self::PutOff => formatter.write_str("put-off"),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Settle => formatter.write_str("settle"),
            Self::Record => formatter.write_str("record"),
            Self::Ignore => formatter.write_str("ignore"),
            Self::Scale => formatter.write_str("scale"),
            Self::Releasing => formatter.write_str("releasing"),
            Self::Release => formatter.write_str("release"),
            Self::Released => formatter.write_str("released"),
            Self::Vm(vm) => vm.fmt(formatter),
            Self::Route(name) => formatter.write_str(name),
        }
    }
}

/// As it is shown.
impl Serialize for StepId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One effect, why it is wanted, and what must have succeeded before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// What it is called.
    pub id: StepId,
    /// The effect.
    pub action: Action,
    /// Why it is wanted.
    pub why: Reason,
    /// Steps of the same plan that must have succeeded before.
    pub needs: Vec<StepId>,
    /// The fields that are put right, where it changes something that is there.
    pub changes: Vec<FieldChange>,
}

impl Step {
    /// A step that needs no other.
    pub(super) fn new(id: StepId, action: Action, why: Reason) -> Self {
        Self { id, action, why, needs: Vec::new(), changes: Vec::new() }
    }

    /// The name of what it acts on, for people.
    pub fn target(&self) -> &str {
        self.action.target()
    }

    /// The reason in words: where fields are put right, these fields.
    pub fn why(&self) -> String {
        match self.changes.as_slice() {
            [] => self.why.to_string(),
            changes => changes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        }
    }
}
