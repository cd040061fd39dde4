//! Internal ranges of Network Connectivity: ranges of a network that are kept for what is outside of it, or for the subnets that
//! name them. What a call changes is changed when it is answered; the operation that it answers with is DONE when it is asked for.

mod change;
mod create;
mod print;
pub(crate) mod read;

use crate::evidence::Evidence::{Assumed, Documented, Recorded};
use crate::evidence::{API, NONE, Rule, rule};
use crate::governance::services::Service;
use crate::resources::kind::{ResourceKind, ServiceMethod};
use crate::state::requests::CallKind;

/// Name of the type of an internal range.
const TYPE: &str = "InternalRange";

const LOG: &str = "k8s-config-connector HTTP logs (computesubnetwork-reservedinternalrange)";

/// The methods of other services on this kind.
const SERVICES: &[ServiceMethod] = &[
    ServiceMethod {
        id: "networkconnectivity.projects.locations.internalRanges.list",
        permission: Some("networkconnectivity.internalRanges.list"),
        service: Service::NetworkConnectivity,
        http: "GET",
        path: "/locations/global/internalRanges",
        kind: CallKind::Read,
        handler: read::list,
    },
    ServiceMethod {
        id: "networkconnectivity.projects.locations.internalRanges.get",
        permission: Some("networkconnectivity.internalRanges.get"),
        service: Service::NetworkConnectivity,
        http: "GET",
        path: "/locations/global/internalRanges/{range}",
        kind: CallKind::Read,
        handler: read::get,
    },
    ServiceMethod {
        id: "networkconnectivity.projects.locations.internalRanges.create",
        permission: Some("networkconnectivity.internalRanges.create"),
        service: Service::NetworkConnectivity,
        http: "POST",
        path: "/locations/global/internalRanges",
        kind: CallKind::Mutation,
        handler: create::apply,
    },
    ServiceMethod {
        id: "networkconnectivity.projects.locations.internalRanges.patch",
        permission: Some("networkconnectivity.internalRanges.update"),
        service: Service::NetworkConnectivity,
        http: "PATCH",
        path: "/locations/global/internalRanges/{range}",
        kind: CallKind::Mutation,
        handler: change::patch,
    },
    ServiceMethod {
        id: "networkconnectivity.projects.locations.internalRanges.delete",
        permission: Some("networkconnectivity.internalRanges.delete"),
        service: Service::NetworkConnectivity,
        http: "DELETE",
        path: "/locations/global/internalRanges/{range}",
        kind: CallKind::Mutation,
        handler: change::delete,
    },
];

const RULES: &[Rule] = &[
    rule(
        Recorded,
        "internalRanges.create, patch and delete answer with an operation of that service, and 404 has no errors[]",
        LOG,
    ),
    rule(Assumed, "they take effect at once, and the operation is done when it is asked for", NONE),
    rule(
        Recorded,
        "subnetworks.insert takes reservedInternalRange, in any form of its name, instead of ipCidrRange, and prints its URL; so do secondary ranges",
        LOG,
    ),
    rule(
        Documented,
        "a range with usage FOR_VPC is for the subnets that name it, and no other may overlap it",
        API,
    ),
    rule(Documented, "with prefixLength alone it is a free range of targetCidrRange", API),
    rule(Assumed, "that is the lowest one, and without targetCidrRange one of 10/8", NONE),
    rule(
        Assumed,
        "a range in use is not deleted: 400 FAILED_PRECONDITION; its users are the subnets that name it",
        NONE,
    ),
    rule(Assumed, "patch changes description and labels; a field that the mask does not name stays", NONE),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: &[], services: SERVICES, rules: RULES, dump: &[] };
