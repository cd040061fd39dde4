//! The method `targetPools.insert`, and how a pool is read from a body.

use super::members;
use super::pool::TargetPool;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::resources::quotas;
use crate::state::{Context, Effect, State};

/// Fields that are modelled, which `backupPool` and `failoverRatio` are not.
const FIELDS: [&str; 10] = [
    "kind",
    "id",
    "selfLink",
    "creationTimestamp",
    "name",
    "description",
    "region",
    "instances",
    "healthChecks",
    "sessionAffinity",
];

const AFFINITIES: [&str; 3] = ["NONE", "CLIENT_IP", "CLIENT_IP_PROTO"];

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (body, region) = (call.body()?, call.param("region"));
    let name = checks::name(&body)?;
    let target = reference::regional(call.project, region, "targetPools", &name);
    checks::require_new(state, &target, state.other::<TargetPool>(call.project, region, &name).is_some())?;
    let pool = read(state, call.project, region, &body)?;
    quotas::check(state, call.project, "targetPools")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(region.to_owned()),
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| {
            apply(state, context, pool.clone());
            Ok(())
        }),
    })))
}

/// A pool as a body describes it.
pub(crate) fn read(state: &State, project: &str, region: &str, body: &Body) -> Result<TargetPool, ApiError> {
    body.only(&FIELDS)?;
    let affinity = body.string("sessionAffinity")?.unwrap_or("NONE");
    if !AFFINITIES.contains(&affinity) {
        return Err(body.invalid("sessionAffinity", &format!("Must be one of [{}].", AFFINITIES.join(", "))));
    }
    let mut instances = Vec::new();
    for (index, url) in body.strings("instances")?.unwrap_or_default().iter().enumerate() {
        let at = format!("{}[{index}]", body.path("instances"));
        instances.push(members::path(url, project, region, &at)?);
    }
    Ok(TargetPool {
        id: 0,
        region: region.to_owned(),
        name: checks::name(body)?,
        description: body.string("description")?.unwrap_or_default().to_owned(),
        instances,
        health_checks: health_checks(project, body)?,
        session_affinity: affinity.to_owned(),
        created: state.now(),
    })
}

/// The links of the health checks, whole.
fn health_checks(project: &str, body: &Body) -> Result<Vec<String>, ApiError> {
    let urls = body.strings("healthChecks")?.unwrap_or_default();
    let whole =
        |url: String| reference::path_of(&url, project).map_or(url, |path| reference::self_link(&path));
    Ok(urls.into_iter().map(whole).collect())
}

/// Makes the pool.
pub(super) fn apply(state: &mut State, context: &Context, mut pool: TargetPool) {
    pool.id = context.target_id;
    pool.created = context.started;
    add(state, &context.project, pool);
}

/// Adds a pool without any check.
pub(crate) fn add(state: &mut State, project: &str, pool: TargetPool) {
    let place = (pool.region.clone(), pool.name.clone());
    state.store.project_mut(project).others.insert(place, pool);
}
