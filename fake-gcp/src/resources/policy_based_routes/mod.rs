//! Policy-based routes of Network Connectivity, which the data plane looks up before all others. Changes take effect when they
//! are answered.

mod change;
mod create;
mod read;

use crate::evidence::Evidence::{Assumed, Documented};
use crate::evidence::{API, NONE, Rule, rule};
use crate::governance::services::Service;
use crate::resources::kind::{ResourceKind, ServiceMethod};
use crate::state::requests::CallKind;

/// Name of the type of a policy-based route.
const TYPE: &str = "PolicyBasedRoute";

/// The methods of other services on this kind.
const SERVICES: &[ServiceMethod] = &[
    ServiceMethod {
        id: "networkconnectivity.projects.locations.global.policyBasedRoutes.list",
        permission: Some("networkconnectivity.policyBasedRoutes.list"),
        service: Service::NetworkConnectivity,
        http: "GET",
        path: "/locations/global/policyBasedRoutes",
        kind: CallKind::Read,
        handler: read::list,
    },
    ServiceMethod {
        id: "networkconnectivity.projects.locations.global.policyBasedRoutes.get",
        permission: Some("networkconnectivity.policyBasedRoutes.get"),
        service: Service::NetworkConnectivity,
        http: "GET",
        path: "/locations/global/policyBasedRoutes/{route}",
        kind: CallKind::Read,
        handler: read::get,
    },
    ServiceMethod {
        id: "networkconnectivity.projects.locations.global.policyBasedRoutes.create",
        permission: Some("networkconnectivity.policyBasedRoutes.create"),
        service: Service::NetworkConnectivity,
        http: "POST",
        path: "/locations/global/policyBasedRoutes",
        kind: CallKind::Mutation,
        handler: create::apply,
    },
    ServiceMethod {
        id: "networkconnectivity.projects.locations.global.policyBasedRoutes.delete",
        permission: Some("networkconnectivity.policyBasedRoutes.delete"),
        service: Service::NetworkConnectivity,
        http: "DELETE",
        path: "/locations/global/policyBasedRoutes/{route}",
        kind: CallKind::Mutation,
        handler: change::delete,
    },
];

const RULES: &[Rule] = &[
    rule(
        Documented,
        "policyBasedRoutes.create takes a filter and nextHopIlbIp or nextHopOtherRoutes DEFAULT_ROUTING",
        API,
    ),
    rule(
        Assumed,
        "for virtualMachine.tags it is as for the tags of static routes: every sender bears them",
        NONE,
    ),
    rule(Assumed, "a next hop is an address of the network, which is not looked for", NONE),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind {
    methods: &[],
    services: SERVICES,
    rules: RULES,
    dump: &[("policyBasedRoutes", read::all)],
};

pub(crate) use create::add;
