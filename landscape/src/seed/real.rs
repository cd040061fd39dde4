//! The real seed: etcd and kube-apiserver as a child process.
//!
//! It can be killed and started again on the same data, address and credentials, so that clients and kubeconfig stay
//! valid. There is no controller manager: nothing is garbage-collected, and a deleted namespace stays Terminating.

use std::path::{Path, PathBuf};

use kube::Client;
use kube::config::{KubeConfigOptions, Kubeconfig};

use super::identity::Identity;
use super::{SeedError, install_definitions, kubeconfig};
use crate::neighbours::base64;
use crate::processes::build::ApiServer;
use crate::processes::testenv::Ready;
use crate::processes::{Child, ProcessError, RunDir, testenv};

/// A running kube-apiserver with Gardener's definitions.
#[derive(Debug)]
pub struct RealSeed {
    server: ApiServer,
    child: Child,
    data_dir: PathBuf,
    services: String,
    ready: Ready,
    kubeconfig: PathBuf,
    client: ClientDebug,
}

/// The access of somebody with fewer rights than all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Path of the kubeconfig.
    pub kubeconfig: PathBuf,
    /// Namespace of the service account.
    pub namespace: String,
}

/// A client with `Debug`, which [`Client`] lacks.
#[derive(Clone)]
struct ClientDebug(Client);

impl std::fmt::Debug for ClientDebug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl RealSeed {
    /// Starts a seed with its data in `run_dir`, whose Services get their addresses from the range `services`, and installs the
    /// definitions.
    pub async fn start(server: &ApiServer, services: &str, run_dir: &RunDir) -> Result<Self, SeedError> {
        let data_dir = run_dir.path().join("seed");
        let (child, ready) = testenv::start(server, &data_dir, 0, services, run_dir).await?;
        let path = write_kubeconfig(&ready, "admin", &ready.token, run_dir)?;
        let client = connect(&path).await?;
        install_definitions(&client).await?;
        let (server, client) = (server.clone(), ClientDebug(client));
        Ok(Self { server, child, data_dir, services: services.to_owned(), ready, kubeconfig: path, client })
    }

    /// Lets the service account of a rendered chart in, with the rights that the chart gives it and no others. Its token
    /// stays valid over [`RealSeed::restart`].
    pub async fn admit(&self, chart: &str, run_dir: &RunDir) -> Result<Access, SeedError> {
        let admin = self.client();
        let identity = Identity::install(&admin, chart).await?;
        let token = identity.token(&admin).await?;
        let kubeconfig = write_kubeconfig(&self.ready, "controller", &token, run_dir)?;
        identity.effective(&connect(&kubeconfig).await?).await?;
        Ok(Access { kubeconfig, namespace: identity.namespace })
    }

    /// A client with all rights; it stays valid over [`RealSeed::restart`].
    pub fn client(&self) -> Client {
        self.client.0.clone()
    }

    /// Path of the kubeconfig with all rights, for child processes.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The child process, to be paused or to have its log read.
    pub fn child(&self) -> &Child {
        &self.child
    }

    /// Sends SIGKILL: requests in flight break, new ones are refused until [`RealSeed::restart`].
    pub async fn crash(&mut self) -> Result<(), SeedError> {
        self.child.kill().await?;
        Ok(())
    }

    /// Starts the seed again with other service ranges, one or one of either family, comma-separated.
    pub async fn restart_with(&mut self, services: &str, run_dir: &RunDir) -> Result<(), SeedError> {
        services.clone_into(&mut self.services);
        self.restart(run_dir).await
    }

    /// Starts the seed again on the same data and port; kills it first if it still runs.
    pub async fn restart(&mut self, run_dir: &RunDir) -> Result<(), SeedError> {
        self.child.kill().await?;
        let port = self.ready.url.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or_default();
        let (child, _) = testenv::start(&self.server, &self.data_dir, port, &self.services, run_dir).await?;
        self.child = child;
        Ok(())
    }
}

/// Writes `<user>.kubeconfig`.
fn write_kubeconfig(
    ready: &Ready,
    user: &str,
    token: &str,
    run_dir: &RunDir,
) -> Result<PathBuf, ProcessError> {
    let path = run_dir.path().join(format!("{user}.kubeconfig"));
    let authority = std::fs::read_to_string(&ready.ca_file).map_err(ProcessError::file(&ready.ca_file))?;
    let content = kubeconfig::content(&ready.url, &base64(&authority), user, token).to_string();
    std::fs::write(&path, content).map_err(ProcessError::file(&path))?;
    Ok(path)
}

async fn connect(path: &Path) -> Result<Client, SeedError> {
    let failed = |source| SeedError::Kubeconfig { path: path.to_path_buf(), source: Box::new(source) };
    let kubeconfig = Kubeconfig::read_from(path).map_err(failed)?;
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .map_err(failed)?;
    Client::try_from(config).map_err(SeedError::api("making a client"))
}
