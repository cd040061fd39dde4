//! The place where tests look at requests and spoil them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

/// A request, as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Instant of arrival, by the seed's clock.
    pub at: Timestamp,
    /// HTTP method, upper case.
    pub method: String,
    /// Path without query.
    pub path: String,
    /// Decoded query.
    pub query: BTreeMap<String, String>,
    /// JSON body; null if there is none.
    pub body: Value,
}

/// The fate of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The request is answered as usual.
    Pass,
    /// The request has no effect; the answer is a `Status` with this code and reason.
    Fail(u16, String),
    /// The request asks what its sender may do, and the answer is that it may not; any other is answered as usual.
    Deny,
    /// The request has no effect, and the connection breaks.
    DropRequest,
    /// The request has its effect, but the connection breaks before the answer.
    DropReply,
    /// The request has no effect and is never answered.
    Hang,
}

/// A request and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// The request, as it arrived.
    pub call: Call,
    /// HTTP status of the answer; `None` if there was none.
    pub status: Option<u16>,
}

/// The connection broke, as the hook demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("connection broken {}", if *.sent { "after the request was served" } else { "before the request was served" })]
pub struct Broken {
    /// Whether the request had its effect.
    pub sent: bool,
}
