//! Errors of a journey: why it could not go on. That something is not as promised is no error but a [`super::Check`].

use crate::cloud::CloudError;
use crate::migration::MigrationError;
use crate::neighbours;
use crate::setting::SettingError;

/// Shorthand for results of a journey.
pub type Result<T, E = JourneyError> = std::result::Result<T, E>;

/// Reason why a journey could not go on.
#[derive(Debug, thiserror::Error)]
pub enum JourneyError {
    /// The Infrastructure did not come where it was to come.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// A neighbour failed.
    #[error(transparent)]
    Neighbour(#[from] neighbours::Error),
    /// The cloud failed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// Something could not be set up, or started again.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A condition did not come about in time.
    #[error("{awaited} did not come about within {seconds} s; {last}")]
    Late {
        /// The condition that was waited for, in words.
        awaited: String,
        /// Length of the wait on the wall clock, in seconds.
        seconds: u64,
        /// Last state that was seen, in words.
        last: String,
    },
}
