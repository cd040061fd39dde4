//! Checks that many kinds share: names, priorities, tiers, and whether a resource may be made.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::state::State;

/// Reads the `name` of a body, which must be there, and of the form that Compute asks for.
pub(super) fn name(body: &Body) -> Result<String, ApiError> {
    let name = body.require("name")?;
    if !reference::is_name(name) {
        let why = "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'";
        return Err(body.invalid("name", why));
    }
    Ok(name.to_owned())
}

/// Priority of a route or a firewall rule that names none.
pub(super) const DEFAULT_PRIORITY: u32 = 1000;

/// Reads the `priority` of a body.
pub(super) fn priority(body: &Body) -> Result<u32, ApiError> {
    let given = body.integer_in("priority", 0..=65_535)?;
    Ok(given.and_then(|priority| u32::try_from(priority).ok()).unwrap_or(DEFAULT_PRIORITY))
}

/// Refuses a new resource: 409 if it exists or is just being made, 400 if another operation on it is in flight.
pub(super) fn require_new(state: &State, target: &str, exists: bool) -> Result<(), ApiError> {
    let being_made =
        state.operations.on(target).is_some_and(|operation| operation.operation_type == "insert");
    if being_made || (exists && state.operations.on(target).is_none()) {
        return Err(ApiError::already_exists(target));
    }
    state.operations.require_idle(target)
}

/// Reads the `networkTier` of a body.
pub(super) fn network_tier(body: &Body) -> Result<&str, ApiError> {
    match body.string("networkTier")? {
        None => Ok("PREMIUM"),
        Some(tier @ ("PREMIUM" | "STANDARD")) => Ok(tier),
        Some(_) => Err(body.invalid("networkTier", "Must be one of [PREMIUM, STANDARD].")),
    }
}
