//! What a kind of resource is to the rest of the fake: its methods, its rules, and how all of it is shown.

use std::time::Duration;

use serde_json::Value;

use super::call::{Answer, Call, ServiceCall};
use crate::api::error::ApiError;
use crate::api::status::StatusError;
use crate::evidence::{Evidence, Rule};
use crate::governance::services::Service;
use crate::state::State;
use crate::state::requests::CallKind;

/// A kind of resource.
#[derive(Debug)]
pub struct ResourceKind {
    /// Methods of Compute.
    pub methods: &'static [Method],
    /// Methods of other services.
    pub services: &'static [ServiceMethod],
    /// Modelled behaviours with their evidence.
    pub rules: &'static [Rule],
    /// What a dump of a project shows, by name: resources as their API prints them.
    pub dump: &'static [(&'static str, Dump)],
}

/// What shows all resources of one kind in a project.
pub type Dump = fn(&State, &str) -> Vec<Value>;

/// What answers a call of Compute. It only looks: what it changes is in the effect of its mutation.
pub type Handler = fn(&State, &Call<'_>) -> Result<Answer, ApiError>;

/// A method of the Compute API.
#[derive(Debug)]
pub struct Method {
    /// Name of the method, such as `compute.routes.list`.
    pub id: &'static str,
    /// HTTP method, in capitals.
    pub http: &'static str,
    /// Path below `projects/{project}/`, with `{names}`; empty for the project itself.
    pub path: &'static str,
    /// Kind of call that it counts as.
    pub kind: CallKind,
    /// Duration of its operations; none for reads.
    pub figure: Option<Figure>,
    /// Permissions that it needs beside its own one on its target.
    pub along: &'static [(&'static str, On)],
    pub(crate) handler: Handler,
}

/// The resource on which a method needs a permission beside its own one on its target.
#[derive(Debug, Clone, Copy)]
pub enum On {
    /// The network of the target, which must exist for the permission to be asked for.
    Network,
    /// The subnetworks of an instance's interfaces.
    Subnetworks,
    /// The use of a subnet, where an external address is asked for.
    ExternalAddresses,
}

/// The span from which the duration of a method's operations, from RUNNING to DONE, is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Shortest duration, in milliseconds.
    pub min_ms: u64,
    /// Longest duration, in milliseconds.
    pub max_ms: u64,
    /// Evidence that the figure rests on.
    pub evidence: Evidence,
    /// Place where the figure was found.
    pub source: &'static str,
}

impl Figure {
    /// The bounds of the span.
    pub fn span(self) -> (Duration, Duration) {
        (Duration::from_millis(self.min_ms), Duration::from_millis(self.max_ms))
    }
}

impl Method {
    const fn new(
        id: &'static str,
        http: &'static str,
        path: &'static str,
        kind: CallKind,
        handler: Handler,
    ) -> Self {
        Self { id, http, path, kind, figure: None, along: &[], handler }
    }

    /// A method that shows something.
    pub const fn read(id: &'static str, path: &'static str, handler: Handler) -> Self {
        Self::new(id, "GET", path, CallKind::Read, handler)
    }

    /// A method that shows something and is called with a body.
    pub const fn test(id: &'static str, path: &'static str, handler: Handler) -> Self {
        Self::new(id, "POST", path, CallKind::Read, handler)
    }

    /// A method that starts an operation.
    pub const fn mutation(
        id: &'static str,
        http: &'static str,
        path: &'static str,
        handler: Handler,
    ) -> Self {
        Self::new(id, http, path, CallKind::Mutation, handler)
    }

    /// The method with the span of its operations, in milliseconds.
    pub const fn takes(self, min_ms: u64, max_ms: u64, evidence: Evidence, source: &'static str) -> Self {
        Self { figure: Some(Figure { min_ms, max_ms, evidence, source }), ..self }
    }

    /// The method with permissions that it needs on other resources than its target.
    pub const fn along(self, along: &'static [(&'static str, On)]) -> Self {
        Self { along, ..self }
    }

    /// The permission that the method needs on its target; none for `testIamPermissions`, which everybody may call.
    pub fn permission(&self) -> Option<String> {
        permission(self.id)
    }
}

/// The permission that a method of this name needs on its target.
fn permission(method: &str) -> Option<String> {
    let (collection, verb) = method.rsplit_once('.')?;
    let verb = match verb {
        "testIamPermissions" => return None,
        "aggregatedList" | "listUsable" => "list",
        "insert" => "create",
        "patch" => "update",
        "wait" | "getRouterStatus" => "get",
        other => other,
    };
    Some(format!("{collection}.{verb}"))
}

/// A method of another service than Compute.
#[derive(Debug)]
pub struct ServiceMethod {
    /// Name of the method, such as `iam.serviceAccounts.get`.
    pub id: &'static str,
    /// Permission that the call needs on the project; `None`: everybody may make it.
    pub permission: Option<&'static str>,
    /// Service whose method it is.
    pub service: Service,
    /// HTTP method, in capitals.
    pub http: &'static str,
    /// Path below the project, with `{names}`.
    pub path: &'static str,
    /// Kind of call that it counts as.
    pub kind: CallKind,
    pub(crate) handler: fn(&mut State, &ServiceCall<'_>) -> Result<Value, StatusError>,
}

/// The parts that stand for the `{names}` of a pattern in a path that has its form.
pub(crate) fn match_path<'a>(pattern: &'static str, path: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
    let mut params = Vec::new();
    let mut parts = path.split('/');
    for want in pattern.split('/') {
        let part = parts.next().filter(|part| !part.is_empty() || want.is_empty())?;
        // A verb may follow the name: {account}:disable.
        let named = want.strip_prefix('{').and_then(|want| want.split_once('}'));
        match named.map(|(name, verb)| (name, part.strip_suffix(verb))) {
            Some((name, Some(part))) => params.push((name, part)),
            Some((_, None)) => return None,
            None if want == part => {}
            None => return None,
        }
    }
    parts.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_permissions_follow_from_those_of_methods() {
        for (method, name) in [
            ("compute.subnetworks.insert", Some("compute.subnetworks.create")),
            ("compute.firewalls.patch", Some("compute.firewalls.update")),
            ("compute.instances.aggregatedList", Some("compute.instances.list")),
            ("compute.zoneOperations.wait", Some("compute.zoneOperations.get")),
            ("compute.subnetworks.testIamPermissions", None),
        ] {
            assert_eq!(permission(method).as_deref(), name, "{method}");
        }
    }
}
