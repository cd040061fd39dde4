//! Admin calls that change a world: initial state, keys, tokens, watches.

use serde::Deserialize;
use serde_json::{Value, json};

use super::fixture::{Fixture, InstanceChange, WatchFixture, require_project};
use super::{AdminError, decode, decode_each};
use crate::auth::Caller;
use crate::auth::keys::KeyFixture;
use crate::state::State;

/// A body of this kind.
const CHANGE: &str = "{project: p, zone: europe-west1-b, name: node-1, status: TERMINATED}";

/// A body of this kind.
const WATCH: &str = "{project: p, zone: europe-west1-b, instance: node-1, range: 100.96.0.0/24}";

pub(super) fn fixture(state: &mut State, body: &[u8]) -> Result<Value, AdminError> {
    state.load(&decode::<Fixture>(body)?)?;
    Ok(json!({}))
}

pub(super) fn keys(state: &mut State, body: &[u8]) -> Result<Value, AdminError> {
    let key: KeyFixture = decode(body)?;
    state.load(&Fixture { keys: vec![key], ..Fixture::default() })?;
    Ok(json!({}))
}

pub(super) fn watch(state: &mut State, body: &[u8]) -> Result<Value, AdminError> {
    let watches: Vec<WatchFixture> = decode_each(body, WATCH)?;
    state.load(&Fixture { watches, ..Fixture::default() })?;
    Ok(json!({}))
}

pub(super) fn instances(state: &mut State, body: &[u8]) -> Result<Value, AdminError> {
    let changes: Vec<InstanceChange> = decode_each(body, CHANGE)?;
    for change in &changes {
        state.change_instance(change)?;
    }
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    project: String,
    email: Option<String>,
}

pub(super) fn tokens(state: &mut State, body: &[u8]) -> Result<Value, AdminError> {
    let TokenRequest { project, email } = decode(body)?;
    require_project(&project, "project")?;
    let token = state.ids.token();
    state.store.project_mut(&project);
    let email = email.unwrap_or_else(|| format!("fake@{project}.iam.gserviceaccount.com"));
    let caller = Caller { email, project: Some(project) };
    state.auth.add_token(token.clone(), caller, None);
    Ok(json!({ "token": token }))
}
