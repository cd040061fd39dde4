//! The wire that all APIs of the fake share: JSON replies with Google's headers, and the log of calls.

use bytes::Bytes;
use http::header::USER_AGENT;
use http::{Request, Response};
use serde_json::Value;

use crate::engine::World;
use crate::engine::requests::{Entry, Kind};

/// Status in the log of a call whose connection breaks.
pub(crate) const NO_REPLY: u16 = 0;

/// The mark of a response, among its extensions, that the caller must not get to see: the connection breaks instead. Whoever
/// calls a `World` in process looks for it, as the server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionBreaks;

/// A JSON reply with the headers that Google's front end sends.
pub(crate) fn json_response(status: u16, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() =
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    if status == NO_REPLY {
        response.extensions_mut().insert(ConnectionBreaks);
    }
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-type", "application/json; charset=UTF-8"),
        ("server", "ESF"),
        ("vary", "Origin, X-Origin, Referer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "SAMEORIGIN"),
        ("x-xss-protection", "0"),
    ] {
        headers.insert(name, http::HeaderValue::from_static(value));
    }
    response
}

/// A header of a request, if it is text.
pub(crate) fn header(request: &Request<Bytes>, name: http::HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The end of a call, for the log.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Name of the method, such as `compute.routes.list`.
    pub(crate) method: &'static str,
    /// Kind of the call.
    pub(crate) kind: Kind,
    /// HTTP status of the reply.
    pub(crate) status: u16,
    /// Name of the operation that the call started.
    pub(crate) operation: Option<String>,
}

/// Adds a call to the log.
pub(crate) fn log(world: &mut World, request: &Request<Bytes>, outcome: Outcome) {
    let entry = Entry {
        seq: world.requests.next_seq(),
        at: world.now,
        method: outcome.method.to_owned(),
        http_method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        user_agent: header(request, USER_AGENT).unwrap_or_default().to_owned(),
        kind: outcome.kind,
        status: outcome.status,
        operation: outcome.operation,
    };
    world.requests.push(entry);
}
