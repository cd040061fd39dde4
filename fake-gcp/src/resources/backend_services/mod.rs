//! Backend services of a region: what is behind an internal load balancer. The data plane does not look at them.

mod parts;

use serde_json::{Map, Value, json};

use super::kept::{Kept, Place, change, read};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::evidence::Evidence::{self, Assumed, Documented, Recorded};
use crate::evidence::{API, NONE, Rule, rule};
use crate::resources::kind::{Method, ResourceKind};
use crate::resources::references;
use crate::state::State;

/// A backend service has nothing beside its fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct BackendService;

/// The scheme of load balancers that are proxies inside a network.
const MANAGED: &str = "INTERNAL_MANAGED";
const SCHEMES: [&str; 3] = ["INTERNAL", "EXTERNAL", MANAGED];
const OTHER_SCHEMES: [&str; 2] = ["EXTERNAL_MANAGED", "INTERNAL_SELF_MANAGED"];
/// The protocols of load balancers that pass packets through, those of proxies, and others that Google has.
const PASSED: [&str; 3] = ["TCP", "UDP", "UNSPECIFIED"];
const PROXIED: [&str; 3] = ["HTTP", "HTTPS", "HTTP2"];
const OTHER_PROTOCOLS: [&str; 3] = ["H2C", "SSL", "GRPC"];
const AFFINITIES: [&str; 4] = ["NONE", "CLIENT_IP", "CLIENT_IP_PROTO", "CLIENT_IP_PORT_PROTO"];
const OTHER_AFFINITIES: [&str; 5] =
    ["CLIENT_IP_NO_DESTINATION", "GENERATED_COOKIE", "HEADER_FIELD", "HTTP_COOKIE", "STRONG_COOKIE_AFFINITY"];
/// Longest life of a cookie, two weeks, in seconds.
const COOKIE: i64 = 1_209_600;

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
        "affinityCookieTtlSec",
        "iap",
        "port",
        "portName",
        "subsetting",
    ];
    const FIXED: &'static [&'static str] = &["name", "loadBalancingScheme"];
    const FINGERPRINTED: bool = true;

    fn complete(place: &Place<'_>, body: &Body) -> Result<Map<String, Value>, ApiError> {
        let scheme =
            body.word("loadBalancingScheme", &SCHEMES, &OTHER_SCHEMES)?.unwrap_or("EXTERNAL").to_owned();
        let managed = scheme == MANAGED;
        let (here, elsewhere) = if managed { (PROXIED, PASSED) } else { (PASSED, PROXIED) };
        let protocol = body.word("protocol", &here, &[elsewhere, OTHER_PROTOCOLS].concat())?;
        let affinity = body.word("sessionAffinity", &AFFINITIES, &OTHER_AFFINITIES)?;
        let draining = match body.object("connectionDraining")? {
            Some(draining) => draining.integer_in("drainingTimeoutSec", 0..=3_600)?,
            None => None,
        };
        let mut fields = Map::new();
        let mut set = |field: &str, value: Value| fields.insert(field.to_owned(), value);
        set("loadBalancingScheme", scheme.into());
        set("sessionAffinity", affinity.unwrap_or("NONE").into());
        set("timeoutSec", body.integer_in("timeoutSec", 1..=86_400)?.unwrap_or(30).into());
        set("connectionDraining", json!({ "drainingTimeoutSec": draining.unwrap_or(0) }));
        set("affinityCookieTtlSec", body.integer_in("affinityCookieTtlSec", 0..=COOKIE)?.unwrap_or(0).into());
        if managed {
            set("port", body.integer_in("port", 1..=65_535)?.unwrap_or(80).into());
            set("portName", body.string("portName")?.unwrap_or("http").into());
        }
        let network = match body.string("network")? {
            // It must be there, and is printed as it was sent.
            Some(sent) => {
                references::network_reference(place.state, place.project, body, "network")?;
                Some(sent)
            }
            None => None,
        };
        let printed_if_sent = [
            ("protocol", protocol.map(Value::from)),
            ("network", network.map(Value::from)),
            ("iap", parts::iap(body)?),
            ("subsetting", parts::subsetting(body)?),
            ("healthChecks", parts::health_checks(place, body)?),
            ("backends", parts::backends(place, body, managed)?),
        ];
        for (field, value) in printed_if_sent {
            value.and_then(|value| set(field, value));
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
        Self::uses(fields).iter().try_for_each(|path| parts::require(state, path))
    }
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

/// The logs that show backend services.
const SEEN: &str =
    "k8s-config-connector HTTP logs (lbrouteextension-basic, networkservicesauthzextension-minimal)";

const RULES: &[Rule] = &[
    rule(
        Recorded,
        "backend services print affinityCookieTtlSec always, and iap with the SHA-256 of its secret if it was sent",
        SEEN,
    ),
    rule(Recorded, "those of INTERNAL_MANAGED print port 80 and portName http", SEEN),
    rule(
        Assumed,
        "those of INTERNAL_MANAGED may name health checks of a region, which are not modelled and need not exist",
        NONE,
    ),
    rule(
        Recorded,
        "backend services without a protocol print none, and their network is printed as it was sent",
        "k8s-config-connector HTTP logs (apigeeendpointattachment-basic, computeserviceattachment)",
    ),
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
