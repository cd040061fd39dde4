//! Legacy health checks over HTTP, which target pools use.

use serde_json::{Map, Value};

use super::kept::{Kept, Place, change, read};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::evidence::Evidence::{self, Documented};
use crate::evidence::{API, Rule, rule};
use crate::resources::health_checks;
use crate::resources::kind::{Method, ResourceKind};

/// A legacy health check has nothing beside its fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct HttpHealthCheck;

impl Kept for HttpHealthCheck {
    const COLLECTION: &'static str = "httpHealthChecks";
    const NAME: &'static str = "httpHealthCheck";
    const NOUN: &'static str = "http_health_check";
    const FIELDS: &'static [&'static str] = &[
        "host",
        "requestPath",
        "port",
        "checkIntervalSec",
        "timeoutSec",
        "unhealthyThreshold",
        "healthyThreshold",
    ];
    const FIXED: &'static [&'static str] = &["name"];
    const FINGERPRINTED: bool = false;

    fn complete(_: &Place<'_>, body: &Body) -> Result<Map<String, Value>, ApiError> {
        let mut fields = health_checks::pace(body)?;
        fields.insert("host".to_owned(), body.string("host")?.unwrap_or_default().into());
        fields.insert("requestPath".to_owned(), body.string("requestPath")?.unwrap_or("/").into());
        fields.insert("port".to_owned(), body.integer_in("port", 1..=65_535)?.unwrap_or(80).into());
        Ok(fields)
    }
}

const METHODS: &[Method] = &[
    Method::read("compute.httpHealthChecks.list", "global/httpHealthChecks", read::list::<HttpHealthCheck>),
    Method::read(
        "compute.httpHealthChecks.get",
        "global/httpHealthChecks/{httpHealthCheck}",
        read::get::<HttpHealthCheck>,
    ),
    Method::mutation(
        "compute.httpHealthChecks.insert",
        "POST",
        "global/httpHealthChecks",
        change::insert::<HttpHealthCheck>,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.httpHealthChecks.patch",
        "PATCH",
        "global/httpHealthChecks/{httpHealthCheck}",
        change::patch::<HttpHealthCheck>,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.httpHealthChecks.update",
        "PUT",
        "global/httpHealthChecks/{httpHealthCheck}",
        change::update::<HttpHealthCheck>,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.httpHealthChecks.delete",
        "DELETE",
        "global/httpHealthChecks/{httpHealthCheck}",
        change::delete::<HttpHealthCheck>,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
];

const RULES: &[Rule] = &[rule(
    Documented,
    "health checks have port 80, path /, an interval and a timeout of 5 s and thresholds of 2 unless said otherwise",
    API,
)];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind {
    methods: METHODS,
    services: &[],
    rules: RULES,
    dump: &[("httpHealthChecks", read::all::<HttpHealthCheck>)],
};
