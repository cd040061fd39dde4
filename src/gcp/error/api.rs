//! The error answers of the API: their envelope, in both its generations.
//!
//! The classic one is `{"error":{"code","message","errors":[{"reason","domain","message"}]}}`; newer ones add
//! `status` and `details[]` with an `ErrorInfo`. A proxy on the way answers with anything.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use planner::text::{Excerpt, remark};
use serde::Deserialize;
use serde_json::Value;

use super::{Class, constraint};

/// The longest wait that a server can ask for: whoever waits longer has given up long before.
const RETRY_AFTER_LIMIT: Duration = Duration::from_secs(3600);

/// The most bytes of a body that are kept.
const BODY_LIMIT: usize = 2048;

/// An answer with an error status.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// The words for the call: method and path, unless it has others.
    pub call: String,
    /// The HTTP status, as a rule 400 or more.
    pub status: u16,
    /// The first of `errors[].reason`, `details[].reason`, `status` that is there; empty if none is.
    pub reason: String,
    /// The message for people; empty if the body had none.
    pub message: String,
    /// The entries of `errors[]`, as older answers have them.
    pub errors: Vec<ErrorItem>,
    /// The entries of `details[]`, as newer answers have them.
    pub details: Vec<Value>,
    /// The wait that the server asks for, from `Retry-After`; an hour at most.
    pub retry_after: Option<Duration>,
    /// The server's clock when it answered, from the `Date` header.
    pub server_time: Option<Timestamp>,
    /// The start of the body as it came: at most 2 KiB.
    pub body: String,
    /// Whether the body was an envelope with this status, hence an answer of the API and not of a proxy.
    pub from_api: bool,
    /// Whether the request bore a fingerprint, which then may be what was wrong.
    pub bore_fingerprint: bool,
}

/// An entry of `errors[]`.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct ErrorItem {
    /// The reason in one camel-case word: `notFound`.
    pub reason: String,
    /// The domain of the reason: `global`, `usageLimits`, …
    pub domain: String,
    /// The message for people.
    pub message: String,
}

#[derive(Deserialize)]
struct Envelope {
    error: Body,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    code: u16,
    message: String,
    status: String,
    errors: Vec<ErrorItem>,
    details: Vec<Value>,
}

impl ApiError {
    /// Reads an error answer to `call`.
    pub fn read(call: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let envelope = serde_json::from_slice::<Envelope>(body).map(|envelope| envelope.error).ok();
        let from_api = envelope.as_ref().is_some_and(|error| error.code == status.as_u16());
        let error = envelope.unwrap_or_default();
        let server_time = headers.get(header::DATE).and_then(|date| http_date(date.as_bytes()));
        let words = error.errors.iter().map(|item| item.reason.as_str()).chain(infos(&error.details));
        let reason = words.chain([error.status.as_str()]).find(|word| !word.is_empty());
        Self {
            call: call.to_owned(),
            status: status.as_u16(),
            reason: reason.unwrap_or_default().to_owned(),
            retry_after: headers
                .get(header::RETRY_AFTER)
                .and_then(|value| retry_after(value.as_bytes(), server_time)),
            server_time,
            body: String::from_utf8_lossy(body.get(..BODY_LIMIT).unwrap_or(body)).into_owned(),
            message: error.message,
            errors: error.errors,
            details: error.details,
            from_api,
            bore_fingerprint: false,
        }
    }

    /// The error as the answer to a request that bore a fingerprint, or to one that bore none.
    #[must_use]
    pub fn to_fingerprint(self, bore_fingerprint: bool) -> Self {
        Self { bore_fingerprint, ..self }
    }

