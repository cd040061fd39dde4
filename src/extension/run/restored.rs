//! Words on an Infrastructure that a restore has made anew: the state has them, and they are written back once.

use planner::documents::infrastructure::OperationType;
use planner::documents::names::MIGRATION_ANNOTATION;
use planner::journal;

use crate::api::infrastructure::Infrastructure;
use crate::extension::contract::operation;
use crate::extension::tell::Failure;
use crate::kubernetes::Seed;

/// Writes the words that the state keeps back onto `infrastructure`, before the first run of a restore says that it is under way.
/// From then on what stands there is what people say: a word that they remove does not come back.
pub(super) async fn with_words(
    seed: &Seed,
    infrastructure: Infrastructure,
) -> Result<Infrastructure, Failure> {
    let begun =
        operation::last(&infrastructure).is_some_and(|last| last.operation_type == OperationType::Restore);
    let annotations = infrastructure.metadata.annotations.as_ref();
    let says = annotations.is_some_and(|annotations| annotations.contains_key(MIGRATION_ANNOTATION));
    let state = infrastructure.status.as_ref().and_then(|status| status.state.as_ref());
    // A state that cannot be read is told of where it is needed.
    let words = journal::decode(state).map(|state| state.lasting.words).unwrap_or_default();
    if begun || says || words.is_empty() {
        return Ok(infrastructure);
    }
    Ok(seed.annotate(&infrastructure, MIGRATION_ANNOTATION, Some(&words.to_string())).await?)
}
