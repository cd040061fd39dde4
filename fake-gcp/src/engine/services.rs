//! The path of a request to another service than Compute: method, caller, project, handler, log. They share the host of
//! the fake, and are told apart by path; a request that names a host of Google's is for the service there and for no other. None has operations here: what a call changes is changed when it is answered.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::api::discovery;
use crate::api::error::ApiError;
use crate::api::fields::Mask;
use crate::api::proto_name;
use crate::api::query::Query;
use crate::api::status::StatusError;
use crate::api::wire::{google_host, json_response};
use crate::auth::audience;
use crate::engine::log::{Outcome, log};
use crate::faults::{self, Due};
use crate::governance::services::Service;
use crate::resources::KINDS;
use crate::resources::call::ServiceCall;
use crate::resources::kind::{ServiceMethod, match_path};
use crate::state::State;
use crate::state::requests::CallKind;

const BASE: &str = "/v1/projects/";

/// A method and the call of it.
type Found<'a> = (&'static ServiceMethod, ServiceCall<'a>);

pub(crate) fn handle(state: &mut State, request: &Request<Bytes>) -> Response<Bytes> {
    match proto_name::body(request.body(), proto_name::everywhere) {
        Some(body) => handle_plain(state, &request.clone().map(|_| body)),
        None => handle_plain(state, request),
    }
}

fn handle_plain(state: &mut State, request: &Request<Bytes>) -> Response<Bytes> {
    let found = locate(request);
    let method = found.as_ref().ok().map(|(method, _)| *method);
    let service = method.map(|method| method.service);
    let due = method.and_then(|method| state.faults.meet(method.id, request.uri().path()));
    let (status, body) = match due {
        Some(due) => disturbed(state, request, found, &due),
        None => undisturbed(service, found.and_then(|(method, call)| answer(state, request, method, call))),
    };
    let (id, kind) = method.map_or(("unknown", CallKind::Read), |method| (method.id, method.kind));
    log(state, request, Outcome { method: id, kind, status, operation: None });
    json_response(status, &body)
}

/// Status and body of an answer. Network Connectivity alone prints no list of reasons.
fn undisturbed(service: Option<Service>, result: Result<Value, StatusError>) -> (u16, Value) {
    match result {
        Ok(body) => (200, body),
        Err(error) if service == Some(Service::NetworkConnectivity) => (error.code, error.envelope()),
        Err(error) => (error.code, error.envelope_with_reasons()),
    }
}

/// Answers a call at which a fault is due. Faults of operations and of lists have no meaning here.
fn disturbed(
    state: &mut State,
    request: &Request<Bytes>,
    found: Result<Found<'_>, StatusError>,
    due: &Due,
) -> (u16, Value) {
    if let Some(seen) = due.before() {
        state.faults.fired(due);
        return seen.reply(faults::Answer::iam);
    }
    let service = found.as_ref().ok().map(|(method, _)| method.service);
    match (due.after(), found.and_then(|(method, call)| answer(state, request, method, call))) {
        (Some(seen), Ok(_)) => {
            state.faults.fired(due);
            seen.reply(faults::Answer::iam)
        }
        (_, result) => undisturbed(service, result),
    }
}

/// Whether a request is by a method that is modelled.
pub(crate) fn is_modelled(request: &Request<Bytes>) -> bool {
    locate(request).is_ok()
}

/// Finds the method of a request; 501 if it is not modelled.
fn locate(request: &Request<Bytes>) -> Result<Found<'_>, StatusError> {
    let (path, http) = (request.uri().path(), request.method().as_str());
    let host = google_host(request);
    let not_modelled = || ApiError::not_modelled(&format!("{http} {}{path}", host.unwrap_or_default()));
    let below = path.strip_prefix(BASE).ok_or_else(not_modelled)?;
    let end = below.find(['/', ':']).ok_or_else(not_modelled)?;
    let (project, rest) = below.split_at(end);
    let methods = KINDS.iter().flat_map(|kind| kind.services);
    let methods = methods.filter(|method| method.http == http && method.service.is_at(host));
    let found = methods.into_iter().find_map(|method| Some((method, match_path(method.path, rest)?)));
    let (method, params) = found.ok_or_else(not_modelled)?;
    let name = params.first().map_or("", |(_, value)| value);
    let project = project_of(project, name);
    let known = |name: &str| discovery::compute().has_parameter(name);
    let query = Query::parse(request.uri().query())
        .renamed(|name| (name.contains('_') && !known(name)).then(|| proto_name::in_json(name)));
    Ok((method, ServiceCall { project, name, caller: String::new(), query, body: request.body() }))
}

/// The project of a call. A service account may be named in the project `-`, as gcloud does: its address says which one is meant.
fn project_of<'a>(project: &'a str, name: &'a str) -> &'a str {
    let host = name.split_once('@').map(|(_, host)| host);
    let named = host.and_then(|host| host.strip_suffix(".iam.gserviceaccount.com"));
    named.filter(|_| project == "-").unwrap_or(project)
}

fn answer(
    state: &mut State,
    request: &Request<Bytes>,
    method: &ServiceMethod,
    mut call: ServiceCall<'_>,
) -> Result<Value, StatusError> {
    let (setting, service) = (state.settings.authentication, method.service);
    let user = state.auth.authenticate(request, state.now, audience(service), setting)?;
    if state.governance.services.is_off(call.project, service) {
        return Err(StatusError::service_disabled(service.host(), service.title(), call.project));
    }
    let project = format!("projects/{}", call.project);
    let foreign = user.project.is_some_and(|project| project != call.project);
    let holds = |permission| state.governance.permissions.holds(&user.email, permission, &project);
    let permitted = method.permission.is_none_or(holds);
    if foreign || !permitted || state.store.project(call.project).is_none() {
        let permission = method.permission.unwrap_or(method.id);
        return Err(StatusError::permission_denied(service.host(), permission));
    }
    let mask = call.query.get("fields").map(Mask::parse).transpose()?;
    call.caller = user.email;
    let body = (method.handler)(state, &call)?;
    Ok(match mask {
        Some(mask) => mask.apply(body),
        None => body,
    })
}

/// The audience that credentials for a service name.
fn audience(service: Service) -> audience::Service {
    match service {
        Service::Iam => audience::IAM,
        Service::ResourceManager => audience::RESOURCE_MANAGER,
        Service::NetworkConnectivity => audience::NETWORK_CONNECTIVITY,
    }
}