    /// The kind of error, as far as it changes what to do next.
    pub fn class(&self) -> Class {
        // `reason` may be the envelope's `status`, whose words are coarser than the HTTP status: it only speaks where
        // nothing else does.
        let class = match Class::of(Some(self.status), self.reasons()) {
            Class::Other if self.from_api => match self.status {
                404 => Class::NotFound,
                _ => Class::of(Some(self.status), [self.reason.as_str()]),
            },
            // Whoever stands between here and Google forbids in its own name, and fails preconditions of its own.
            Class::Forbidden | Class::PreconditionFailed if !self.from_api => Class::Other,
            class => class,
        };
        class.told_apart(constraint::of_details(&self.details).is_some(), self.bore_fingerprint)
    }

    /// The constraint of the policy that refuses, as Google names it; for people.
    pub fn constraint(&self) -> Option<&str> {
        let refused = self.class() == Class::Policy;
        refused.then(|| constraint::of_details(&self.details).or(constraint::in_text(&self.message)))?
    }

    /// Whether the limit is the number of operations at the same time, and not of requests per minute.
    pub fn is_concurrency_limit(&self) -> bool {
        self.reasons().any(|reason| reason == "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED")
    }

    fn reasons(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().map(|item| item.reason.as_str()).chain(infos(&self.details))
    }
}

/// The reasons in the `ErrorInfo` among `details`.
fn infos(details: &[Value]) -> impl Iterator<Item = &str> {
    details.iter().filter_map(|detail| detail.get("reason")?.as_str())
}

fn http_date(text: &[u8]) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

