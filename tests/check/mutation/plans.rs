//! Mutants of a plan as a whole: steps that are left out, done twice or moved.

use planner::plan::resource::{Change, Traffic};
use planner::plan::{Action, Step};
use serde_json::Value;

use crate::tree::Tree;

/// What a step does, in the words by which classes of mutants are called.
pub(crate) fn kind(step: &Step) -> String {
    let kind = |object: &planner::plan::resource::ResourceRef| match object.kind.tree() {
        Value::String(kind) => kind,
        other => other.to_string(),
    };
    match &step.action {
        Action::Insert { object, .. } => format!("insert {}", kind(object)),
        Action::Patch { object, change } => match change {
            Change::RoutingMode(_) | Change::Firewall(_) => format!("patch {}", kind(object)),
            Change::Range(_) => "widen subnet".to_owned(),
            Change::Subnet { change, .. } => match change.tree() {
                Value::String(change) => format!("patch subnet {change}"),
                Value::Object(change) => format!("patch subnet {}", change.keys().next().unwrap()),
                other => panic!("{other}"),
            },
        },
        Action::Delete { object, traffic } => match traffic {
            Some(Traffic::Pods { .. }) => "delete route to pods".to_owned(),
            Some(Traffic::Internet) => "delete route to the internet".to_owned(),
            None => format!("delete {}", kind(object)),
        },
        Action::SetNats { .. } => "set nats".to_owned(),
        Action::SetAliases { .. } => "set aliases".to_owned(),
        Action::WriteState(_) => "write state".to_owned(),
        Action::TakeWords { .. } => "take words".to_owned(),
        Action::IgnoreControlPlane { ignore, .. } => format!("ignore control plane {ignore}"),
        Action::ScaleCcm { .. } => "scale ccm".to_owned(),
    }
}

/// The mutants of a plan, each with its class.
pub(crate) fn mutants(steps: &[Step]) -> Vec<(String, Vec<Step>)> {
    let mut found = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        // What is said of the state is different from what is said of all others, and the same for all of these.
        let kind = if matches!(step.action, Action::WriteState(_)) { "write state" } else { "any other" };
        let mut change = |how: &str, change: &dyn Fn(&mut Vec<Step>)| {
            let mut mutant = steps.to_vec();
            change(&mut mutant);
            if !mutant.is_empty() && mutant != steps {
                found.push((format!("{kind}: step {how}"), mutant));
            }
        };
        let waited_for = steps.iter().any(|other| other.needs.contains(&step.id));
        if waited_for {
            change("left out, and others wait for it", &|steps| {
                steps.remove(index);
            });
        }
        change("left out", &|steps| {
            steps.remove(index);
            for other in steps {
                other.needs.retain(|need| *need != step.id);
            }
        });
        change("done twice", &|steps| steps.insert(index, step.clone()));
        change("first of all", &|steps| {
            let step = steps.remove(index);
            steps.insert(0, step);
        });
        change("last of all", &|steps| {
            let step = steps.remove(index);
            steps.push(step);
        });
    }
    found
}
