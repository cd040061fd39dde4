//! The path of a Compute request through the world: method, caller, project, `requestId`, handler, log.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::api::discovery;
use crate::api::error::ApiError;
use crate::api::fields::Mask;
use crate::api::query::Query;
use crate::api::wire::{google_host, json_response, page_not_found};
use crate::auth::{CallersTime, audience};
use crate::engine::log::{Outcome, log};
use crate::engine::{life, required};
use crate::faults::{self, Due, Fault, is_list};
use crate::model::geography;
use crate::resources::KINDS;
use crate::resources::call::{Answer, Call};
use crate::resources::kind::{Method, match_path};
use crate::resources::operations::operation_key;
use crate::settings::{PermissionCheck, duration};
use crate::state::State;
use crate::state::operations::{Operation, OperationKey};
use crate::state::requests::CallKind;

/// Path of the API that is modelled, up to where its methods' paths begin.
const API: &str = "/compute/v1/";

/// A method and the call of it.
type Found<'a> = (&'static Method, Call<'a>);

/// A reply before it becomes HTTP.
struct Reply {
    body: Value,
    operation: Option<String>,
}

pub(crate) fn handle(state: &mut State, request: &Request<Bytes>) -> Response<Bytes> {
    match with_json_names(request) {
        Some(plain) => handle_plain(state, &plain),
        None => handle_plain(state, request),
    }
}

/// The request with the names in JSON of fields that were sent under their original ones; `None` if it has none.
fn with_json_names(request: &Request<Bytes>) -> Option<Request<Bytes>> {
    if !request.body().contains(&b'_') {
        return None;
    }
    let (method, _) = locate(request).ok()?;
    let api = discovery::compute();
    let body = discovery::json_body(api, api.method(method.id)?, request.body())?;
    Some(request.clone().map(|_| body))
}

fn handle_plain(state: &mut State, request: &Request<Bytes>) -> Response<Bytes> {
    let found = locate(request);
    if found.is_err() && is_unknown(request) {
        log(
            state,
            request,
            Outcome { method: "unknown", kind: CallKind::Read, status: 404, operation: None },
        );
        return page_not_found(request.uri().path());
    }
    let method = found.as_ref().ok().map(|(method, _)| *method);
    let due = method.and_then(|method| state.faults.meet(method.id, request.uri().path()));
    let (status, body, operation) = match due {
        Some(due) => disturbed(state, request, found, &due),
        None => undisturbed(found.and_then(|(method, call)| answer(state, request, method, call, None))),
    };
    let (id, kind) = method.map_or(("unknown", CallKind::Read), |method| (method.id, method.kind));
    log(state, request, Outcome { method: id, kind, status, operation });
    json_response(status, &body)
}

fn undisturbed(result: Result<Reply, ApiError>) -> (u16, Value, Option<String>) {
    match result {
        Ok(reply) => (200, reply.body, reply.operation),
        Err(error) => (error.status, error.envelope(), None),
    }
}

/// Answers a call at which a fault is due.
fn disturbed(
    state: &mut State,
    request: &Request<Bytes>,
    found: Result<Found<'_>, ApiError>,
    due: &Due,
) -> (u16, Value, Option<String>) {
    if let Some(seen) = due.before() {
        state.faults.fired(due);
        let (status, body) = seen.reply(faults::Answer::compute);
        return (status, body, None);
    }
    let result = found.and_then(|(method, mut call)| {
        if let Fault::ShortPage(size) = due.fault
            && is_list(method.id)
        {
            call.query.cap("maxResults", size);
            state.faults.fired(due);
        }
        answer(state, request, method, call, Some(due))
    });
    match (due.after(), result) {
        (Some(seen), Ok(reply)) => {
            state.faults.fired(due);
            let (status, body) = seen.reply(faults::Answer::compute);
            (status, body, reply.operation)
        }
        (_, result) => undisturbed(result),
    }
}

/// Whether a request is by a method that is modelled.
pub(crate) fn is_modelled(request: &Request<Bytes>) -> bool {
    locate(request).is_ok()
}

