//! Steps of a plan. Each has one effect, a typed id and a reason.

use std::fmt;

use serde::{Serialize, Serializer};

use super::resource::FirewallRole;
use super::{Action, FieldChange, Reason};
use crate::vocabulary::{Milestone, Purpose, ResourceName, VmRef};

/// The id of a step, unique in a plan, shown e.g. as `M5/ZONE/VM` or `subnet/internal`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepId {
    /// A write of the state that belongs to no milestone.
    State,
    /// The shoot's service account.
    ServiceAccount,
    /// The shoot's VPC.
    Network,
    /// The subnet for this purpose.
    Subnet(Purpose),
    /// The flow logs of the nodes subnet.
    FlowLogs,
    /// The shoot's Cloud Router.
    Router,
    /// The shoot's NAT on the router.
    Nat,
    /// All firewall rules, in a forecast.
    Firewalls,
    /// The shoot's firewall rule in this role.
    Firewall(FirewallRole),
    /// A firewall rule that is deleted with the shoot, by name.
    FirewallRule(ResourceName),
    /// A route that is deleted with the shoot, by name.
    Route(ResourceName),
    /// The alias of a VM whose node is cut off, beside any migration.
    Repair(VmRef),
    /// A milestone of a migration, or a part of it.
    Migration(Milestone, Part),
    /// An error that is reported after the migration, in a forecast.
    PutOff,
}

/// The part of a milestone that one step carries out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The whole milestone.
    Whole,
    /// The record of the instant from which the settle time counts.
    Settle,
    /// The record of the point of no return.
    Record,
    /// The removal of words that are acted on.
    Words,
    /// The annotations by which the control plane chart is left alone.
    Ignore,
    /// The scaling of the cloud-controller-manager to zero.
    Scale,
    /// The record that the freeze is being taken back.
    Releasing,
    /// The return of the cloud-controller-manager.
    Release,
    /// The record that the freeze has been taken back.
    Released,
    /// The second attempt, with the overlap flag before the IPv6 range of the nodes subnet.
    FlagFirst,
    /// The part for the subnet for this purpose.
    Subnet(Purpose),
    /// The part for this VM.
    Vm(VmRef),
    /// The part for the route of this name.
    Route(ResourceName),
}

impl StepId {
    /// The id of the step that is a whole milestone.
    pub fn milestone(milestone: Milestone) -> Self {
        Self::Migration(milestone, Part::Whole)
    }

    /// Whether the step is `milestone` or a part of it.
    pub fn is_of(&self, milestone: Milestone) -> bool {
        match self {
            Self::Migration(own, _) => *own == milestone,
            Self::State
            | Self::ServiceAccount
            | Self::Network
            | Self::Subnet(_)
            | Self::FlowLogs
            | Self::Router
            | Self::Nat
            | Self::Firewalls
            | Self::FirewallRule(_)
            | Self::Firewall(_)
            | Self::Route(_)
            | Self::Repair(_)
            | Self::PutOff => false,
        }
    }

    /// The milestone, if the step is its part for one node.
    pub fn of_node(&self) -> Option<Milestone> {
        match self {
            Self::Migration(milestone, part) => match part {
                Part::Vm(_) | Part::Route(_) => Some(*milestone),
                Part::Whole
                | Part::FlagFirst
                | Part::Subnet(_)
                | Part::Settle
                | Part::Record
                | Part::Words
                | Part::Ignore
                | Part::Scale
                | Part::Releasing
                | Part::Release
                | Part::Released => None,
            },
            Self::State
            | Self::ServiceAccount
            | Self::Network
            | Self::Subnet(_)
            | Self::FlowLogs
            | Self::Router
            | Self::Nat
            | Self::Firewalls
            | Self::Firewall(_)
            | Self::FirewallRule(_)
            | Self::Route(_)
            | Self::Repair(_)
            | Self::PutOff => None,
        }
    }

    /// The subnet that the step concerns. A migration concerns the nodes subnet.
    pub fn subnet(&self) -> Option<Purpose> {
        match self {
            Self::Subnet(purpose) => Some(*purpose),
            Self::Migration(_, Part::Subnet(purpose)) => Some(*purpose),
            Self::FlowLogs | Self::Migration(..) => Some(Purpose::Nodes),
            Self::State
            | Self::ServiceAccount
            | Self::Network
            | Self::Router
            | Self::Nat
            | Self::Firewalls
            | Self::Firewall(_)
            | Self::FirewallRule(_)
            | Self::Route(_)
            | Self::Repair(_)
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
            Self::Firewall(role) => write!(formatter, "firewall/{}", role.as_str()),
            Self::FirewallRule(name) => write!(formatter, "firewall/{name}"),
            Self::Route(name) => write!(formatter, "route/{name}"),
            Self::Repair(vm) => write!(formatter, "repair/{vm}"),
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
            Self::Words => formatter.write_str("words"),
            Self::Ignore => formatter.write_str("ignore"),
            Self::Scale => formatter.write_str("scale"),
            Self::Releasing => formatter.write_str("releasing"),
            Self::Release => formatter.write_str("release"),
            Self::Released => formatter.write_str("released"),
            Self::FlagFirst => formatter.write_str("flag-first"),
            Self::Subnet(purpose) => formatter.write_str(purpose.as_str()),
            Self::Vm(vm) => vm.fmt(formatter),
            Self::Route(name) => formatter.write_str(name),
        }
    }
}

/// The form is the one of [`Display`](fmt::Display).
impl Serialize for StepId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A step of a plan: one effect with its reason and the steps that it depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// The id, unique in the plan.
    pub id: StepId,
    /// The action, which is carried out as it is.
    pub action: Action,
    /// The reason as a value; [`Step::why`] gives the words.
    pub why: Reason,
    /// The steps of the same plan that must have succeeded before.
    pub needs: Vec<StepId>,
    /// The fields that are corrected; empty unless the step corrects a resource.
    pub changes: Vec<FieldChange>,
}

impl Step {
    /// A step without dependencies.
    pub(super) fn new(id: StepId, action: Action, why: Reason) -> Self {
        Self { id, action, why, needs: Vec::new(), changes: Vec::new() }
    }

    /// The name of the object, for people.
    pub fn target(&self) -> &str {
        self.action.target()
    }

    /// The reason in words; for a correction, the changed fields.
    pub fn why(&self) -> String {
        match self.changes.as_slice() {
            [] => self.why.to_string(),
            changes => changes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        }
    }
}
