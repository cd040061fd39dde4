//! Errors of a demonstration: it could not be run. A bad outcome is no error but a report.

use std::time::Duration;

use tokio::time::timeout;

use crate::journey::JourneyError;
use crate::migration::MigrationError;
use crate::processes::ProcessError;
use crate::seed::SeedError;
use crate::setting::SettingError;

/// Time that the end of a process may take to be seen.
const MOMENT: Duration = Duration::from_secs(1);

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

impl DemoError {
    /// The error, unless a process `ended` by itself: then that is the cause of whatever failed after it; its end may take a moment to show.
    /// An error that tells of a process is its own cause: it may be about the one that was to come after the one that ended.
    pub(super) async fn or_end(self, ended: impl Future<Output = ProcessError>) -> Self {
        if self.process().is_some() {
            return self;
        }
        timeout(MOMENT, ended).await.map_or(self, Self::from)
    }

    /// The failure of a process that it tells of.
    pub(super) fn process(&self) -> Option<&ProcessError> {
        let setting = match self {
            Self::Process(error) => return Some(error),
            Self::Setting(setting) | Self::Journey(JourneyError::Setting(setting)) => setting,
            _ => return None,
        };
        match setting {
            SettingError::Process(error) | SettingError::Seed(SeedError::Process(error)) => Some(error),
            _ => None,
        }
    }
}
