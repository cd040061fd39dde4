//! The wire that all APIs of the fake share: JSON replies with Google's headers.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::GzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST};
use http::{Request, Response};
use serde_json::Value;

use crate::api::error::ApiError;

/// Status in the log of a call whose connection breaks.
pub(crate) const NO_REPLY: u16 = 0;

/// The mark of a response, among its extensions, that the caller must not get to see: the connection breaks instead. Whoever
/// calls a `World` in process looks for it, as the server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionBreaks;

/// Domain of the hosts of Google's APIs.
const DOMAIN: &str = ".googleapis.com";

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

/// The page by which Google's front end answers a path that no API has.
pub(crate) fn page_not_found(path: &str) -> Response<Bytes> {
    let shown: String = path.chars().filter(|c| !"<>&\"".contains(*c)).collect();
    let page = format!(
        "<!DOCTYPE html>\n<html lang=en>\n  <title>Error 404 (Not Found)!!1</title>\n  <p><b>404.</b> <ins>That’s an error.</ins>\n  \
         <p>The requested URL <code>{shown}</code> was not found on this server.  <ins>That’s all we know.</ins>\n"
    );
    let mut response = json_response(404, &Value::Null);
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("text/html; charset=UTF-8"));
    *response.body_mut() = Bytes::from(page);
    response
}

/// A header of a request, if it is text.
pub(crate) fn header(request: &Request<Bytes>, name: http::HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The host of Google's that a request was sent to, without port; `None`: another one, such as the fake's own.
pub(crate) fn google_host(request: &Request<Bytes>) -> Option<&str> {
    let host = request.uri().host().or_else(|| header(request, HOST)?.split(':').next())?;
    let domain = host.get(host.len().checked_sub(DOMAIN.len())?..)?;
    domain.eq_ignore_ascii_case(DOMAIN).then_some(host)
}

/// Largest size of a body once it is unpacked, in bytes.
const MAX_UNPACKED: u64 = 64 << 20;

/// A request whose body was sent with `Content-Encoding: gzip`, unpacked; `None` for any other. An error if it is no gzip, or
/// too large.
pub(crate) fn unpacked(request: &Request<Bytes>) -> Option<Result<Request<Bytes>, ApiError>> {
    let encoding = header(request, CONTENT_ENCODING)?;
    if !encoding.eq_ignore_ascii_case("gzip") {
        return None;
    }
    let mut body = Vec::new();
    let mut reader = GzDecoder::new(request.body().as_ref()).take(MAX_UNPACKED + 1);
    let read = reader.read_to_end(&mut body);
    if read.is_err() || u64::try_from(body.len()).is_ok_and(|size| size > MAX_UNPACKED) {
        return Some(Err(ApiError::parse_error("the body is no gzip, or has more than 64 MiB")));
    }
    let mut plain = request.clone().map(|_| Bytes::from(body));
    plain.headers_mut().remove(CONTENT_ENCODING);
    Some(Ok(plain))
}
