//! The wire that all APIs of the fake share: JSON replies with Google's headers.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

/// Status in the log of a call whose connection breaks.
pub(crate) const NO_REPLY: u16 = 0;

/// The mark of a response, among its extensions, that the caller must not get to see: the connection breaks instead. Whoever
/// calls a `World` in process looks for it, as the server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionBreaks;

/// What callers without good credentials are told.
const CHALLENGE: &str = "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"";

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
    if status == 401 {
        headers.insert("www-authenticate", http::HeaderValue::from_static(CHALLENGE));
    }
    response
}

/// A header of a request, if it is text.
pub(crate) fn header(request: &Request<Bytes>, name: http::HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}
