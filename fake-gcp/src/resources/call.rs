//! One call of an API, taken apart: its method, its target and its parameters.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::merge;
use crate::api::query::Query;
use crate::model::scope::Scope;
use crate::state::Effect;

/// A call whose method is known.
#[derive(Debug)]
pub struct Call<'a> {
    /// Name of the method, such as `compute.routes.list`.
    pub method: &'static str,
    /// Id of the project, as it stands in URLs.
    pub project: &'a str,
    /// Parts of the path that stand for the `{names}` of the method's pattern.
    pub(crate) params: Vec<(&'static str, &'a str)>,
    /// E-mail address of the caller; empty until it is authenticated.
    pub(crate) caller: String,
    /// Parameters of the query.
    pub query: Query,
    /// Bytes of the body.
    pub body: &'a [u8],
}

impl Call<'_> {
    /// A part of the path by its name in the pattern. Empty if the pattern has no such name, which no resource is called.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// The body as an object.
    pub fn body(&self) -> Result<Body, ApiError> {
        Body::parse(self.body)
    }

    /// The resource that the body, a JSON merge patch, makes of `present`.
    pub fn merged(&self, present: serde_json::Value) -> Result<Body, ApiError> {
        let patch = Body::decode(self.body)?;
        match merge::merge(present, patch.into()) {
            serde_json::Value::Object(map) => Ok(Body::of(map)),
            _ => Err(ApiError::parse_error("the body must be a JSON object")),
        }
    }
}

/// A mutation that passed its checks, and what its operation will do.
#[derive(Debug)]
pub struct Mutation {
    /// Scope in which the operation is polled.
    pub scope: Scope,
    /// Type of the operation: `insert`, `delete`, `patch`, …
    pub operation_type: &'static str,
    /// Path of the resource.
    pub target: String,
    /// Id of the resource if it exists; none for inserts.
    pub target_id: Option<u64>,
    /// Effect of the operation when it ends.
    pub effect: Effect,
}

/// The answer of a method's handler. Handlers only look: what they change is in the effect.
#[derive(Debug)]
pub enum Answer {
    /// A resource or a list is shown.
    Read(serde_json::Value),
    /// An operation starts.
    Start(Box<Mutation>),
}

/// A call of another service than Compute whose method is known.
#[derive(Debug)]
pub struct ServiceCall<'a> {
    /// Id of the project, as it stands in URLs.
    pub project: &'a str,
    /// Name of the object below the project; empty if the path names none.
    pub name: &'a str,
    /// E-mail address of the caller; empty until it is authenticated.
    pub(crate) caller: String,
    /// Parameters of the query.
    pub query: Query,
    /// Bytes of the body.
    pub body: &'a [u8],
}