/// Whether a request is for Compute v1, which has no such method.
fn is_unknown(request: &Request<Bytes>) -> bool {
    let below = request.uri().path().strip_prefix(API);
    below.is_some_and(|path| discovery::compute().method_at(request.method().as_str(), path).is_none())
}

/// Whether Compute is found at a host of Google's: `www`, its own, or a variant such as `compute.mtls.googleapis.com`.
fn has_compute(host: &str) -> bool {
    let name = host.split('.').next().unwrap_or_default().to_ascii_lowercase();
    name == "www" || name.split('-').any(|word| word == "compute")
}

/// Finds the method of a request; 501 if it is not modelled.
fn locate(request: &Request<Bytes>) -> Result<Found<'_>, ApiError> {
    let path = request.uri().path();
    let http = request.method().as_str();
    let host = google_host(request);
    let not_modelled = || ApiError::not_modelled(&format!("{http} {}{path}", host.unwrap_or_default()));
    if !host.is_none_or(has_compute) {
        return Err(not_modelled());
    }
    let below = path.strip_prefix(API).and_then(|path| path.strip_prefix("projects/"));
    let below = below.ok_or_else(not_modelled)?;
    let (project, rest) = below.split_once('/').unwrap_or((below, ""));
    let (method, params) = find(http, rest).ok_or_else(not_modelled)?;
    let query = Query::parse(request.uri().query());
    let query = match discovery::compute().method(method.id) {
        Some(google) => discovery::json_query(google, query),
        None => query,
    };
    let call =
        Call { method: method.id, project, params, caller: String::new(), query, body: request.body() };
    Ok((method, call))
}

fn answer(
    state: &mut State,
    request: &Request<Bytes>,
    method: &'static Method,
    mut call: Call<'_>,
    due: Option<&Due>,
) -> Result<Reply, ApiError> {
    let setting = state.settings.authentication;
    let user = state.auth.authenticate(request, state.now, audience::COMPUTE, setting)?;
    let mask = call.query.get("fields").map(Mask::parse).transpose()?;
    check_names(method, &call, mask.as_ref())?;
    if state.store.project(call.project).is_none() {
        return Err(ApiError::access_not_configured(call.project));
    }
    if user.project.as_deref().is_some_and(|project| project != call.project) {
        return Err(ApiError::forbidden(&required::of(state, method, &call)));
    }
    check_place(&call)?;
    call.caller.clone_from(&user.email);
    let call = &call;
    let asked = CallersTime::of(request, state.now);
    let reply = match repeated(state, method, call, asked)? {
        Some(first) => first,
        None => match permitted(state, method, call)? {
            Answer::Read(body) => Reply { body, operation: None },
            Answer::Start(mutation) => {
                let disturbance = due.and_then(|due| Some((due, due.disturbance()?)));
                if let Some((due, _)) = &disturbance {
                    state.faults.fired(due);
                }
                let disturbance = disturbance.map(|(_, disturbance)| disturbance).unwrap_or_default();
                let key = life::start(state, call, method.figure, asked, *mutation, disturbance);
                // One that takes no time is DONE in this reply.
                life::advance_to(state, state.now);
                operation_reply(state, &key)
            }
        },
    };
    let body = match &mask {
        Some(mask) => mask.apply(reply.body),
        None => reply.body,
    };
    Ok(Reply { body, ..reply })
}

/// The answer of the method's handler, if the caller may have it.
fn permitted(state: &State, method: &Method, call: &Call<'_>) -> Result<Answer, ApiError> {
    let answer = (method.handler)(state, call);
    let absent = answer.as_ref().is_err_and(|error| error.status == 404);
    if absent && state.settings.switches.permission_check == PermissionCheck::AfterExistence {
        return answer;
    }
    let permissions = &state.governance.permissions;
    let mut missing = required::of(state, method, call);
    missing.retain(|(permission, path)| !permissions.holds(&call.caller, permission, path));
    if missing.is_empty() { answer } else { Err(ApiError::forbidden(&missing)) }
}

