//! Errors as Google prints them: the HTTP envelope and the error of a finished operation.
//!
//! One value serves both, because the same check runs when a request arrives and again when its operation
//! takes effect: [`ApiError`] becomes the reply, or, through [`OperationError::from`], the operation's error.

use serde_json::{Value, json};

/// A refused request: HTTP status, reason and message of the error envelope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status} {reason}: {message}")]
pub struct ApiError {
    /// HTTP status code.
    pub status: u16,
    /// The reason, `errors[].reason`, by which clients classify.
    pub reason: &'static str,
    /// Message for people.
    pub message: String,
    /// Code of the same failure inside an operation.
    pub code: &'static str,
    /// Details for programs: `errorDetails` of the same failure inside an operation, `details` of what the front end refuses.
    pub details: Vec<Value>,
    /// Messages of further errors of the same reason, each an entry of `errors[]`.
    pub also: Vec<String>,
}

impl ApiError {
    fn new(status: u16, reason: &'static str, code: &'static str, message: String) -> Self {
        Self { status, reason, message, code, details: Vec::new(), also: Vec::new() }
    }

    /// 400 `invalid`: a field has a value that Google does not take. `field` is the whole path.
    pub fn invalid(field: &str, value: &str, why: &str) -> Self {
        let message = format!("Invalid value for field '{field}': '{value}'. {why}");
        Self::new(400, "invalid", "INVALID_FIELD_VALUE", message)
    }

    /// 400 `required`: a field is missing. `field` is the whole path.
    pub fn required(field: &str) -> Self {
        let message = format!("Required field '{field}' not specified");
        Self::new(400, "required", "REQUIRED_FIELD_MISSING", message)
    }

    /// 400 `invalidParameter`: a query parameter cannot be read.
    pub fn invalid_parameter(parameter: &str, value: &str) -> Self {
        let message = format!("Invalid value '{value}' for query parameter '{parameter}'.");
        Self::new(400, "invalidParameter", "INVALID_USAGE", message)
    }

    /// 400 `invalidParameter`: a field mask names a field that the answer cannot have.
    pub fn invalid_field_selection(name: &str) -> Self {
        Self::new(400, "invalidParameter", "INVALID_USAGE", format!("Invalid field selection {name}"))
    }

    /// 400 `badRequest`: names that the API does not know, each with the path of the object that it stands in (empty for the
    /// request itself) and why.
    pub fn unknown_names(names: Vec<(String, String)>) -> Self {
        let violations: Vec<(String, String)> = names
            .into_iter()
            .map(|(at, why)| (at, format!("Invalid JSON payload received. {why}")))
            .collect();
        let message: Vec<&str> = violations.iter().map(|(_, why)| why.as_str()).collect();
        let mut error = Self::new(400, "badRequest", "INVALID_USAGE", message.join("\n"));
        let violation = |(at, why): &(String, String)| match at.is_empty() {
            true => json!({ "description": why }),
            false => json!({ "field": at, "description": why }),
        };
        error.details.push(json!({
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": violations.iter().map(violation).collect::<Vec<_>>(),
        }));
        error
    }

    /// 400 `parseError`: the body is no JSON object.
    pub fn parse_error(why: &str) -> Self {
        Self::new(400, "parseError", "INVALID_USAGE", format!("Parse Error: {why}"))
    }

    /// 400 with the text of an operation that the API does not support in this state.
    pub fn unsupported(message: String) -> Self {
        Self::new(400, "invalid", "UNSUPPORTED_OPERATION", message)
    }

    /// 404 `notFound`; `path` starts with `projects/`.
    pub fn not_found(path: &str) -> Self {
        let message = format!("The resource '{path}' was not found");
        Self::new(404, "notFound", "RESOURCE_NOT_FOUND", message)
    }

    /// 409 `alreadyExists`.
    pub fn already_exists(path: &str) -> Self {
        let message = format!("The resource '{path}' already exists");
        Self::new(409, "alreadyExists", "RESOURCE_ALREADY_EXISTS", message)
    }

    /// 400 `resourceNotReady`: another operation on this resource is in flight.
    pub fn not_ready(path: &str) -> Self {
        let message = format!("The resource '{path}' is not ready");
        Self::new(400, "resourceNotReady", "RESOURCE_NOT_READY", message)
    }

    /// 400 `resourceInUseByAnotherResource`; `kind` as in "The subnetwork resource".
    pub fn in_use(kind: &str, path: &str, user: &str) -> Self {
        let message = format!("The {kind} resource '{path}' is already being used by '{user}'");
        Self::new(400, "resourceInUseByAnotherResource", "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", message)
    }

    /// 400 `memberAlreadyExists`: an instance is in a group already.
    pub fn member_already_exists(instance: &str, group: &str) -> Self {
        let message = format!("Resource '{instance}' is already a member of '{group}'.");
        Self::new(400, "memberAlreadyExists", "MEMBER_ALREADY_EXISTS", message)
    }

    /// 400 inside an operation: an address belongs to somebody else.
    pub fn ip_in_use(ip: &str) -> Self {
        let message = format!("IP '{ip}' is already being used by another resource.");
        Self::new(400, "invalid", "IP_IN_USE_BY_ANOTHER_RESOURCE", message)
    }

    /// 400 inside an operation: no free block is left in a range.
    pub fn ip_space_exhausted(subnetwork: &str, range: &str) -> Self {
        let message = format!(
            "IP space of '{subnetwork}' is exhausted. Insufficient free IP addresses in the IP range '{range}'."
        );
        Self::new(400, "invalid", "IP_SPACE_EXHAUSTED_WITH_DETAILS", message)
    }

