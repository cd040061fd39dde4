//! Admin calls on the rules by which calls go wrong.

use serde_json::{Value, json};

use super::{AdminError, OneOrMany, decode};
use crate::engine::World;
use crate::faults::{Faults, Rule};

impl World {
    /// The rules by which calls go wrong, with how often each was met and fired.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The rules by which calls go wrong, to add to and to clear.
    pub fn faults_mut(&mut self) -> &mut Faults {
        &mut self.faults
    }
}

/// Adds one rule or several, or none of them if one is bad.
pub(super) fn add(world: &mut World, body: &[u8]) -> Result<Value, AdminError> {
    let rules = match decode::<OneOrMany<Rule>>(body)? {
        OneOrMany::Many(rules) => rules,
        OneOrMany::One(rule) => vec![rule],
    };
    let mut faults = world.faults.clone();
    for rule in rules {
        faults.add(rule)?;
    }
    world.faults = faults;
    Ok(json!({}))
}

/// All rules, and those that never fired.
pub(super) fn list(world: &World) -> Value {
    let rules: Vec<Value> = world.faults.iter().map(|counted| json!(counted)).collect();
    let idle: Vec<Value> = world.faults.idle().map(|counted| json!(counted)).collect();
    json!({ "rules": rules, "idle": idle })
}

pub(super) fn clear(world: &mut World) -> Value {
    world.faults.clear();
    json!({})
}
