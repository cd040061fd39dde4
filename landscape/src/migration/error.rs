//! Errors of a story: why it could not go on to its end.

use crate::cloud::CloudError;
use crate::neighbours;

use super::observer::Stage;
use super::word::Word;

/// Shorthand for results of a story.
pub type Result<T, E = MigrationError> = std::result::Result<T, E>;

/// Reason why a story could not go on. That a cluster suffered is no error but an [`super::Outcome`].
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A stand-in failed.
    #[error(transparent)]
    Neighbour(#[from] neighbours::Error),
    /// The cloud failed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The controller refuses, with a code after which gardenlet does not try again.
    #[error("{stage}: the Infrastructure is refused ({}): {description}", codes.join(", "))]
    Refused {
        /// Stage of the story in which the controller refused.
        stage: Stage,
        /// The description, `lastError.description`.
        description: String,
        /// The codes, `lastError.codes`.
        codes: Vec<String>,
    },
    /// The migration was finished although a canary was cut off.
    #[error(
        "{stage}: the Infrastructure succeeded although the guests of some nodes take alias ranges: no canary found it out"
    )]
    NotFoundOut {
        /// Stage of the story in which the migration ended.
        stage: Stage,
    },
    /// The migration was finished although somebody said that it shall not be.
    #[error(
        "{stage}: the Infrastructure succeeded although {word} is said: the point of no return was passed before the word came"
    )]
    Unheeded {
        /// Stage of the story in which the word was said.
        stage: Stage,
        /// The word.
        word: Word,
    },
    /// A condition did not come about in time.
    #[error("{stage}: {awaited} did not come about within {seconds:.0} s; {last}")]
    Late {
        /// Stage of the story that did not come to its end.
        stage: Stage,
        /// The condition that was waited for, in words.
        awaited: &'static str,
        /// Length of the wait in landscape seconds.
        seconds: f64,
        /// Last state that was seen, in words.
        last: String,
    },
}
