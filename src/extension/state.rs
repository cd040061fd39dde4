//! `status.state`, as an operation begins with it.

use super::Failure;
use crate::api::infrastructure::Infrastructure;
use crate::journal::{self, State};
use crate::kubernetes::Seed;

/// Reads the state of `infrastructure`.
///
/// # Errors
/// A [`Failure`] that names what is not understood. Nothing may be changed in the cloud then.
pub(super) async fn read(
    _seed: &Seed,
    infrastructure: &Infrastructure,
    _service_accounts: bool,
) -> Result<State, Failure> {
    let document = infrastructure.status.as_ref().and_then(|status| status.state.as_ref());
    Ok(journal::decode(document)?)
}
