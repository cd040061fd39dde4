//! Batches: `POST /batch/compute/v1`, several requests in one body of type `multipart/mixed`, each answered by itself.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, Response};

use crate::api::error::ApiError;
use crate::api::wire::{header, json_response};

/// Boundary between the parts of an answer.
const BOUNDARY: &str = "batch_fake_gcp";

/// Largest number of requests in a batch.
const MAX: usize = 1_000;

/// One request of a batch, with the `Content-ID` of its part.
pub(crate) struct Part {
    id: Option<String>,
    /// Request as it would come by itself.
    pub(crate) request: Request<Bytes>,
}

/// Whether a request is a batch for Compute.
pub(crate) fn is_batch(request: &Request<Bytes>) -> bool {
    let path = request.uri().path();
    request.method() == http::Method::POST && (path == "/batch" || path.starts_with("/batch/"))
}

/// The requests of a batch. Those without credentials have those of the whole.
pub(crate) fn parts(batch: &Request<Bytes>) -> Result<Vec<Part>, ApiError> {
    let refuse = |why: &str| ApiError::parse_error(why);
    let kind = header(batch, CONTENT_TYPE).unwrap_or_default();
    let boundary = kind.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
    let boundary =
        boundary.ok_or_else(|| refuse("the content type must be multipart/mixed with a boundary"))?;
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let text = std::str::from_utf8(batch.body()).map_err(|_| refuse("the batch is no text"))?;
    let text = text.replace("\r\n", "\n");
    let inner = text.split(delimiter.as_str()).skip(1).take_while(|part| !part.starts_with("--"));
    let parts: Vec<Part> = inner.map(|part| one(batch, part)).collect::<Result<_, _>>()?;
    match parts.len() {
        0 => Err(refuse("the batch has no request")),
        1..=MAX => Ok(parts),
        _ => Err(refuse("the batch has more than 1000 requests")),
    }
}

fn one(batch: &Request<Bytes>, text: &str) -> Result<Part, ApiError> {
    let refuse = || ApiError::parse_error("a part of the batch is no HTTP request");
    let (outer, inner) = text.trim_start().split_once("\n\n").ok_or_else(refuse)?;
    let id = outer.lines().filter_map(|line| line.split_once(':'));
    let mut id = id.filter(|(name, _)| name.eq_ignore_ascii_case("content-id"));
    let (head, body) = inner.split_once("\n\n").unwrap_or((inner.trim_end(), ""));
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, url) = (words.next().unwrap_or_default(), words.next().ok_or_else(refuse)?);
    // A whole URL and a path mean the same here.
    let path = url
        .split_once("://")
        .map_or(url, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"));
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        request = request.header(name.trim(), value.trim());
    }
    let mut request = request.body(Bytes::from(body.trim_end().to_owned())).map_err(|_| refuse())?;
    for (name, value) in batch.headers() {
        if (name == AUTHORIZATION || name == http::header::USER_AGENT)
            && !request.headers().contains_key(name)
        {
            request.headers_mut().insert(name, value.clone());
        }
    }
    if let Some(time) = batch.extensions().get::<crate::auth::CallersTime>() {
        request.extensions_mut().insert(*time);
    }
    Ok(Part { id: id.next().map(|(_, value)| value.trim().to_owned()), request })
}

/// The answer to a batch.
pub(crate) fn answer(replies: &[(Part, Response<Bytes>)]) -> Response<Bytes> {
    let mut body = String::new();
    for (part, reply) in replies {
        let id = part.id.as_ref().map(|id| {
            let id = id.trim_start_matches('<').trim_end_matches('>');
            format!("Content-ID: <response-{id}>\r\n")
        });
        let (status, text) = (reply.status(), String::from_utf8_lossy(reply.body()));
        body += &format!("--{BOUNDARY}\r\nContent-Type: application/http\r\n{}\r\n", id.unwrap_or_default());
        body +=
            &format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or_default());
        body += "Content-Type: application/json; charset=UTF-8\r\n";
        body += &format!("Content-Length: {}\r\n\r\n{text}\r\n", text.len());
    }
    body += &format!("--{BOUNDARY}--\r\n");
    let mut response = json_response(200, &serde_json::Value::Null);
    *response.body_mut() = Bytes::from(body);
    let kind = HeaderValue::from_static("multipart/mixed; boundary=batch_fake_gcp");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// The answer to a batch that cannot be read.
pub(crate) fn refused(error: &ApiError) -> Response<Bytes> {
    json_response(error.status, &error.envelope())
}
