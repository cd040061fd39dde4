//! Backend services of a region: what is behind an internal load balancer. The data plane does not look at them.

use serde_json::{Map, Value, json};

use super::kept::document::Document;
use super::kept::{Kept, Place, change, read};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference::{self, self_link};
use crate::evidence::Evidence::{self, Assumed, Documented};
use crate::evidence::{API, NONE, Rule, rule};
use crate::model::scope::Scope;
use crate::resources::health_checks::HealthCheck;
use crate::resources::instance_groups::InstanceGroup;
use crate::resources::kind::{Method, ResourceKind};
use crate::state::State;

/// A backend service has nothing beside its fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct BackendService;

/// What Google has beside what is modelled: that of load balancers that are proxies.
const OTHER_SCHEMES: [&str; 3] = ["EXTERNAL_MANAGED", "INTERNAL_MANAGED", "INTERNAL_SELF_MANAGED"];
const OTHER_PROTOCOLS: [&str; 6] = ["HTTP", "HTTPS", "HTTP2", "H2C", "SSL", "GRPC"];
const OTHER_MODES: [&str; 4] = ["UTILIZATION", "RATE", "CUSTOM_METRICS", "IN_FLIGHT"];
const AFFINITIES: [&str; 4] = ["NONE", "CLIENT_IP", "CLIENT_IP_PROTO", "CLIENT_IP_PORT_PROTO"];
const OTHER_AFFINITIES: [&str; 5] =
    ["CLIENT_IP_NO_DESTINATION", "GENERATED_COOKIE", "HEADER_FIELD", "HTTP_COOKIE", "STRONG_COOKIE_AFFINITY"];

impl Kept for BackendService {
    const COLLECTION: &'static str = "backendServices";
    const NAME: &'static str = "backendService";
    const NOUN: &'static str = "backend_service";
    const FIELDS: &'static [&'static str] = &[
        "backends",
        "healthChecks",
        "loadBalancingScheme",
        "protocol",
        "sessionAffinity",
        "timeoutSec",
        "connectionDraining",
        "network",
    ];
    const FIXED: &'static [&'static str] = &["name", "loadBalancingScheme"];
    const FINGERPRINTED: bool = true;

    fn complete(place: &Place<'_>, body: &Body) -> Result<Map<String, Value>, ApiError> {
        let scheme = body.word("loadBalancingScheme", &["INTERNAL", "EXTERNAL"], &OTHER_SCHEMES)?;
        let protocol = body.word("protocol", &["TCP", "UDP", "UNSPECIFIED"], &OTHER_PROTOCOLS)?;
        let affinity = body.word("sessionAffinity", &AFFINITIES, &OTHER_AFFINITIES)?;
        let draining = match body.object("connectionDraining")? {
            Some(draining) => draining.integer_in("drainingTimeoutSec", 0..=3_600)?,
            None => None,
        };
        let mut fields = Map::new();
        let mut set = |field: &str, value: Value| fields.insert(field.to_owned(), value);
        set("loadBalancingScheme", scheme.unwrap_or("EXTERNAL").into());
        set("protocol", protocol.unwrap_or("TCP").into());
        set("sessionAffinity", affinity.unwrap_or("NONE").into());
        set("timeoutSec", body.integer_in("timeoutSec", 1..=86_400)?.unwrap_or(30).into());
        set("connectionDraining", json!({ "drainingTimeoutSec": draining.unwrap_or(0) }));
        if body.has("network") {
            let network = super::references::network_reference(place.state, place.project, body, "network")?;
            set("network", self_link(&reference::global(place.project, "networks", &network)).into());
        }
        let checks = health_checks(place, body)?;
        if !checks.is_empty() {
            set("healthChecks", checks.into());
        }
        let backends = backends(place, body)?;
        if !backends.is_empty() {
            set("backends", backends.into());
        }
        Ok(fields)
    }

    fn uses(fields: &Map<String, Value>) -> Vec<String> {
        let list = |field| fields.get(field).and_then(Value::as_array).into_iter().flatten();
        let groups = list("backends").filter_map(|backend| backend.get("group"));
        let links = list("healthChecks").chain(groups).filter_map(Value::as_str);
        links.filter_map(reference::strip_host).map(str::to_owned).collect()
    }

    fn check_uses(state: &State, fields: &Map<String, Value>) -> Result<(), ApiError> {
        Self::uses(fields).iter().try_for_each(|path| require(state, path))
    }
}

