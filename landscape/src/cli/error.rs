//! Why a demonstration could not be run. That the outcome is bad is no error but a report.

use crate::journey::JourneyError;
use crate::processes::ProcessError;
use crate::setting::SettingError;

/// A demonstration could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Seed, cloud or credential.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A child process.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The story.
    #[error(transparent)]
    Journey(#[from] JourneyError),
    /// The controller ended although nobody killed it.
    #[error("the controller ended by itself ({status}); log: {}", log.display())]
    ControllerEnded {
        /// How it ended.
        status: std::process::ExitStatus,
        /// Its log.
        log: std::path::PathBuf,
    },
}
