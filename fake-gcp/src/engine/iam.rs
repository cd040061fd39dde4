//! The path of an IAM request through the world: method, caller, project, handler, log. IAM has no
//! operations: what a call changes is changed when it is answered.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::fields::Mask;
use crate::api::query::Query;
use crate::api::status::StatusError;
use crate::auth::audience;
use crate::engine::World;
use crate::engine::methods::match_path;
use crate::engine::requests::Kind;
use crate::engine::wire::{self, Outcome, json_response};
use crate::faults::{self, Due};
use crate::resources::service_accounts;

const BASE: &str = "/v1/projects/";

/// A method of IAM.
pub(crate) struct Method {
    /// Name of the method, such as `iam.serviceAccounts.get`.
    pub(crate) id: &'static str,
    http: &'static str,
    /// Path below `projects/{project}/`, with `{names}`.
    path: &'static str,
    kind: Kind,
    handler: fn(&mut World, &Call<'_>) -> Result<Value, StatusError>,
}

/// All methods of IAM that are modelled.
pub(crate) const METHODS: [Method; 4] = [
    Method {
        id: "iam.serviceAccounts.list",
        http: "GET",
        path: "serviceAccounts",
        kind: Kind::Read,
        handler: service_accounts::read::list,
    },
    Method {
        id: "iam.serviceAccounts.get",
        http: "GET",
        path: "serviceAccounts/{account}",
        kind: Kind::Read,
        handler: service_accounts::read::get,
    },
    Method {
        id: "iam.serviceAccounts.create",
        http: "POST",
        path: "serviceAccounts",
        kind: Kind::Mutation,
        handler: service_accounts::create::apply,
    },
    Method {
        id: "iam.serviceAccounts.delete",
        http: "DELETE",
        path: "serviceAccounts/{account}",
        kind: Kind::Mutation,
        handler: service_accounts::delete::apply,
    },
];

/// Whether a modelled method of IAM needs a permission of this name: permissions are called as their methods are.
pub(crate) fn is_permission(name: &str) -> bool {
    METHODS.iter().any(|method| method.id == name)
}

/// A call whose method is known.
pub(crate) struct Call<'a> {
    method: &'static Method,
    /// Id of the project, as it stands in URLs.
    pub(crate) project: &'a str,
    /// Account that the path names, by e-mail address or unique id; empty if it names none.
    pub(crate) account: &'a str,
    /// Parameters of the query.
    pub(crate) query: Query,
    /// Bytes of the body.
    pub(crate) body: &'a [u8],
}

pub(super) fn handle(world: &mut World, request: &Request<Bytes>) -> Response<Bytes> {
    let found = locate(request);
    let method = found.as_ref().ok().map(|call| call.method);
    let due = method.and_then(|method| world.faults.meet(method.id, request.uri().path()));
    let (status, body) = match due {
        Some(due) => disturbed(world, request, found, &due),
        None => undisturbed(found.and_then(|call| answer(world, request, &call))),
    };
    let (id, kind) = method.map_or(("unknown", Kind::Read), |method| (method.id, method.kind));
    wire::log(world, request, Outcome { method: id, kind, status, operation: None });
    json_response(status, &body)
}

fn undisturbed(result: Result<Value, StatusError>) -> (u16, Value) {
    match result {
        Ok(body) => (200, body),
        Err(error) => (error.code, error.envelope()),
    }
}

/// Answers a call at which a fault is due. Faults of operations and of lists have no meaning here.
fn disturbed(
    world: &mut World,
    request: &Request<Bytes>,
    found: Result<Call<'_>, StatusError>,
    due: &Due,
) -> (u16, Value) {
    if let Some(seen) = due.before() {
        world.faults.fired(due);
        return seen.reply(faults::Answer::iam);
    }
    match (due.after(), found.and_then(|call| answer(world, request, &call))) {
        (Some(seen), Ok(_)) => {
            world.faults.fired(due);
            seen.reply(faults::Answer::iam)
        }
        (_, result) => undisturbed(result),
    }
}

/// Finds the method of a request; 501 if it is not modelled.
fn locate(request: &Request<Bytes>) -> Result<Call<'_>, StatusError> {
    let (path, http) = (request.uri().path(), request.method().as_str());
    let not_modelled = || ApiError::not_modelled(&format!("{http} {path}"));
    let (project, rest) =
        path.strip_prefix(BASE).and_then(|path| path.split_once('/')).ok_or_else(not_modelled)?;
    let found = METHODS
        .iter()
        .filter(|method| method.http == http)
        .find_map(|method| Some((method, match_path(method.path, rest)?)));
    let (method, params) = found.ok_or_else(not_modelled)?;
    let account = params.first().map_or("", |(_, value)| value);
    Ok(Call { method, project, account, query: Query::parse(request.uri().query()), body: request.body() })
}

fn answer(world: &mut World, request: &Request<Bytes>, call: &Call<'_>) -> Result<Value, StatusError> {
    let setting = world.settings.authentication;
    let user = world.auth.authenticate(request, world.now, audience::IAM, setting)?;
    let foreign = user.project.is_some_and(|project| project != call.project);
    let project = format!("projects/{}", call.project);
    let permitted = world.governance.permissions.holds(&user.email, call.method.id, &project);
    if foreign || !permitted || world.store.project(call.project).is_none() {
        return Err(StatusError::permission_denied(call.method.id));
    }
    let mask = call.query.get("fields").map(Mask::parse).transpose()?;
    let body = (call.method.handler)(world, call)?;
    Ok(match mask {
        Some(mask) => mask.apply(body),
        None => body,
    })
}