/// The wait that `Retry-After` asks for: a number of seconds, or a date, which means something only beside the server's own clock.
fn retry_after(value: &[u8], server_time: Option<Timestamp>) -> Option<Duration> {
    let text = std::str::from_utf8(value).ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds).min(RETRY_AFTER_LIMIT));
    }
    let until = http_date(text.as_bytes())?.duration_since(server_time?);
    Some(Duration::try_from(until).unwrap_or_default().min(RETRY_AFTER_LIMIT))
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: HTTP {}", self.call, self.status)?;
        if !self.reason.is_empty() {
            write!(f, " {}", Excerpt(&self.reason))?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", remark(&self.message))?;
        } else if !self.from_api {
            f.write_str(", not in the API's form: is something between here and Google?")?;
        }
        if let Some(constraint) = self.constraint() {
            write!(f, "; the constraint is {}", Excerpt(constraint))?;
        }
        write!(f, "; {}", self.class().advice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Headers<'a> = &'a [(header::HeaderName, &'a str)];

    fn read(status: u16, body: &str, headers: Headers<'_>) -> ApiError {
        let map = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        ApiError::read("GET x", StatusCode::from_u16(status).unwrap(), &map, body.as_bytes())
    }

    fn classic(status: u16, reason: &str, message: &str) -> String {
        format!(
            r#"{{"error":{{"code":{status},"message":"{message}","errors":[{{"message":"{message}","domain":"global","reason":"{reason}"}}]}}}}"#
        )
    }

    /// The body of an error answer, as newer APIs write it.
    fn newer(status: u16, word: &str, reason: &str) -> String {
        let info = format!(
            r#"{{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"{reason}","domain":"googleapis.com"}}"#
        );
        format!(r#"{{"error":{{"code":{status},"message":"m","status":"{word}","details":[{info}]}}}}"#)
    }

    fn both(reason: &str, info: &str) -> String {
        format!(
            r#"{{"error":{{"code":403,"message":"m","errors":[{{"reason":"{reason}"}}],"details":[{{"reason":"{info}"}}]}}}}"#
        )
    }

    fn bare(status: u16, word: &str) -> String {
        format!(r#"{{"error":{{"code":{status},"message":"m","status":"{word}"}}}}"#)
    }

    #[test]
    fn answers_are_classified_by_status_and_reason() {
        let hides = "10.255.3.0/24 hides the address space of the network (10.255.0.0/17). Cannot change the routing of packets destined for the network.";
        let concurrent = r#"{"error":{"code":403,"message":"Rate Limit Exceeded","errors":[{"domain":"usageLimits","reason":"rateLimitExceeded","message":"Rate Limit Exceeded"}],
            "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CONCURRENT_OPERATIONS_QUOTA_EXCEEDED","domain":"compute.googleapis.com","metadatas":{"containerType":"PROJECT"}}]}}"#;
        let detail_only = r#"{"error":{"code":403,"message":"m","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED"}]}}"#;
        let table: &[(u16, String, Class, &str)] = &[
            (304, String::new(), Class::Unchanged, ""),
            (400, classic(400, "invalid", hides), Class::Invalid, "invalid"),
            (400, classic(400, "required", "Required field 'resource.fingerprint' not specified"), Class::Invalid, "required"),
            (400, classic(400, "badRequest", "m"), Class::Other, "badRequest"),
            (400, classic(400, "resourceNotReady", "The resource 'x' is not ready"), Class::Busy, "resourceNotReady"),
            (400, classic(400, "resourceInUseByAnotherResource", "m"), Class::InUse, "resourceInUseByAnotherResource"),
            (401, classic(401, "authError", "Invalid Credentials"), Class::Unauthenticated, "authError"),
            (403, classic(403, "forbidden", "Required 'compute.networks.get' permission"), Class::Forbidden, "forbidden"),
            (403, classic(403, "accessNotConfigured", "m"), Class::ApiDisabled, "accessNotConfigured"),
            (403, classic(403, "billingNotEnabled", "m"), Class::ApiDisabled, "billingNotEnabled"),
            (403, classic(403, "SERVICE_DISABLED", "m"), Class::ApiDisabled, "SERVICE_DISABLED"),
            (403, classic(403, "BILLING_DISABLED", "m"), Class::ApiDisabled, "BILLING_DISABLED"),
            (403, classic(403, "IAM_PERMISSION_DENIED", "m"), Class::Forbidden, "IAM_PERMISSION_DENIED"),
            (403, classic(403, "quotaExceeded", "Quota 'ROUTES' exceeded. Limit: 300.0"), Class::Quota, "quotaExceeded"),
            (403, classic(403, "rateLimitExceeded", "Quota exceeded for quota group"), Class::Throttled, "rateLimitExceeded"),
            (403, classic(403, "userRateLimitExceeded", "m"), Class::Throttled, "userRateLimitExceeded"),
            (403, classic(403, "limitExceeded", "m"), Class::Quota, "limitExceeded"),
            (403, classic(403, "dailyLimitExceeded", "m"), Class::Quota, "dailyLimitExceeded"),
            (403, classic(403, "servingLimitExceeded", "m"), Class::Throttled, "servingLimitExceeded"),
            (403, classic(403, "concurrentLimitExceeded", "m"), Class::Throttled, "concurrentLimitExceeded"),
            (403, newer(403, "PERMISSION_DENIED", "RESOURCE_QUOTA_EXCEEDED"), Class::Quota, "RESOURCE_QUOTA_EXCEEDED"),
            (403, newer(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), Class::ApiDisabled, "SERVICE_DISABLED"),
            (403, newer(403, "PERMISSION_DENIED", "CONSUMER_INVALID"), Class::ApiDisabled, "CONSUMER_INVALID"),
            (403, newer(403, "PERMISSION_DENIED", "CONSUMER_SUSPENDED"), Class::ApiDisabled, "CONSUMER_SUSPENDED"),
            (403, newer(403, "PERMISSION_DENIED", "SECURITY_POLICY_VIOLATED"), Class::Policy, "SECURITY_POLICY_VIOLATED"),
            (400, newer(400, "FAILED_PRECONDITION", "LOCATION_ORG_POLICY_VIOLATED"), Class::Policy, "LOCATION_ORG_POLICY_VIOLATED"),
            (403, newer(403, "PERMISSION_DENIED", "USER_PROJECT_DENIED"), Class::Forbidden, "USER_PROJECT_DENIED"),
            (401, newer(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED"), Class::Unauthenticated, "ACCESS_TOKEN_EXPIRED"),
            // What is more than a missing permission is told beside the word that is said of all refusals.
            (403, both("forbidden", "SERVICE_DISABLED"), Class::ApiDisabled, "forbidden"),
            // Of IAM, which gives no reasons.
            (400, bare(400, "INVALID_ARGUMENT"), Class::Invalid, "INVALID_ARGUMENT"),
            (400, bare(400, "FAILED_PRECONDITION"), Class::Other, "FAILED_PRECONDITION"),
            (403, bare(403, "PERMISSION_DENIED"), Class::Forbidden, "PERMISSION_DENIED"),
            (404, bare(404, "NOT_FOUND"), Class::NotFound, "NOT_FOUND"),
            (409, bare(409, "ALREADY_EXISTS"), Class::AlreadyExists, "ALREADY_EXISTS"),
            (409, bare(409, "ABORTED"), Class::Busy, "ABORTED"),
            (429, bare(429, "RESOURCE_EXHAUSTED"), Class::Throttled, "RESOURCE_EXHAUSTED"),
            (503, bare(503, "UNAVAILABLE"), Class::Unavailable, "UNAVAILABLE"),
            (504, bare(504, "DEADLINE_EXCEEDED"), Class::Unavailable, "DEADLINE_EXCEEDED"),
            (403, "<html>go away</html>".to_owned(), Class::Other, ""),
            (412, "<html>go away</html>".to_owned(), Class::Other, ""),
            (403, concurrent.to_owned(), Class::Throttled, "rateLimitExceeded"),
            (403, detail_only.to_owned(), Class::Throttled, "RATE_LIMIT_EXCEEDED"),
            (404, classic(404, "notFound", "The resource 'x' was not found"), Class::NotFound, "notFound"),
            (404, r#"{"error":{"code":404,"message":"m"}}"#.to_owned(), Class::NotFound, ""),
            (404, "<html>nothing here</html>".to_owned(), Class::Other, ""),
            (409, classic(409, "alreadyExists", "The resource 'x' already exists"), Class::AlreadyExists, "alreadyExists"),
            (409, classic(409, "operationInProgress", "m"), Class::Busy, "operationInProgress"),
            (412, classic(412, "conditionNotMet", "m"), Class::Policy, "conditionNotMet"),
            (412, r#"{"error":{"code":412,"message":"Precondition check failed.","status":"FAILED_PRECONDITION"}}"#.to_owned(), Class::Policy, "FAILED_PRECONDITION"),
            (429, "{}".to_owned(), Class::Throttled, ""),
            (500, classic(500, "internalError", "m"), Class::Unavailable, "internalError"),
            (501, classic(501, "notImplemented", "m"), Class::Unsupported, "notImplemented"),
            (502, "<html>bad gateway</html>".to_owned(), Class::Unavailable, ""),
            (503, classic(503, "backendError", "m"), Class::Unavailable, "backendError"),
            (408, String::new(), Class::Unavailable, ""),
            // The text never decides.
            (400, classic(400, "invalid", "rateLimitExceeded quotaExceeded notFound"), Class::Invalid, "invalid"),
        ];
        for (status, body, class, reason) in table {
            let error = read(*status, body, &[]);
            assert_eq!((error.class(), error.reason.as_str()), (*class, *reason), "{status} {body}");
        }
        assert!(read(403, concurrent, &[]).is_concurrency_limit());
        assert!(!read(403, detail_only, &[]).is_concurrency_limit());
    }

    #[test]
    fn a_failed_precondition_is_a_race_only_where_there_was_a_fingerprint() {
        let violated = "Constraint constraints/compute.requireVpcFlowLogs violated for projects/1.";
        let plain = read(412, &classic(412, "conditionNotMet", violated), &[]);
        assert_eq!((plain.class(), plain.class().is_transient()), (Class::Policy, false));
        assert_eq!(plain.constraint(), Some("constraints/compute.requireVpcFlowLogs"));
        let text = plain.to_string();
        assert!(
            text.contains(violated)
                && text.contains("the constraint is constraints/compute.requireVpcFlowLogs;"),
            "{text}"
        );

        // The text decides nothing: a stale fingerprint may be told of in any words.
        let guarded = plain.to_fingerprint(true);
        assert_eq!((guarded.class(), guarded.constraint()), (Class::PreconditionFailed, None));

        let data = |status: u16| {
            let violation = r#""details":[{"@type":"type.googleapis.com/google.rpc.PreconditionFailure","violations":[{"type":"constraints/iam.disableServiceAccountCreation"}]}]"#;
            format!(
                r#"{{"error":{{"code":{status},"message":"m","status":"FAILED_PRECONDITION",{violation}}}}}"#
            )
        };
        for status in [400, 403, 412] {
            let named = read(status, &data(status), &[]).to_fingerprint(true);
            assert_eq!(named.class(), Class::Policy, "{named}");
            assert_eq!(named.constraint(), Some("constraints/iam.disableServiceAccountCreation"));
        }
        assert_eq!(read(503, &data(503), &[]).class(), Class::Unavailable);
    }

    #[test]
    fn operation_codes_are_classified_like_reasons() {
        let table = [
            ("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", Some(400), Class::InUse),
            ("RESOURCE_NOT_READY", Some(400), Class::Busy),
            ("RESOURCE_NOT_FOUND", Some(404), Class::NotFound),
            ("UNSUPPORTED_OPERATION", Some(400), Class::Unsupported),
            ("INVALID_FIELD_VALUE", None, Class::Invalid),
            ("INVALID_USAGE", Some(400), Class::Invalid),
            ("QUOTA_EXCEEDED", Some(403), Class::Quota),
            ("IP_IN_USE_BY_ANOTHER_RESOURCE", Some(400), Class::InUse),
            ("RESOURCE_OPERATION_RATE_EXCEEDED", Some(403), Class::Throttled),
            ("PERMISSIONS_ERROR", Some(403), Class::Forbidden),
            ("LIMIT_EXCEEDED", Some(403), Class::Quota),
            ("CONDITION_NOT_MET", None, Class::PreconditionFailed),
            ("SOMETHING_NEW", Some(503), Class::Unavailable),
            ("SOMETHING_NEW", None, Class::Other),
        ];
        for (code, status, class) in table {
            assert_eq!(Class::of(status, [code]), class, "{code}");
        }
        let several = ["INVALID_USAGE", "RESOURCE_NOT_READY"];
        assert_eq!(Class::of(Some(400), several), Class::Busy, "what passes by waiting is not final");
    }

    #[test]
    fn the_server_says_how_long_to_wait_in_seconds_or_as_a_date() {
        let date = (header::DATE, "Sat, 21 Nov 2026 10:00:15 GMT");
        let cases: [(Headers<'_>, Option<u64>); 6] = [
            (&[(header::RETRY_AFTER, "7")], Some(7)),
            (&[(header::RETRY_AFTER, "Sat, 21 Nov 2026 10:00:45 GMT"), date.clone()], Some(30)),
            (&[(header::RETRY_AFTER, "Sat, 21 Nov 2026 09:00:00 GMT"), date.clone()], Some(0)),
            (&[(header::RETRY_AFTER, "Sat, 21 Nov 2026 10:00:45 GMT")], None),
            (&[(header::RETRY_AFTER, "soon"), date.clone()], None),
            (&[], None),
        ];
        for (headers, seconds) in cases {
            assert_eq!(read(503, "", headers).retry_after, seconds.map(Duration::from_secs), "{headers:?}");
        }
    }

    #[test]
    fn the_message_names_call_reason_and_way_out_and_the_body_is_cut() {
        let error = read(403, &classic(403, "forbidden", "Required 'compute.routes.delete' permission"), &[]);
        assert_eq!(
            error.to_string(),
            "GET x: HTTP 403 forbidden: Required 'compute.routes.delete' permission; \
             grant the permission to the service account"
        );
        assert_eq!(read(502, &"x".repeat(5000), &[]).body.len(), BODY_LIMIT);
    }
}
