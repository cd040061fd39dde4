//! Why a journey ends before its end.

use crate::cloud::CloudError;
use crate::neighbours;

use super::observer::Stage;

/// Shorthand for results of a journey.
pub type Result<T, E = JourneyError> = std::result::Result<T, E>;

/// A journey could not go on. That a cluster suffered is no error but an [`super::Outcome`].
#[derive(Debug, thiserror::Error)]
pub enum JourneyError {
    /// A stand-in failed.
    #[error(transparent)]
    Neighbour(#[from] neighbours::Error),
    /// The cloud failed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The controller refuses, with a code after which gardenlet does not try again.
    #[error("{stage}: the Infrastructure is refused ({}): {description}", codes.join(", "))]
    Refused {
        /// Where in the story.
        stage: Stage,
        /// `lastError.description`.
        description: String,
        /// `lastError.codes`.
        codes: Vec<String>,
    },
    /// Something did not come about in time.
    #[error("{stage}: {awaited} did not come about within {seconds:.0} s; {last}")]
    Late {
        /// Where in the story.
        stage: Stage,
        /// What was waited for.
        awaited: &'static str,
        /// Landscape seconds waited.
        seconds: f64,
        /// How it stood at the end.
        last: String,
    },
}
