//! Admin calls on the rules above resources.
//!
//! `POST permissions` takes one entry or a list, as YAML or JSON. Each replaces the entry of the same caller; without a
//! caller it is for all. An empty list gives everything back:
//!
//! ```yaml
//! caller: fake@p.iam.gserviceaccount.com   # all callers unless given
//! missing: [compute.routes.delete, compute.subnetworks.use]
//! heldOn: {projects/p/regions/europe-west1/subnetworks/nodes: [compute.subnetworks.use]}
//! ```
//!
//! `POST services` says which services are off in a project: `{project: p, disabled: [cloudresourcemanager.googleapis.com]}`.
//!
//! `POST policies` says which constraints are in force in the organisation: `{constraints: [constraints/compute.requireVpcFlowLogs]}`;
//! with a `project` it says so for that project alone, in place of the organisation's.
//!
//! `POST limits` sets some of the limits that the settings have, down to 0; null lifts one: `{firewalls: 0, subnetworks: null}`.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{AdminError, decode, decode_each};
use crate::governance::permissions::Lack;
use crate::governance::policies::Constraint;
use crate::governance::services::Service;
use crate::settings::Limits;
use crate::state::State;

/// A body of this kind.
const LACK: &str = "{missing: [compute.routes.delete]}";

/// Takes permissions away and gives them back; none of them, if one is unknown.
pub(super) fn permissions(state: &mut State, body: &[u8]) -> Result<Value, AdminError> {
    let lacks: Vec<Lack> = decode_each(body, LACK)?;
    let named = lacks.iter().flat_map(|lack| lack.missing.iter().chain(lack.held_on.values().flatten()));
    if let Some(unknown) = named.clone().find(|name| !state.governance.permissions.is_known(name)) {
        return Err(AdminError::Permission(unknown.clone()));
    }
    for lack in lacks {
        state.governance.permissions.set(lack);
    }
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Services {
    project: String,
    disabled: BTreeSet<Service>,
}

/// Switches services off in a project, and all others on.
pub(super) fn services(state: &mut State, body: &[u8]) -> Result<Value, AdminError> {
    let Services { project, disabled } = decode(body)?;
    state.governance.services.set(&project, disabled);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Policies {
    #[serde(default)]
    project: Option<String>,
    constraints: BTreeSet<Constraint>,
}

/// Puts constraints in force, in place of those that were.
pub(super) fn policies(state: &mut State, body: &[u8]) -> Result<Value, AdminError> {
    let Policies { project, constraints } = decode(body)?;
    state.governance.policies.set(project, constraints);
    Ok(json!({}))
}

/// Changes limits; what is not given stays.
pub(super) fn limits(state: &mut State, body: &[u8]) -> Result<Value, AdminError> {
    let changes: Map<String, Value> = decode(body)?;
    let mut limits = json!(state.settings.limits);
    if let Some(map) = limits.as_object_mut() {
        map.extend(changes);
    }
    let limits: Limits =
        serde_json::from_value(limits).map_err(|error| AdminError::Body(error.to_string()))?;
    state.settings.limits = limits;
    Ok(json!(limits))
}
