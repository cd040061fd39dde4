//! Steps and their names as trees. A name is the text by which people know the step.

use planner::plan::resource::FirewallRole;
use planner::plan::{Reason, Step, StepId, StepPart};
use planner::vocabulary::{Milestone, Purpose, VmRef};
use serde_json::{Value, json};

use super::{Parts, Tree, object};

impl Tree for Step {
    fn tree(&self) -> Value {
        // The reasons are texts for people.
        let Self { id, action, why: _, needs, changes: _ } = self;
        object([("id", id.tree()), ("action", action.tree()), ("needs", needs.tree())])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 3)?;
        Some(Self {
            id: parts.get("id")?,
            action: parts.get("action")?,
            why: Reason::Missing,
            needs: parts.get("needs")?,
            changes: Vec::new(),
        })
    }
}

impl Tree for StepId {
    fn tree(&self) -> Value {
        json!(self.to_string())
    }

    fn of(tree: &Value) -> Option<Self> {
        let text = tree.as_str()?;
        let (first, rest) = text.split_once('/').map_or((text, None), |(first, rest)| (first, Some(rest)));
        if let Some(milestone) = Milestone::named(first) {
            return Some(Self::Migration(milestone, part(rest)));
        }
        Some(match (first, rest) {
            ("state", None) => Self::State,
            ("service-account", None) => Self::ServiceAccount,
            ("network", None) => Self::Network,
            ("subnet", Some("nodes/flow-logs")) => Self::FlowLogs,
            ("subnet", Some(purpose)) => {
                Self::Subnet(Purpose::ALL.into_iter().find(|known| known.as_str() == purpose)?)
            }
            ("router", None) => Self::Router,
            ("nat", None) => Self::Nat,
            ("firewall", None) => Self::Firewalls,
            ("firewall", Some(name)) => FirewallRole::ALL
                .into_iter()
                .find(|role| role.as_str() == name)
                .map_or_else(|| Self::FirewallRule(name.into()), Self::Firewall),
            ("route", Some(name)) => Self::Route(name.into()),
            ("repair", Some(vm)) => {
                let (zone, name) = vm.split_once('/')?;
                Self::Repair(VmRef { zone: zone.into(), name: name.into() })
            }
            ("put-off", None) => Self::PutOff,
            _ => return None,
        })
    }
}

fn part(text: Option<&str>) -> StepPart {
    match text {
        None => StepPart::Whole,
        Some("flag-first") => StepPart::FlagFirst,
        Some("settle") => StepPart::Settle,
        Some("record") => StepPart::Record,
        Some("words") => StepPart::Words,
        Some("ignore") => StepPart::Ignore,
        Some("scale") => StepPart::Scale,
        Some("releasing") => StepPart::Releasing,
        Some("release") => StepPart::Release,
        Some("released") => StepPart::Released,
        Some(text) => match text.split_once('/') {
            Some((zone, name)) => StepPart::Vm(VmRef { zone: zone.into(), name: name.into() }),
            None => match Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == text) {
                Some(purpose) => StepPart::Subnet(purpose),
                None => StepPart::Route(text.into()),
            },
        },
    }
}
