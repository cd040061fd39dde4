//! The method `routers.patch`: a JSON merge patch without a fingerprint. `nats` is one field: a list without an entry deletes it.

use super::{Effect, insert, nat};
use crate::api::error::ApiError;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::routers::Router;
use crate::model::scope::Scope;
use crate::resources::{self, fixed};

/// Fields that never change: they are accepted only as they are.
const FIXED: [&str; 4] = ["name", "network", "region", "encryptedInterconnectRouter"];

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let present = super::read::find(world, call)?;
    let target = present.path(call.project);
    world.operations.require_idle(&target)?;
    let shown = present.to_json(call.project);
    fixed::check(&call.body()?, &shown, &FIXED, call.project)?;
    let wanted = insert::read(world, call.project, &present.region, &call.merged(shown)?)?;
    let router = Router { id: present.id, created: present.created, ..wanted };
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(present.region.clone()),
        operation_type: "patch",
        target,
        target_id: Some(present.id),
        effect: resources::Effect::Router(Effect::Patch(Box::new(router))),
    })))
}

/// Puts the patched router in place, if what its NATs refer to is still there.
pub(super) fn apply(world: &mut World, context: &Context, router: Router) -> Result<(), ApiError> {
    nat::check::fits(world, &context.project, &router)?;
    insert::add(world, &context.project, router);
    Ok(())
}
