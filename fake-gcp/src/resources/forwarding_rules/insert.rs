//! The method `forwardingRules.insert`, and how a rule is read from a body.

use std::net::Ipv4Addr;

use serde_json::Map;

use super::{address, internal, ports};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference::{self, self_link};
use crate::model::forwarding_rules::{ForwardingRule, Side};
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::resources::quotas;
use crate::resources::target_pools::pool::TargetPool;
use crate::state::{Context, Effect, State};

const FIELDS: [&str; 24] = [
    "kind",
    "id",
    "selfLink",
    "creationTimestamp",
    "fingerprint",
    "labelFingerprint",
    "name",
    "description",
    "region",
    "IPAddress",
    "IPProtocol",
    "ipVersion",
    "portRange",
    "ports",
    "allPorts",
    "loadBalancingScheme",
    "networkTier",
    "labels",
    "target",
    "network",
    "subnetwork",
    "backendService",
    "allowGlobalAccess",
    "allowPscGlobalAccess",
];

const SCHEMES: [&str; 3] = ["EXTERNAL", "INTERNAL", "INTERNAL_MANAGED"];
const OTHER_SCHEMES: [&str; 2] = ["EXTERNAL_MANAGED", "INTERNAL_SELF_MANAGED"];

/// A rule before it has an address.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Rule without its address.
    pub rule: ForwardingRule,
    /// Address that was asked for; `None`: any address.
    pub address: Option<Ipv4Addr>,
}

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (body, region) = (call.body()?, call.param("region"));
    let name = checks::name(&body)?;
    let target = reference::regional(call.project, region, "forwardingRules", &name);
    let exists = state.forwarding_rule(call.project, region, &name).is_some();
    checks::require_new(state, &target, exists)?;
    let wanted = read(state, call.project, region, &body)?;
    quotas::check(state, call.project, "forwardingRules")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(region.to_owned()),
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| apply(state, context, wanted.clone())),
    })))
}

/// A rule as a body describes it, with references that lead somewhere.
pub(crate) fn read(state: &State, project: &str, region: &str, body: &Body) -> Result<Wanted, ApiError> {
    body.only(&FIELDS)?;
    body.object("labels")?;
    if !matches!(body.string("ipVersion")?, None | Some("IPV4")) {
        return Err(ApiError::not_modelled("forwarding rules for IPv6"));
    }
    let side = match body.word("loadBalancingScheme", &SCHEMES, &OTHER_SCHEMES)? {
        None if leads_to_service(body)? => service(project, body)?,
        Some("INTERNAL") => internal::read(state, project, region, body)?,
        Some("INTERNAL_MANAGED") => internal::managed(state, project, region, body)?,
        _ => external(state, project, region, body)?,
    };
    let rule = ForwardingRule {
        id: 0,
        region: region.to_owned(),
        name: checks::name(body)?,
        description: body.string("description")?.unwrap_or_default().to_owned(),
        address: Ipv4Addr::UNSPECIFIED,
        protocol: ports::protocol(body, &side)?.to_owned(),
        ports: ports::read(body, &side)?,
        network_tier: checks::network_tier(body)?.to_owned(),
        // Labels of an insert are checked and dropped: setLabels alone sets them.
        labels: Map::new(),
        label_revision: 0,
        side,
        created: state.now(),
    };
    let address = address::read(state, project, body, &rule)?;
    Ok(Wanted { rule, address })
}

/// Whether the target is a service attachment.
fn leads_to_service(body: &Body) -> Result<bool, ApiError> {
    Ok(body.string("target")?.is_some_and(|target| target.contains("/serviceAttachments/")))
}

/// The side of a rule that leads to a published service. Services are not modelled: any may be named.
fn service(project: &str, body: &Body) -> Result<Side, ApiError> {
    let path = |field: &str| {
        let path = reference::path_of(body.require(field)?, project);
        path.ok_or_else(|| body.invalid(field, "The URL is malformed."))
    };
    body.require("IPAddress")?;
    Ok(Side::Service {
        network: path("network")?,
        target: self_link(&path("target")?),
        global_access: body.bool("allowPscGlobalAccess")?.unwrap_or(false),
    })
}

fn external(state: &State, project: &str, region: &str, body: &Body) -> Result<Side, ApiError> {
    if let Some(field) = ["backendService", "network", "subnetwork"].into_iter().find(|field| body.has(field))
    {
        return Err(ApiError::not_modelled(&format!("external forwarding rules with '{field}'")));
    }
    let url = body.require("target")?;
    let (owner, pool_region, name) = reference::parse(url, project, "targetPools")
        .ok_or_else(|| ApiError::not_modelled("forwarding rules to anything but a target pool"))?;
    if owner != project || pool_region != region {
        return Err(body.invalid("target", "The target must be of the project and region of the rule."));
    }
    let target = reference::regional(project, region, "targetPools", &name);
    state.operations.require_idle(&target)?;
    match state.other::<TargetPool>(project, region, &name) {
        Some(_) => Ok(Side::External { target }),
        None => Err(body.invalid("target", "The referenced target pool resource cannot be found.")),
    }
}

/// Gives the rule its address and makes it, if what it refers to is still there.
pub(super) fn apply(state: &mut State, context: &Context, wanted: Wanted) -> Result<(), ApiError> {
    let mut rule = wanted.rule;
    if let Side::External { target } = &rule.side {
        let named = reference::parse(target, &context.project, "targetPools");
        let pool =
            named.and_then(|(project, region, name)| state.other::<TargetPool>(&project, &region, &name));
        pool.ok_or_else(|| ApiError::not_found(target))?;
    }
    rule.address = address::pick(state, &context.project, &rule, wanted.address)?;
    rule.id = context.target_id;
    rule.created = context.started;
    add(state, &context.project, rule);
    Ok(())
}

/// Adds a rule without any check.
pub(crate) fn add(state: &mut State, project: &str, rule: ForwardingRule) {
    let place = (rule.region.clone(), rule.name.clone());
    state.store.project_mut(project).forwarding_rules.insert(place, rule);
}
