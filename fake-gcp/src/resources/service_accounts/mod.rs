//! IAM service accounts. They have neither keys nor roles here: who may call is a matter of the keys that were registered.

mod change;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod read;
mod rules;

use crate::governance::services::Service;
use crate::resources::kind::{ResourceKind, ServiceMethod};
use crate::state::requests::CallKind;

/// The methods of other services on this kind.
const SERVICES: &[ServiceMethod] = &[
    ServiceMethod {
        id: "iam.serviceAccounts.patch",
        permission: Some("iam.serviceAccounts.update"),
        service: Service::Iam,
        http: "PATCH",
        path: "/serviceAccounts/{account}",
        kind: CallKind::Mutation,
        handler: change::patch,
    },
    ServiceMethod {
        id: "iam.serviceAccounts.disable",
        permission: Some("iam.serviceAccounts.disable"),
        service: Service::Iam,
        http: "POST",
        path: "/serviceAccounts/{account}:disable",
        kind: CallKind::Mutation,
        handler: change::disable,
    },
    ServiceMethod {
        id: "iam.serviceAccounts.enable",
        permission: Some("iam.serviceAccounts.enable"),
        service: Service::Iam,
        http: "POST",
        path: "/serviceAccounts/{account}:enable",
        kind: CallKind::Mutation,
        handler: change::enable,
    },
    ServiceMethod {
        id: "iam.serviceAccounts.list",
        permission: Some("iam.serviceAccounts.list"),
        service: Service::Iam,
        http: "GET",
        path: "/serviceAccounts",
        kind: CallKind::Read,
        handler: read::list,
    },
    ServiceMethod {
        id: "iam.serviceAccounts.get",
        permission: Some("iam.serviceAccounts.get"),
        service: Service::Iam,
        http: "GET",
        path: "/serviceAccounts/{account}",
        kind: CallKind::Read,
        handler: read::get,
    },
    ServiceMethod {
        id: "iam.serviceAccounts.create",
        permission: Some("iam.serviceAccounts.create"),
        service: Service::Iam,
        http: "POST",
        path: "/serviceAccounts",
        kind: CallKind::Mutation,
        handler: create::apply,
    },
    ServiceMethod {
        id: "iam.serviceAccounts.delete",
        permission: Some("iam.serviceAccounts.delete"),
        service: Service::Iam,
        http: "DELETE",
        path: "/serviceAccounts/{account}",
        kind: CallKind::Mutation,
        handler: delete::apply,
    },
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind {
    methods: &[],
    services: SERVICES,
    rules: rules::RULES,
    dump: &[("serviceAccounts", read::all)],
};
