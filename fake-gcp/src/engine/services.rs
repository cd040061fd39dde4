//! The path of a request to another service than Compute: method, caller, project, handler, log. They share the host of
//! the fake, and are told apart by path. None has operations here: what a call changes is changed when it is answered.

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
use crate::governance::services::Service;
use crate::resources::{permissions, policy_based_routes, reservations, service_accounts};

const BASE: &str = "/v1/projects/";

/// A method of one of the services.
pub(crate) struct Method {
    /// Name of the method, such as `iam.serviceAccounts.get`.
    pub(crate) id: &'static str,
    /// Permission that the call needs on the project; `None`: everybody may make it.
    pub(crate) permission: Option<&'static str>,
    service: Service,
    http: &'static str,
    /// Path below the project, with `{names}`.
    path: &'static str,
    kind: Kind,
    handler: fn(&mut World, &Call<'_>) -> Result<Value, StatusError>,
}

/// All methods that are modelled.
pub(crate) const METHODS: [Method; 7] = [
    Method {
        id: "iam.serviceAccounts.list",
        permission: Some("iam.serviceAccounts.list"),
        service: Service::Iam,
        http: "GET",
        path: "/serviceAccounts",
        kind: Kind::Read,
        handler: service_accounts::read::list,
    },
    Method {
        id: "iam.serviceAccounts.get",
        permission: Some("iam.serviceAccounts.get"),
        service: Service::Iam,
        http: "GET",
        path: "/serviceAccounts/{account}",
        kind: Kind::Read,
        handler: service_accounts::read::get,
    },
    Method {
        id: "iam.serviceAccounts.create",
        permission: Some("iam.serviceAccounts.create"),
        service: Service::Iam,
        http: "POST",
        path: "/serviceAccounts",
        kind: Kind::Mutation,
        handler: service_accounts::create::apply,
    },
    Method {
        id: "iam.serviceAccounts.delete",
        permission: Some("iam.serviceAccounts.delete"),
        service: Service::Iam,
        http: "DELETE",
        path: "/serviceAccounts/{account}",
        kind: Kind::Mutation,
        handler: service_accounts::delete::apply,
    },
    Method {
        id: "cloudresourcemanager.projects.testIamPermissions",
        permission: None,
        service: Service::ResourceManager,
        http: "POST",
        path: ":testIamPermissions",
        kind: Kind::Read,
        handler: permissions::test_project,
    },
    Method {
        id: "networkconnectivity.projects.locations.internalRanges.list",
        permission: Some("networkconnectivity.internalRanges.list"),
        service: Service::NetworkConnectivity,
        http: "GET",
        path: "/locations/global/internalRanges",
        kind: Kind::Read,
        handler: reservations::internal_ranges::list,
    },
    Method {
        id: "networkconnectivity.projects.locations.global.policyBasedRoutes.list",
        permission: Some("networkconnectivity.policyBasedRoutes.list"),
        service: Service::NetworkConnectivity,
        http: "GET",
        path: "/locations/global/policyBasedRoutes",
        kind: Kind::Read,
        handler: policy_based_routes::list,
    },
];

/// A call whose method is known.
pub(crate) struct Call<'a> {
    method: &'static Method,
    /// Id of the project, as it stands in URLs.
    pub(crate) project: &'a str,
    /// Name of the object below the project; empty if the path names none.
    pub(crate) name: &'a str,
    /// E-mail address of the caller; empty until it is authenticated.
    pub(crate) caller: String,
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
        None => undisturbed(found.and_then(|call| answer(world, request, call))),
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
    match (due.after(), found.and_then(|call| answer(world, request, call))) {
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
    let below = path.strip_prefix(BASE).ok_or_else(not_modelled)?;
    let end = below.find(['/', ':']).ok_or_else(not_modelled)?;
    let (project, rest) = below.split_at(end);
    let found = METHODS
        .iter()
        .filter(|method| method.http == http)
        .find_map(|method| Some((method, match_path(method.path, rest)?)));
    let (method, params) = found.ok_or_else(not_modelled)?;
    let name = params.first().map_or("", |(_, value)| value);
    let query = Query::parse(request.uri().query());
    Ok(Call { method, project, name, caller: String::new(), query, body: request.body() })
}

fn answer(world: &mut World, request: &Request<Bytes>, mut call: Call<'_>) -> Result<Value, StatusError> {
    let (setting, service) = (world.settings.authentication, call.method.service);
    let user = world.auth.authenticate(request, world.now, audience(service), setting)?;
    if world.governance.services.is_off(call.project, service) {
        return Err(StatusError::service_disabled(service.host(), service.title(), call.project));
    }
    let project = format!("projects/{}", call.project);
    let foreign = user.project.is_some_and(|project| project != call.project);
    let holds = |permission| world.governance.permissions.holds(&user.email, permission, &project);
    let permitted = call.method.permission.is_none_or(holds);
    if foreign || !permitted || world.store.project(call.project).is_none() {
        let permission = call.method.permission.unwrap_or(call.method.id);
        return Err(StatusError::permission_denied(service.host(), permission));
    }
    let mask = call.query.get("fields").map(Mask::parse).transpose()?;
    call.caller = user.email;
    let body = (call.method.handler)(world, &call)?;
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
