//! Health checks, which backend services use.

use serde_json::{Map, Value};

use super::kept::{Kept, Place, change, read};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::evidence::Evidence::{self, Documented};
use crate::evidence::{API, Rule, rule};
use crate::resources::kind::{Method, ResourceKind};

/// A health check has nothing beside its fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct HealthCheck;

/// The field with what belongs to a protocol that is modelled, and its port.
const PROTOCOLS: [(&str, &str, i64); 2] = [("HTTP", "httpHealthCheck", 80), ("TCP", "tcpHealthCheck", 80)];

/// The protocols that Google has beside those.
const OTHERS: [&str; 5] = ["HTTPS", "SSL", "HTTP2", "GRPC", "GRPC_WITH_TLS"];

impl Kept for HealthCheck {
    const COLLECTION: &'static str = "healthChecks";
    const NAME: &'static str = "healthCheck";
    const NOUN: &'static str = "health_check";
    const FIELDS: &'static [&'static str] = &[
        "type",
        "httpHealthCheck",
        "tcpHealthCheck",
        "checkIntervalSec",
        "timeoutSec",
        "unhealthyThreshold",
        "healthyThreshold",
    ];
    const FIXED: &'static [&'static str] = &["name"];
    const FINGERPRINTED: bool = false;

    fn complete(_: &Place<'_>, body: &Body) -> Result<Map<String, Value>, ApiError> {
        let mut fields = pace(body)?;
        let protocol = body.word("type", &PROTOCOLS.map(|(name, ..)| name), &OTHERS)?;
        let known = PROTOCOLS.into_iter().find(|(name, ..)| Some(*name) == protocol);
        let (name, field, port) = known.ok_or_else(|| ApiError::required(&body.path("type")))?;
        let sent = body.object(field)?;
        let asked = match &sent {
            Some(sent) => sent.integer_in("port", 1..=65_535)?,
            None => None,
        };
        let mut own = sent.map(Body::into_map).unwrap_or_default();
        own.insert("port".to_owned(), asked.unwrap_or(port).into());
        own.entry("proxyHeader").or_insert_with(|| "NONE".into());
        if name == "HTTP" {
            own.entry("requestPath").or_insert_with(|| "/".into());
        }
        fields.insert("type".to_owned(), name.into());
        fields.insert(field.to_owned(), own.into());
        Ok(fields)
    }
}

/// How often is asked, how long an answer may take, and how many answers count.
pub(super) fn pace(body: &Body) -> Result<Map<String, Value>, ApiError> {
    let mut fields = Map::new();
    for (field, range, usual) in [
        ("checkIntervalSec", 1..=300, 5),
        ("timeoutSec", 1..=300, 5),
        ("unhealthyThreshold", 1..=10, 2),
        ("healthyThreshold", 1..=10, 2),
    ] {
        fields.insert(field.to_owned(), body.integer_in(field, range)?.unwrap_or(usual).into());
    }
    let number = |field| fields.get(field).and_then(Value::as_i64);
    if number("timeoutSec") > number("checkIntervalSec") {
        return Err(body.invalid("timeoutSec", "Must be at most the interval of the check."));
    }
    Ok(fields)
}

const METHODS: &[Method] = &[
    Method::read("compute.healthChecks.list", "global/healthChecks", read::list::<HealthCheck>),
    Method::read("compute.healthChecks.get", "global/healthChecks/{healthCheck}", read::get::<HealthCheck>),
    Method::mutation(
        "compute.healthChecks.insert",
        "POST",
        "global/healthChecks",
        change::insert::<HealthCheck>,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.healthChecks.patch",
        "PATCH",
        "global/healthChecks/{healthCheck}",
        change::patch::<HealthCheck>,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.healthChecks.update",
        "PUT",
        "global/healthChecks/{healthCheck}",
        change::update::<HealthCheck>,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.healthChecks.delete",
        "DELETE",
        "global/healthChecks/{healthCheck}",
        change::delete::<HealthCheck>,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
];

const RULES: &[Rule] = &[
    rule(Documented, "a timeout of a health check that is longer than its interval is refused", API),
    rule(Documented, "a health check has the field of its type and of no other: 400 invalid otherwise", API),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind {
    methods: METHODS,
    services: &[],
    rules: RULES,
    dump: &[("healthChecks", read::all::<HealthCheck>)],
};
