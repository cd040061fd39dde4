//! Errors of a demonstration: it could not be run. A bad outcome is no error but a report.

use crate::journey::JourneyError;
use crate::migration::MigrationError;
use crate::processes::ProcessError;
use crate::setting::SettingError;

/// Reason why a demonstration could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Seed, cloud or credential could not be set up.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A child process failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The story of the shoot could not go on.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The journey could not go on.
    #[error(transparent)]
    Journey(#[from] JourneyError),
    /// A neighbour could not do what is to happen in the middle.
    #[error(transparent)]
    Neighbour(#[from] crate::neighbours::Error),
    /// The cloud could not be told what is to happen in the middle.
    #[error(transparent)]
    Cloud(#[from] crate::cloud::CloudError),
    /// The controller ended although nobody killed it.
    #[error("the controller ended by itself ({status}); log: {}", log.display())]
    ControllerEnded {
        /// Exit status, or the signal that ended it.
        status: std::process::ExitStatus,
        /// Path of the controller's log.
        log: std::path::PathBuf,
    },
}
