//! Descriptions of actions, as people read them in plans, events and the log.

use std::cmp::Ordering;

use serde_json::Value;

use super::Action;
use crate::documents::names::{CCM_DEPLOYMENT, CONTROL_PLANE_MANAGED_RESOURCE, MIGRATION_ANNOTATION};
use crate::plan::resource::{Kind, Traffic, ranges};
use crate::vocabulary::POD_RANGE_NAME;

impl Action {
    /// The sign of the action in a list of changes: `+` creates, `~` changes, `-` deletes.
    pub fn sign(&self) -> char {
        match self {
            Self::Insert { .. } => '+',
            // Of the aliases of a VM only that from the pod range comes and goes.
            Self::SetAliases { aliases, .. } if bears_pod_range(aliases) => '+',
            Self::SetAliases { .. } => '-',
            Self::Delete { .. } | Self::TakeWords { .. } => '-',
            Self::SetNats { before, nats, .. } => match nats.len().cmp(&before.len()) {
                Ordering::Greater => '+',
                Ordering::Equal => '~',
                Ordering::Less => '-',
            },
            Self::Patch { .. }
            | Self::WriteState(_)
            | Self::IgnoreControlPlane { .. }
            | Self::ScaleCcm { .. } => '~',
        }
    }

    /// The name of the object that the action changes.
    pub fn target(&self) -> &str {
        match self {
            Self::Insert { object, .. } | Self::Patch { object, .. } | Self::Delete { object, .. } => {
                &object.name
            }
            Self::SetNats { nat, .. } => nat,
            Self::SetAliases { vm, .. } => &vm.name,
            Self::WriteState(_) => "status.state",
            Self::TakeWords { .. } => "Infrastructure",
            Self::IgnoreControlPlane { .. } => CONTROL_PLANE_MANAGED_RESOURCE,
            Self::ScaleCcm { .. } => CCM_DEPLOYMENT,
        }
    }

    /// A description of the change in a few words, e.g. `create the Cloud Router`.
    pub fn summary(&self) -> String {
        match self {
            Self::Insert { body, .. } => body.summary(),
            Self::Patch { change, .. } => change.summary(),
            Self::Delete { traffic: Some(Traffic::Pods { range, vm }), .. } => {
                format!("delete the route for {range} to {}", vm.name)
            }
            Self::Delete { traffic: Some(Traffic::Internet), .. } => {
                "delete the route to the internet".to_owned()
            }
            Self::Delete { object, traffic: None } => match object.kind {
                Kind::Router => "delete the Cloud Router with its NATs".to_owned(),
                kind @ (Kind::Network
                | Kind::Subnet
                | Kind::Firewall
                | Kind::Route
                | Kind::Vm
                | Kind::ServiceAccount) => format!("delete the {}", kind.row().label),
            },
            Self::SetNats { router, .. } => match self.sign() {
                '+' => format!("add it to the NATs of router {}", router.name),
                '-' => format!("take it off the NATs of router {}", router.name),
                _ => format!("change it among the NATs of router {}", router.name),
            },
            Self::SetAliases { nic, aliases, .. } if aliases.is_empty() => {
                format!("remove the alias ranges of {nic}")
            }
            Self::SetAliases { nic, aliases, .. } if !bears_pod_range(aliases) => {
                format!("remove the pod range from the alias ranges of {nic}, and keep {}", ranges(aliases))
            }
            Self::SetAliases { nic, aliases, .. } => {
                format!("set the alias ranges of {nic} to {}", ranges(aliases))
            }
            Self::WriteState(state) => match (state.journal.phase, state.journal.entries.len()) {
                (Some(phase), pending) => format!("write the state: {phase}, {pending} pod range(s) pending"),
                (None, 0) => "write the state: nothing pending".to_owned(),
                (None, pending) => format!("write the state: {pending} pod range(s) pending"),
            },
            Self::TakeWords { words } => {
                format!("remove {words} from the annotation {MIGRATION_ANNOTATION}")
            }
            Self::IgnoreControlPlane { ignore: true, .. } => {
                "have the control plane chart left alone".to_owned()
            }
            Self::IgnoreControlPlane { ignore: false, .. } => {
                "have the control plane chart taken up again".to_owned()
            }
            Self::ScaleCcm { replicas, .. } => format!("scale to {replicas}"),
        }
    }
}

/// Whether one of `aliases` is taken from the secondary range for pods.
fn bears_pod_range(aliases: &[Value]) -> bool {
    aliases.iter().any(|alias| alias["subnetworkRangeName"] == POD_RANGE_NAME)
}
