//! The programs that a landscape starts, built and found to be fresh.

use std::path::{Path, PathBuf};

use super::ProcessError;
use super::binaries::{CONTROLLER, FAKE_GCP};
use super::build::{ApiServer, BuildObserver};

/// The programs of a landscape. To have this value is to have waited for everything that takes real time: a cloud, and with
/// it every clock that goes faster than life, can be started only by whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    api_server: ApiServer,
    controller: PathBuf,
    fake_gcp: PathBuf,
}

impl Programs {
    /// Finds the binaries of this workspace and builds what is not there yet. What is missing or stale and cannot be built
    /// here is told before the long build begins.
    pub async fn build(observer: &dyn BuildObserver) -> Result<Self, ProcessError> {
        let (controller, fake_gcp) = (CONTROLLER.locate().await?, FAKE_GCP.locate().await?);
        Ok(Self { api_server: ApiServer::build(observer).await?, controller, fake_gcp })
    }

    /// The build of etcd and kube-apiserver.
    pub fn api_server(&self) -> &ApiServer {
        &self.api_server
    }

    /// Path of the product's binary.
    pub fn controller(&self) -> &Path {
        &self.controller
    }

    /// Path of the fake cloud's binary.
    pub fn fake_gcp(&self) -> &Path {
        &self.fake_gcp
    }
}
