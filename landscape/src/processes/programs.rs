//! The programs that a landscape starts, built and found to be fresh.

use std::path::{Path, PathBuf};

use super::ProcessError;
use super::binaries::{CONTROLLER, FAKE_GCP};
use super::build::{ApiServer, BuildObserver, CloudControllerManager};

/// The programs of a landscape. To have this value is to have waited for everything that takes real time: a cloud, and with
/// it every clock that goes faster than life, can be started only by whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    api_server: ApiServer,
    ccm: Option<CloudControllerManager>,
    controller: PathBuf,
    fake_gcp: PathBuf,
}

impl Programs {
    /// Finds the binaries of this workspace and builds what is not there yet. What is missing or stale and cannot be built
    /// here is told before the long build begins.
    pub async fn build(observer: &dyn BuildObserver) -> Result<Self, ProcessError> {
        let (controller, fake_gcp) = (CONTROLLER.locate().await?, FAKE_GCP.locate().await?);
        Ok(Self { api_server: ApiServer::build(observer).await?, ccm: None, controller, fake_gcp })
    }

    /// Adds the real cloud-controller-manager, which is built if it is not there yet.
    pub async fn with_ccm(self, observer: &dyn BuildObserver) -> Result<Self, ProcessError> {
        Ok(Self { ccm: Some(CloudControllerManager::build(observer).await?), ..self })
    }

    /// The build of the real cloud-controller-manager, if it is to run: else the stand-in takes its place.
    pub fn ccm(&self) -> Option<&CloudControllerManager> {
        self.ccm.as_ref()
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
