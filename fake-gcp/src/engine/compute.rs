//! The path of a Compute request through the world: method, caller, project, `requestId`, handler, log.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::fields::Mask;
use crate::api::query::Query;
use crate::auth::{CallersTime, audience};
use crate::engine::call::{Answer, Call};
use crate::engine::operations::{Operation, OperationKey};
use crate::engine::requests::Kind;
use crate::engine::wire::{self, Outcome, json_response};
use crate::engine::{World, methods, required};
use crate::faults::{self, Due, Fault, is_list};
use crate::model::geography;
use crate::model::scope::Scope;
use crate::settings::{PermissionCheck, duration};

const BASE: &str = "/compute/v1/projects/";

/// A reply before it becomes HTTP.
struct Reply {
    body: Value,
    operation: Option<String>,
}

pub(super) fn handle(world: &mut World, request: &Request<Bytes>) -> Response<Bytes> {
    let found = locate(request);
    let method = found.as_ref().ok().map(|call| call.method);
    let due = method.and_then(|method| world.faults.meet(method.id, request.uri().path()));
    let (status, body, operation) = match due {
        Some(due) => disturbed(world, request, found, &due),
        None => undisturbed(found.and_then(|call| answer(world, request, call, None))),
    };
    let (id, kind) = method.map_or(("unknown", Kind::Read), |method| (method.id, method.kind));
    wire::log(world, request, Outcome { method: id, kind, status, operation });
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
    world: &mut World,
    request: &Request<Bytes>,
    found: Result<Call<'_>, ApiError>,
    due: &Due,
) -> (u16, Value, Option<String>) {
    if let Some(seen) = due.before() {
        world.faults.fired(due);
        let (status, body) = seen.reply(faults::Answer::compute);
        return (status, body, None);
    }
    let result = found.and_then(|mut call| {
        if let Fault::ShortPage(size) = due.fault
            && is_list(call.method.id)
        {
            call.query.cap("maxResults", size);
            world.faults.fired(due);
        }
        answer(world, request, call, Some(due))
    });
    match (due.after(), result) {
        (Some(seen), Ok(reply)) => {
            world.faults.fired(due);
            let (status, body) = seen.reply(faults::Answer::compute);
            (status, body, reply.operation)
        }
        (_, result) => undisturbed(result),
    }
}

/// Finds the method of a request; 501 if it is not modelled.
fn locate(request: &Request<Bytes>) -> Result<Call<'_>, ApiError> {
    let path = request.uri().path();
    let http = request.method().as_str();
    let not_modelled = || ApiError::not_modelled(&format!("{http} {path}"));
    let below = path.strip_prefix(BASE).ok_or_else(not_modelled)?;
    let (project, rest) = below.split_once('/').unwrap_or((below, ""));
    let (method, params) = methods::find(http, rest).ok_or_else(not_modelled)?;
    let query = Query::parse(request.uri().query());
    Ok(Call { method, project, params, caller: String::new(), query, body: request.body() })
}

fn answer(
    world: &mut World,
    request: &Request<Bytes>,
    mut call: Call<'_>,
    due: Option<&Due>,
) -> Result<Reply, ApiError> {
    let setting = world.settings.authentication;
    let user = world.auth.authenticate(request, world.now, audience::COMPUTE, setting)?;
    if world.store.project(call.project).is_none() {
        return Err(ApiError::access_not_configured(call.project));
    }
    if user.project.as_deref().is_some_and(|project| project != call.project) {
        return Err(ApiError::forbidden(&required::of(world, &call)));
    }
    check_place(&call)?;
    call.caller.clone_from(&user.email);
    let call = &call;
    let mask = call.query.get("fields").map(Mask::parse).transpose()?;
    let asked = CallersTime::of(request, world.now);
    let reply = match repeated(world, call, asked)? {
        Some(first) => first,
        None => match permitted(world, call)? {
            Answer::Read(body) => Reply { body, operation: None },
            Answer::Start(mutation) => {
                let disturbance = due.and_then(|due| Some((due, due.disturbance()?)));
                if let Some((due, _)) = &disturbance {
                    world.faults.fired(due);
                }
                let disturbance = disturbance.map(|(_, disturbance)| disturbance).unwrap_or_default();
                let key = world.start_operation(call, asked, &user.email, *mutation, disturbance);
                operation_reply(world, &key)
            }
        },
    };
    Ok(Reply { body: mask.map_or(reply.body.clone(), |mask| mask.apply(reply.body)), ..reply })
}

/// The answer of the method's handler, if the caller may have it.
fn permitted(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    let answer = (call.method.handler)(world, call);
    let absent = answer.as_ref().is_err_and(|error| error.status == 404);
    if absent && world.settings.switches.permission_check == PermissionCheck::AfterExistence {
        return answer;
    }
    let permissions = &world.governance.permissions;
    let mut missing = required::of(world, call);
    missing.retain(|(permission, path)| !permissions.holds(&call.caller, permission, path));
    if missing.is_empty() { answer } else { Err(ApiError::forbidden(&missing)) }
}

fn operation_reply(world: &World, key: &OperationKey) -> Reply {
    let body = world.operations.get(key).map_or(Value::Null, |operation| operation.to_json(world.now));
    Reply { body, operation: Some(key.name.clone()) }
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
fn repeated(world: &World, call: &Call<'_>, asked: CallersTime) -> Result<Option<Reply>, ApiError> {
    let Some(id) = call.query.get("requestId").filter(|_| call.method.kind == Kind::Mutation) else {
        return Ok(None);
    };
    let refuse = |why: &str| ApiError::invalid("requestId", id, why);
    let uuid = parse_uuid(id).ok_or_else(|| refuse("Must be a valid UUID."))?;
    if uuid == 0 {
        return Err(refuse("The zero UUID is not supported."));
    }
    let window = duration(world.settings.lags.request_id);
    let first = world.operations.by_request_id(call.project, id);
    let recent = first.filter(|operation| asked.0.since(operation.asked.0) <= window);
    Ok(recent.map(|operation| operation_reply(world, &operation.key)))
}

fn parse_uuid(text: &str) -> Option<u128> {
    let dashes: Vec<usize> = text.match_indices('-').map(|(index, _)| index).collect();
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let shaped =
        text.len() == 36 && dashes == [8, 13, 18, 23] && digits.bytes().all(|b| b.is_ascii_hexdigit());
    shaped.then(|| u128::from_str_radix(&digits, 16).ok()).flatten()
}

/// The operation that an `operations.wait` request asks for.
pub(super) fn awaited_operation<'a>(world: &'a World, request: &Request<Bytes>) -> Option<&'a Operation> {
    let call = locate(request).ok().filter(|call| call.method.id.ends_with("Operations.wait"))?;
    world.operations.get(&operation_key(&call))
}

/// The operation that a call on an operation names.
pub(crate) fn operation_key(call: &Call<'_>) -> OperationKey {
    OperationKey {
        project: call.project.to_owned(),
        scope: operation_scope(call),
        name: call.param("operation").to_owned(),
    }
}

/// The scope that the path of a call names.
pub(crate) fn operation_scope(call: &Call<'_>) -> Scope {
    match (call.param("region"), call.param("zone")) {
        ("", "") => Scope::Global,
        (region, "") => Scope::Region(region.to_owned()),
        (_, zone) => Scope::Zone(zone.to_owned()),
    }
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
