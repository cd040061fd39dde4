//! Why a demonstration could not be run. That the outcome is bad is no error but a report.

use crate::cloud::CloudError;
use crate::journey::JourneyError;
use crate::neighbours;
use crate::processes::ProcessError;
use crate::seed::SeedError;

/// A demonstration could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The kube-apiserver.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// A child process.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A stand-in.
    #[error(transparent)]
    Neighbour(#[from] neighbours::Error),
    /// The fake cloud.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The story.
    #[error(transparent)]
    Journey(#[from] JourneyError),
    /// A file of the run directory.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// Reason given by the system.
        source: std::io::Error,
    },
    /// The controller ended although nobody killed it.
    #[error("the controller ended by itself ({status}); log: {}", log.display())]
    ControllerEnded {
        /// How it ended.
        status: std::process::ExitStatus,
        /// Its log.
        log: std::path::PathBuf,
    },
}
