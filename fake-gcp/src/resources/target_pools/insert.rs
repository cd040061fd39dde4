//! The method `targetPools.insert`, and how a pool is read from a body.

use super::{Effect, members};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::scope::Scope;
use crate::model::target_pools::TargetPool;
use crate::resources;

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
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (body, region) = (call.body()?, call.param("region"));
    let name = resources::name(&body)?;
    let target = reference::regional(call.project, region, "targetPools", &name);
    resources::require_new(world, &target, world.target_pool(call.project, region, &name).is_some())?;
    let pool = read(world, call.project, region, &body)?;
    resources::quotas::check(world, call.project, "targetPools")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(region.to_owned()),
        operation_type: "insert",
        target,
        target_id: None,
        effect: resources::Effect::TargetPool(Effect::Insert(Box::new(pool))),
    })))
}

/// A pool as a body describes it.
pub(crate) fn read(world: &World, project: &str, region: &str, body: &Body) -> Result<TargetPool, ApiError> {
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
        name: resources::name(body)?,
        description: body.string("description")?.unwrap_or_default().to_owned(),
        instances,
        health_checks: body.strings("healthChecks")?.unwrap_or_default(),
        session_affinity: affinity.to_owned(),
        created: world.now(),
    })
}

/// Makes the pool.
pub(super) fn apply(world: &mut World, context: &Context, mut pool: TargetPool) {
    pool.id = context.target_id;
    pool.created = context.started;
    add(world, &context.project, pool);
}

/// Adds a pool without any check.
pub(crate) fn add(world: &mut World, project: &str, pool: TargetPool) {
    let place = (pool.region.clone(), pool.name.clone());
    world.store.project_mut(project).target_pools.insert(place, pool);
}