    /// 412 `conditionNotMet`: a fingerprint is stale.
    pub fn condition_not_met(message: &str) -> Self {
        Self::new(412, "conditionNotMet", "CONDITION_NOT_MET", message.to_owned())
    }

    /// 412 `conditionNotMet`: a constraint of the organisation forbids it.
    pub fn constraint_violated(constraint: &str, project: &str, why: &str) -> Self {
        let message = format!("Constraint {constraint} violated for project {project}. {why}");
        Self::condition_not_met(message.trim_end())
    }

    /// 403 `quotaExceeded`; `place` is `globally` or `in region R`.
    pub fn quota_exceeded(metric: &str, limit: u64, place: &str) -> Self {
        let message = format!("Quota '{metric}' exceeded.  Limit: {limit}.0 {place}.");
        Self::new(403, "quotaExceeded", "QUOTA_EXCEEDED", message)
    }

    /// 403 inside an operation: a quota of a network, with `quotaInfo` for programs.
    pub fn network_quota_exceeded(metric: &str, limit: u64, network_id: u64) -> Self {
        let info = json!({
            "metricName": format!("compute.googleapis.com/{}", metric.to_lowercase()),
            "limitName": format!("{}-per-project", metric.replace('_', "-")),
            "dimensions": { "network_id": network_id.to_string() },
            "limit": limit,
        });
        let mut error = Self::quota_exceeded(metric, limit, "globally");
        error.details.push(json!({ "quotaInfo": info }));
        error
    }

    /// 403 `forbidden`: permissions are missing, each with the path of the resource that it is needed for.
    pub fn forbidden(missing: &[(String, String)]) -> Self {
        let mut messages = missing
            .iter()
            .map(|(permission, path)| format!("Required '{permission}' permission for '{path}'"));
        let message = messages.next().unwrap_or_else(|| "Forbidden".to_owned());
        Self { also: messages.collect(), ..Self::new(403, "forbidden", "FORBIDDEN", message) }
    }

    /// 403 `accessNotConfigured`: the project does not exist, or has no Compute API.
    pub fn access_not_configured(project: &str) -> Self {
        let message = format!(
            "Compute Engine API has not been used in project {project} before or it is disabled. \
             (This project is unknown to the fake: add it with POST /_fake/fixture.)"
        );
        Self::new(403, "accessNotConfigured", "FORBIDDEN", message)
    }

    /// 401 `authError`.
    pub fn unauthenticated() -> Self {
        let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or \
             other valid authentication credential. See \
             https://developers.google.com/identity/sign-in/web/devconsole-project.";
        Self::new(401, "authError", "UNAUTHENTICATED", message.to_owned())
    }

    /// 501: the fake does not model this, and says so instead of pretending.
    pub fn not_modelled(what: &str) -> Self {
        Self::new(501, "notImplemented", "NOT_IMPLEMENTED", format!("fake-gcp does not model this: {what}"))
    }

    /// The JSON error envelope.
    pub fn envelope(&self) -> Value {
        let mut detail = json!({ "message": self.message, "domain": "global", "reason": self.reason });
        let mut error = json!({ "code": self.status, "message": self.message });
        if self.status == 401 {
            detail = json!({
                "message": "Invalid Credentials", "domain": "global", "reason": self.reason,
                "location": "Authorization", "locationType": "header",
            });
            set(&mut error, "status", json!("UNAUTHENTICATED"));
        }
        // What the front end refuses before Compute sees it.
        if self.reason == "badRequest" {
            set(&mut error, "status", json!("INVALID_ARGUMENT"));
            set(&mut error, "details", json!(self.details));
        }
        let also = self
            .also
            .iter()
            .map(|message| json!({ "message": message, "domain": "global", "reason": self.reason }));
        let errors: Vec<Value> = std::iter::once(detail).chain(also).collect();
        set(&mut error, "errors", json!(errors));
        json!({ "error": error })
    }
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(map) = object.as_object_mut() {
        map.insert(key.to_owned(), value);
    }
}

/// The error of an operation that ended DONE without having taken effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationError {
    /// Code in capitals, `error.errors[].code`.
    pub code: String,
    /// Message for people.
    pub message: String,
    /// HTTP status, `httpErrorStatusCode`.
    pub status: u16,
    /// Details, `error.errors[].errorDetails`; not printed if empty.
    pub details: Vec<Value>,
}

impl OperationError {
    /// The error as an entry of `error.errors`.
    pub fn to_json(&self) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if !self.details.is_empty() {
            set(&mut error, "errorDetails", json!(self.details));
        }
        error
    }

    /// The name of the status in capitals, as `httpErrorMessage` has it.
    pub fn http_message(&self) -> &'static str {
        match self.status {
            403 => "FORBIDDEN",
            404 => "NOT FOUND",
            409 => "CONFLICT",
            412 => "PRECONDITION FAILED",
            429 => "TOO MANY REQUESTS",
            500 => "INTERNAL SERVER ERROR",
            503 => "SERVICE UNAVAILABLE",
            _ => "BAD REQUEST",
        }
    }
}

impl From<ApiError> for OperationError {
    fn from(error: ApiError) -> Self {
        Self {
            code: error.code.to_owned(),
            message: error.message,
            status: error.status,
            details: error.details,
        }
    }
}
