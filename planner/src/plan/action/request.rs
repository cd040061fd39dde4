//! Requests: the call that carries out an action on Compute, complete but for what only a client knows.

use serde_json::{Map, Value, json};

use super::Action;
use crate::plan::resource::{Body, Change, Place, ResourceRef, network};
use crate::vocabulary::ResourceName;

/// The HTTP method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// A POST: creates an object in a collection, or calls a custom method.
    Post,
    /// A PATCH: changes fields of an object.
    Patch,
    /// A DELETE: deletes an object.
    Delete,
}

/// A call that changes something in Compute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The place of the object, which is also the scope of the operation.
    pub place: Place,
    /// The collection, e.g. `subnetworks`.
    pub collection: &'static str,
    /// The object in the collection; `None` if it is created.
    pub name: Option<ResourceName>,
    /// The custom method of the API, e.g. `expandIpCidrRange`.
    pub verb: Option<&'static str>,
    /// The query parameter, name and value.
    pub query: Option<(&'static str, String)>,
    /// The JSON body; `None` for a DELETE.
    pub body: Option<Value>,
    /// The change in the API's terms, which begins the message of an error, e.g. `insert router a-cloud-router in europe-west1`.
    pub label: String,
}

impl Action {
    /// The call that carries out the action; `None` if it is not a single call to Compute.
    pub fn request(&self) -> Option<Request> {
        match self {
            Self::Insert { object, body } => insert(object, body),
            Self::Patch { object, change } => patch(object, change),
            Self::Delete { object, .. } => delete(object),
            Self::SetAliases { nic, fingerprint, aliases, .. } => {
                set_aliases(&self.object()?, nic, fingerprint, aliases)
            }
            Self::SetNats { router, nats, .. } => Request::set_nats(router, nats),
            Self::WriteState(_)
            | Self::TakeWords { .. }
            | Self::IgnoreControlPlane { .. }
            | Self::ScaleCcm { .. } => None,
        }
    }
}

fn insert(object: &ResourceRef, body: &Body) -> Option<Request> {
    let mut fields = body.fields();
    fields.insert("name".to_owned(), json!(object.name));
    let request = Request::of(Method::Post, object, format!("insert {}", placed(object)))?;
    Some(Request { name: None, ..request.with(Value::Object(fields)) })
}

fn patch(object: &ResourceRef, change: &Change) -> Option<Request> {
    let placed = placed(object);
    let named = |mut fields: Map<String, Value>| {
        fields.insert("name".to_owned(), json!(object.name));
        Value::Object(fields)
    };
    let patch = |label: String, body| Some(Request::of(Method::Patch, object, label)?.with(body));
    match change {
        Change::RoutingMode(mode) => patch(
            format!("patch {placed}: set the routing mode to {mode}"),
            named(network::routing_mode(mode)),
        ),
        Change::Subnet { fingerprint, change } => {
            let mut fields = change.fields();
            fields.insert("fingerprint".to_owned(), json!(fingerprint));
            patch(format!("patch {placed}: {}", change.label()), Value::Object(fields))
        }
        Change::Range(range) => {
            let label = format!("expand {placed} to {range}");
            let request = Request::of(Method::Post, object, label)?.with(json!({ "ipCidrRange": range }));
            Some(Request { verb: Some("expandIpCidrRange"), ..request })
        }
        Change::Firewall(rule) => patch(format!("patch {placed}"), named(rule.fields())),
    }
}

fn delete(object: &ResourceRef) -> Option<Request> {
    Request::of(Method::Delete, object, format!("delete {}", placed(object)))
}

/// Only these two fields are sent, because the API refuses an interface that is sent back as a whole.
fn set_aliases(vm: &ResourceRef, nic: &str, fingerprint: &str, aliases: &[Value]) -> Option<Request> {
    let range =
        |alias: &Value| alias.get("ipCidrRange").and_then(Value::as_str).unwrap_or_default().to_owned();
    let ranges: Vec<String> = aliases.iter().map(range).collect();
    let label = format!("set alias ranges of {}, {nic}, to [{}]", placed(vm), ranges.join(", "));
    let body = json!({ "aliasIpRanges": aliases, "fingerprint": fingerprint });
    Some(Request {
        verb: Some("updateNetworkInterface"),
        query: Some(("networkInterface", nic.to_owned())),
        ..Request::of(Method::Patch, vm, label)?.with(body)
    })
}

/// The form `subnetwork a-nodes in europe-west1`.
fn placed(object: &ResourceRef) -> String {
    let (noun, name) = (object.kind.row().noun, &object.name);
    match &object.place {
        Place::Global => format!("{noun} {name}"),
        Place::Region(region) => format!("{noun} {name} in {region}"),
        Place::Zone(zone) => format!("{noun} {name} in {zone}"),
    }
}

impl Request {
    /// The replacement of a router's list of NATs by `nats`; `None` if the router has no path. The request is unconditional,
    /// because a router has no fingerprint.
    pub fn set_nats(router: &ResourceRef, nats: &[Map<String, Value>]) -> Option<Self> {
        let names: Vec<_> = nats.iter().filter_map(|nat| nat.get("name")?.as_str()).collect();
        let label = format!("set the NATs of {} to [{}]", placed(router), names.join(", "));
        Self::of(Method::Patch, router, label).map(|request| request.with(json!({ "nats": nats })))
    }

    /// A request on `object`; `None` if that belongs to another API than Compute.
    fn of(method: Method, object: &ResourceRef, label: String) -> Option<Self> {
        Some(Self {
            method,
            place: object.place.clone(),
            collection: object.kind.row().collection?,
            name: Some(object.name.clone()),
            verb: None,
            query: None,
            body: None,
            label,
        })
    }

    fn with(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }
}