fn operation_reply(state: &State, key: &OperationKey) -> Reply {
    let body = state.operations.get(key).map_or(Value::Null, |operation| operation.to_json(state.now));
    Reply { body, operation: Some(key.name.clone()) }
}

/// Refuses parameters, fields and field masks with names that Google does not have.
fn check_names(method: &Method, call: &Call<'_>, mask: Option<&Mask>) -> Result<(), ApiError> {
    let api = discovery::compute();
    let Some(google) = api.method(method.id) else { return Ok(()) };
    discovery::check_query(api, google, &call.query)?;
    mask.map_or(Ok(()), |mask| discovery::check_mask(api, google, mask))?;
    discovery::check_body(api, google, call.body)
}

/// Refuses unknown regions and zones, before anything else is looked at.
fn check_place(call: &Call<'_>) -> Result<(), ApiError> {
    let (region, zone) = (call.param("region"), call.param("zone"));
    if !region.is_empty() && geography::region(region).is_none() {
        return Err(ApiError::invalid("region", region, "Unknown region."));
    }
    if !zone.is_empty() && geography::region_of_zone(zone).is_none() {
        return Err(ApiError::invalid("zone", zone, "Unknown zone."));
    }
    Ok(())
}

/// The operation that an earlier call with the same `requestId` started.
fn repeated(
    state: &State,
    method: &Method,
    call: &Call<'_>,
    asked: CallersTime,
) -> Result<Option<Reply>, ApiError> {
    let Some(id) = call.query.get("requestId").filter(|_| method.kind == CallKind::Mutation) else {
        return Ok(None);
    };
    let refuse = |why: &str| ApiError::invalid("requestId", id, why);
    let uuid = parse_uuid(id).ok_or_else(|| refuse("Must be a valid UUID."))?;
    if uuid == 0 {
        return Err(refuse("The zero UUID is not supported."));
    }
    let window = duration(state.settings.lags.request_id);
    let first = state.operations.by_request_id(call.project, id);
    let recent = first.filter(|operation| asked.0.since(operation.asked.0) <= window);
    Ok(recent.map(|operation| operation_reply(state, &operation.key)))
}

fn parse_uuid(text: &str) -> Option<u128> {
    let dashes: Vec<usize> = text.match_indices('-').map(|(index, _)| index).collect();
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let shaped =
        text.len() == 36 && dashes == [8, 13, 18, 23] && digits.bytes().all(|b| b.is_ascii_hexdigit());
    shaped.then(|| u128::from_str_radix(&digits, 16).ok()).flatten()
}

/// The operation that an `operations.wait` request asks for.
pub(crate) fn awaited_operation<'a>(state: &'a State, request: &Request<Bytes>) -> Option<&'a Operation> {
    let (_, call) = locate(request).ok().filter(|(method, _)| method.id.ends_with("Operations.wait"))?;
    state.operations.get(&operation_key(&call))
}

/// The method of a path below `/compute/v1/projects/{project}/`, and the parts that stand for its `{names}`.
fn find<'a>(http: &str, path: &'a str) -> Option<(&'static Method, Vec<(&'static str, &'a str)>)> {
    let methods = KINDS.iter().flat_map(|kind| kind.methods).filter(|method| method.http == http);
    methods.into_iter().find_map(|method| Some((method, match_path(method.path, path)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids() {
        for (text, good) in [
            ("0f8fad5b-d9cb-469f-a165-70867728950e", true),
            ("0F8FAD5B-D9CB-469F-A165-70867728950E", true),
            ("0f8fad5bd9cb469fa16570867728950e", false),
            ("0f8fad5b-d9cb-469f-a165-70867728950", false),
            ("+f8fad5b-d9cb-469f-a165-70867728950e", false),
            ("x", false),
        ] {
            assert_eq!(parse_uuid(text).is_some(), good, "{text}");
        }
    }
}
