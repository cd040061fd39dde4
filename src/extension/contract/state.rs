//! The state of an Infrastructure as its status has it, or as it is taken over from Terraform.

use planner::journal::{self, State, StateError};
use serde_json::Value;

use crate::api::infrastructure::Infrastructure;
use crate::kubernetes::Seed;

/// The state of `infrastructure`, for reconciling as well as for deleting. Reads only: a state that is taken over says that it
/// is not written yet, and the planner of a network that shall stand has it written before anything else is done.
///
/// `service_accounts` says whether shoots get a service account of their own.
///
/// # Errors
/// For a document that cannot be gone on with; it is left as it is.
pub(crate) async fn read(
    seed: &Seed,
    infrastructure: &Infrastructure,
    service_accounts: bool,
) -> Result<State, StateError> {
    let document = infrastructure.status.as_ref().and_then(|status| status.state.as_ref());
    // A text is a document that cannot be read, see `api::infrastructure`; whose it is is not known.
    if journal::is_ours(document) || document.is_some_and(Value::is_string) {
        return journal::decode(document);
    }
    let metadata = &infrastructure.metadata;
    let namespace = metadata.namespace.as_deref().unwrap_or_default();
    let name = metadata.name.as_deref().unwrap_or_default();
    let artefacts = seed.terraform(namespace, name).await;
    journal::take_over(document, artefacts, service_accounts)
}
