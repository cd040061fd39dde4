//! Admin calls on the rules by which calls go wrong.

use serde_json::{Value, json};

use super::{AdminError, decode_each};
use crate::engine::token;
use crate::faults::{BadRule, Fault, Rule, is_list};
use crate::resources::calls;
use crate::state::State;
use crate::state::requests::CallKind;

/// A body of this kind.
const RULE: &str =
    "{method: compute.routes.delete, nth: 2, fault: {refuse: {status: 503, reason: backendError}}}";

/// Whether there is a method that a rule can fire at.
pub(crate) fn check(rule: &Rule) -> Result<(), BadRule> {
    rule.check_numbers()?;
    let token = std::iter::once((token::METHOD, CallKind::Token));
    let named: Vec<(&str, CallKind)> = calls().chain(token).filter(|(id, _)| rule.names(id)).collect();
    if named.is_empty() {
        return Err(BadRule::Method(rule.method.clone()));
    }
    let refuse = |fault, needed| BadRule::Fault { fault, method: rule.method.clone(), needed };
    let operations = "a mutation of Compute";
    // Compute alone has operations.
    let starts_one = named.iter().any(|(id, kind)| *kind == CallKind::Mutation && id.starts_with("compute."));
    match &rule.fault {
        Fault::FailOperation(_) if !starts_one => Err(refuse("failOperation", operations)),
        Fault::DelayOperation(_) if !starts_one => Err(refuse("delayOperation", operations)),
        Fault::ShortPage(_) if !named.iter().any(|(id, _)| is_list(id)) => {
            Err(refuse("shortPage", "a list of Compute"))
        }
        _ => Ok(()),
    }
}

/// Adds one rule or several, or none of them if one is bad.
pub(super) fn add(state: &mut State, body: &[u8]) -> Result<Value, AdminError> {
    let rules: Vec<Rule> = decode_each(body, RULE)?;
    rules.iter().try_for_each(check)?;
    rules.into_iter().for_each(|rule| state.faults.add(rule));
    Ok(json!({}))
}

/// All rules, and those that never fired.
pub(super) fn list(state: &State) -> Value {
    let rules: Vec<Value> = state.faults.iter().map(|counted| json!(counted)).collect();
    let idle: Vec<Value> = state.faults.idle().map(|counted| json!(counted)).collect();
    json!({ "rules": rules, "idle": idle })
}

pub(super) fn clear(state: &mut State) -> Value {
    state.faults.clear();
    json!({})
}
