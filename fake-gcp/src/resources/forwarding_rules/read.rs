//! The methods `forwardingRules.get`, `list` and `aggregatedList`.

use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::model::forwarding_rules::ForwardingRule;
use crate::model::geography;
use crate::resources::call::{Answer, Call};
use crate::state::State;
use serde_json::Value;

/// The rule that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a ForwardingRule, ApiError> {
    let (region, name) = (call.param("region"), call.param("forwardingRule"));
    let mut rules = state.store.project(call.project).into_iter().flat_map(|p| p.forwarding_rules.values());
    let found =
        rules.find(|rule| rule.region == region && (rule.name == name || rule.id.to_string() == name));
    found.ok_or_else(|| {
        ApiError::not_found(&reference::regional(call.project, region, "forwardingRules", name))
    })
}

fn in_region(state: &State, project: &str, region: &str) -> Vec<Value> {
    let rules =
        state.store.project(project).into_iter().flat_map(|project| project.forwarding_rules.values());
    rules.filter(|rule| rule.region == region).map(|rule| rule.to_json(project)).collect()
}

/// Answers `forwardingRules.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|rule| Answer::Read(rule.to_json(call.project)))
}

/// Answers `forwardingRules.list`: the rules of a region.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let region = call.param("region");
    let path = format!("projects/{}/regions/{region}/forwardingRules", call.project);
    let items = in_region(state, call.project, region);
    list::list(&call.query, "compute#forwardingRuleList", &path, items).map(Answer::Read)
}

/// Answers `forwardingRules.aggregatedList`: the rules of all regions, and the global scope, in which none can be made here.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut scopes = geography::region_scopes(|region| in_region(state, call.project, region));
    scopes.insert(0, ("global".to_owned(), Vec::new()));
    let path = format!("projects/{}/aggregated/forwardingRules", call.project);
    list::aggregated(&call.query, "compute#forwardingRuleAggregatedList", &path, "forwardingRules", scopes)
        .map(Answer::Read)
}

/// All forwarding rules of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.forwarding_rules.values());
    all.map(|one| one.to_json(project)).collect()
}