/// Refuses the path of a health check or of a group that is not there.
fn require(state: &State, path: &str) -> Result<(), ApiError> {
    let check = reference::parse(path, "", HealthCheck::COLLECTION)
        .is_some_and(|(owner, _, name)| state.other::<Document<HealthCheck>>(&owner, "", &name).is_some());
    let group = reference::parse(path, "", InstanceGroup::COLLECTION).is_some_and(|(owner, zone, name)| {
        state.other::<Document<InstanceGroup>>(&owner, &zone, &name).is_some()
    });
    if check || group { Ok(()) } else { Err(ApiError::not_found(path)) }
}

/// The links of the health checks, which must exist.
fn health_checks(place: &Place<'_>, body: &Body) -> Result<Vec<Value>, ApiError> {
    let mut links = Vec::new();
    for (index, url) in body.strings("healthChecks")?.unwrap_or_default().iter().enumerate() {
        let at = format!("{}[{index}]", body.path("healthChecks"));
        let parsed = reference::parse(url, place.project, "healthChecks");
        let (owner, _, name) = parsed.ok_or_else(|| ApiError::invalid(&at, url, "The URL is malformed."))?;
        let path = reference::global(&owner, "healthChecks", &name);
        require(place.state, &path)?;
        links.push(self_link(&path).into());
    }
    Ok(links)
}

/// The backends: groups of instances in the region, which must exist.
fn backends(place: &Place<'_>, body: &Body) -> Result<Vec<Value>, ApiError> {
    let mut backends = Vec::new();
    for backend in body.objects("backends")?.unwrap_or_default() {
        backend.only(&["group", "balancingMode", "description"])?;
        let url = backend.require("group")?;
        let parsed =
            reference::parse(url, place.project, "instanceGroups").filter(|(_, zone, _)| !zone.is_empty());
        let (owner, zone, name) = parsed.ok_or_else(|| backend.invalid("group", "The URL is malformed."))?;
        let region = crate::model::geography::region_of_zone(&zone).map(|region| region.name.to_owned());
        if region.map(Scope::Region).as_ref() != Some(&place.scope) {
            return Err(backend.invalid("group", "The group must be in the region of the backend service."));
        }
        let path = reference::zonal(&owner, &zone, "instanceGroups", &name);
        require(place.state, &path)?;
        let mode = backend.word("balancingMode", &["CONNECTION"], &OTHER_MODES)?.unwrap_or("CONNECTION");
        backends.push(json!({ "group": self_link(&path), "balancingMode": mode }));
    }
    Ok(backends)
}

const METHODS: &[Method] = &[
    Method::read(
        "compute.regionBackendServices.list",
        "regions/{region}/backendServices",
        read::list::<BackendService>,
    ),
    Method::read(
        "compute.backendServices.aggregatedList",
        "aggregated/backendServices",
        read::aggregated::<BackendService>,
    ),
    Method::read(
        "compute.regionBackendServices.get",
        "regions/{region}/backendServices/{backendService}",
        read::get::<BackendService>,
    ),
    Method::mutation(
        "compute.regionBackendServices.insert",
        "POST",
        "regions/{region}/backendServices",
        change::insert::<BackendService>,
    )
    .takes(2_000, 10_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.regionBackendServices.patch",
        "PATCH",
        "regions/{region}/backendServices/{backendService}",
        change::patch::<BackendService>,
    )
    .takes(2_000, 10_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.regionBackendServices.update",
        "PUT",
        "regions/{region}/backendServices/{backendService}",
        change::update::<BackendService>,
    )
    .takes(2_000, 10_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.regionBackendServices.delete",
        "DELETE",
        "regions/{region}/backendServices/{backendService}",
        change::delete::<BackendService>,
    )
    .takes(2_000, 10_000, Evidence::Assumed, "no figure found"),
];

const RULES: &[Rule] = &[
    rule(
        Documented,
        "a backend service that a forwarding rule leads to, and what it uses, cannot be deleted",
        API,
    ),
    rule(
        Assumed,
        "health checks and groups that a backend service names must exist: 404 notFound, and RESOURCE_NOT_FOUND if they go before the operation ends",
        NONE,
    ),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind {
    methods: METHODS,
    services: &[],
    rules: RULES,
    dump: &[("backendServices", read::all::<BackendService>)],
};
