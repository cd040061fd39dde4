//! The log of calls.

use bytes::Bytes;
use http::Request;
use http::header::USER_AGENT;

use crate::api::wire::header;
use crate::state::State;
use crate::state::requests::CallKind;
use crate::state::requests::Entry;

/// The end of a call, for the log.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Name of the method, such as `compute.routes.list`.
    pub(crate) method: &'static str,
    /// CallKind of the call.
    pub(crate) kind: CallKind,
    /// HTTP status of the reply.
    pub(crate) status: u16,
    /// Name of the operation that the call started.
    pub(crate) operation: Option<String>,
}

/// Adds a call to the log.
pub(crate) fn log(state: &mut State, request: &Request<Bytes>, outcome: Outcome) {
    let entry = Entry {
        seq: state.requests.next_seq(),
        at: state.now,
        method: outcome.method.to_owned(),
        http_method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: without_token(request.uri().query().unwrap_or_default()),
        user_agent: header(request, USER_AGENT).unwrap_or_default().to_owned(),
        kind: outcome.kind,
        status: outcome.status,
        operation: outcome.operation,
    };
    state.requests.push(entry, state.settings.keep);
}

/// A query without the credentials that may stand in it.
fn without_token(query: &str) -> String {
    let parts = query.split('&').filter(|part| !part.starts_with("access_token="));
    parts.collect::<Vec<_>>().join("&")
}
