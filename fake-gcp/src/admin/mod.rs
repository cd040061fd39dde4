//! The API under `/_fake/`, by which a world is set up and looked into. It needs no credentials, and is strict in what it
//! reads, with errors that name the place.

pub(crate) mod faults;
pub mod fixture;
mod governance;
mod inspect;
mod resources;
mod setup;

use bytes::Bytes;
use http::{Request, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::query::Query;
use crate::api::wire::json_response;
use crate::state::State;

/// Reason why a request cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The call does not exist.
    #[error("no admin call {method} {path}; known: {known}")]
    Unknown {
        /// HTTP method.
        method: String,
        /// Path of the request.
        path: String,
        /// All calls that there are, in words.
        known: &'static str,
    },
    /// The project with this id does not exist.
    #[error("no project '{0}': add it to a fixture first")]
    Project(String),
    /// The body cannot be decoded.
    #[error("the body cannot be read: {0}")]
    Body(String),
    /// The body cannot be decoded; the call has an example.
    #[error("the body cannot be read: {why}; one that can, alone or in a list: {example}")]
    Example {
        /// Field that is wrong, and how.
        why: String,
        /// Body that is right.
        example: &'static str,
    },
    /// The call has no query parameter of this name.
    #[error("no query parameter '{name}'; known: {known}")]
    UnknownParameter {
        /// Name as it was sent.
        name: String,
        /// All parameters that the call has, in words.
        known: String,
    },
    /// A query parameter cannot be read.
    #[error("query parameter {parameter}={value}: {why}")]
    Parameter {
        /// Name of the parameter.
        parameter: &'static str,
        /// Value of the parameter, as it was sent.
        value: String,
        /// Form that it must have.
        why: &'static str,
    },
    /// No modelled call needs a permission of this name.
    #[error("missing: no modelled call needs a permission '{0}'")]
    Permission(String),
    /// A rule of faults could never fire.
    #[error(transparent)]
    Fault(#[from] crate::faults::BadRule),
    /// The body is well-formed but does not fit the world.
    #[error(transparent)]
    Fixture(#[from] fixture::FixtureError),
}

const KNOWN: &str = "POST fixture, POST keys, POST tokens, POST watch, POST instances, POST faults, GET faults, DELETE faults, POST permissions, GET permissions, POST services, POST policies, POST limits, GET snapshot, \
    GET projects/{project}/resources, GET ledger, GET reach, GET requests, \
    GET operations, GET clock, POST clock (manual clock of the server only)";

/// Answers a request.
pub(crate) fn handle(state: &mut State, request: &Request<Bytes>) -> Response<Bytes> {
    match route(state, request) {
        Ok(body) => json_response(200, &body),
        Err(error) => {
            let absent = matches!(error, AdminError::Unknown { .. } | AdminError::Project(_));
            let status = if absent { 404 } else { 400 };
            json_response(status, &json!({ "error": { "code": status, "message": error.to_string() } }))
        }
    }
}

fn route(state: &mut State, request: &Request<Bytes>) -> Result<Value, AdminError> {
    let path = request.uri().path();
    let query = Query::parse(request.uri().query());
    let body = request.body();
    let path_below = path.trim_start_matches("/_fake").trim_matches('/');
    check_parameters(path_below, &query)?;
    match (request.method().as_str(), path_below) {
        ("POST", "fixture") => setup::fixture(state, body),
        ("POST", "keys") => setup::keys(state, body),
        ("POST", "tokens") => setup::tokens(state, body),
        ("POST", "watch") => setup::watch(state, body),
        ("POST", "instances") => setup::instances(state, body),
        ("POST", "faults") => faults::add(state, body),
        ("GET", "faults") => Ok(faults::list(state)),
        ("DELETE", "faults") => Ok(faults::clear(state)),
        ("POST", "permissions") => governance::permissions(state, body),
        ("POST", "services") => governance::services(state, body),
        ("POST", "policies") => governance::policies(state, body),
        ("POST", "limits") => governance::limits(state, body),
        ("GET", "permissions") => Ok(json!({ "permissions": state.governance.permissions.lacks() })),
        ("GET", "snapshot") => Ok(inspect::snapshot(state)),
        ("GET", "ledger") => Ok(json!(state.ledger())),
        ("GET", "reach") => inspect::reach(state, &query),
        ("GET", "requests") => inspect::requests(state, &query),
        ("GET", "operations") => Ok(inspect::operations(state)),
        ("GET", "clock") => Ok(json!({ "now": state.now() })),
        ("GET", path) if project_of(path).is_some() => {
            inspect::resources(state, project_of(path).unwrap_or_default())
        }
        (method, _) => {
            Err(AdminError::Unknown { method: method.to_owned(), path: path.to_owned(), known: KNOWN })
        }
    }
}

/// Refuses query parameters that a call does not have.
fn check_parameters(path: &str, query: &Query) -> Result<(), AdminError> {
    let known: &[&str] = match path {
        "reach" => &["project", "zone", "instance", "range"],
        "requests" => &["agent", "since", "entries"],
        _ => &[],
    };
    match query.names().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Err(AdminError::UnknownParameter { name: name.to_owned(), known })
        }
    }
}

/// The project of `projects/{project}/resources`.
fn project_of(path: &str) -> Option<&str> {
    path.strip_prefix("projects/")?.strip_suffix("/resources")
}

/// Decodes YAML or JSON (which is YAML), strictly.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, AdminError> {
    serde_saphyr::from_slice(body).map_err(|error| AdminError::Body(error.to_string()))
}

/// Decodes one value or a list of them. What is wrong is told with an example of one that is right.
fn decode_each<T: DeserializeOwned>(body: &[u8], example: &'static str) -> Result<Vec<T>, AdminError> {
    // Which of both it is is seen first, so that an error is about a field of it.
    let is_list = serde_saphyr::from_slice::<Value>(body).is_ok_and(|value| value.is_array());
    let decoded = match is_list {
        true => serde_saphyr::from_slice(body),
        false => serde_saphyr::from_slice(body).map(|one| vec![one]),
    };
    decoded.map_err(|error| AdminError::Example { why: error.to_string(), example })
}
