//! The method `subnetworks.setPrivateIpGoogleAccess`.

use super::patch;
use crate::api::error::ApiError;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (subnetwork, body) = (super::read::find(state, call)?, call.body()?);
    let key = subnetwork.key();
    state.operations.require_idle(&key.path())?;
    body.only(&["privateIpGoogleAccess"])?;
    let changes =
        vec![patch::Change::PrivateGoogleAccess(body.bool("privateIpGoogleAccess")?.unwrap_or(false))];
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(key.region.clone()),
        operation_type: "setPrivateIpGoogleAccess",
        target: key.path(),
        target_id: Some(subnetwork.id),
        effect: Effect::new(move |state, context| patch::apply(state, context, &key, changes.clone())),
    })))
}
