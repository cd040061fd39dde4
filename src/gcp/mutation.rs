//! Changes as inert values: complete, comparable, printable, and without effect until a client runs them.
//!
//! A value of [`Mutation`] holds all that goes over the wire but the `requestId`. It knows no kind of resource: whoever makes one says the
//! collection, the fields and the words for it.

use http::Method;
use planner::text::remark;
use planner::vocabulary::{Region, Zone};
use serde_json::{Value, json};

use super::path::Path;

/// The scope of an operation, in which it runs and can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The whole project: for networks, routes and firewall rules.
    Global,
    /// A region: for subnetworks, routers and addresses.
    Region(Region),
    /// A zone: for VMs.
    Zone(Zone),
}

impl Scope {
    /// The path of the scope, below the project.
    pub(super) fn path(&self) -> Path {
        match self {
            Self::Global => Path::of("global"),
            Self::Region(region) => Path::of("regions").name(region),
            Self::Zone(zone) => Path::of("zones").name(zone),
        }
    }
}

/// A call that changes something.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutation {
    method: Method,
    scope: Scope,
    path: Path,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    label: String,
}

impl Mutation {
    /// A call by `method` on a collection of resources, e.g. `subnetworks`. `label` says what it does, on what: errors are told by it.
    pub fn new(method: Method, scope: Scope, collection: &'static str, label: &str) -> Self {
        // A POST without a body lacks a Content-Length, which Google's front end is said to refuse.
        let body = (method == Method::POST).then(|| json!({}));
        let (path, label) = (scope.path().word(collection), remark(label));
        Self { path, method, scope, query: Vec::new(), body, label }
    }

    /// The mutation on the resource called `name` instead of its collection.
    #[must_use]
    pub fn of(mut self, name: &str) -> Self {
        self.path = self.path.name(name);
        self
    }

    /// The mutation by a method of the API's own, e.g. `expandIpCidrRange`.
    #[must_use]
    pub fn doing(mut self, method: &'static str) -> Self {
        self.path = self.path.word(method);
        self
    }

    /// The mutation with one more parameter of the query.
    #[must_use]
    pub fn with_query(mut self, name: &'static str, value: &str) -> Self {
        self.query.push((name, value.to_owned()));
        self
    }

    /// The mutation with this JSON body.
    #[must_use]
    pub fn with_body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// The HTTP method: POST, PATCH or DELETE.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The scope in which the operation of the mutation runs.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The path below the project, scope included.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The query, without `requestId`.
    pub fn query(&self) -> &[(&'static str, String)] {
        &self.query
    }

    /// The JSON body; a DELETE has none.
    pub fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// Whether the mutation bears the fingerprint of a reading, and so holds only for the object as it was read.
    pub fn bears_fingerprint(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.get("fingerprint").is_some())
    }

    /// A description for messages, e.g. `patch subnetwork a-nodes in europe-west1`.
    pub fn label(&self) -> &str {
        &self.label
    }
}
