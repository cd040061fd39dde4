//! etcd and kube-apiserver as one child process.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::build::ApiServer;
use super::{Child, ProcessError, Program, RunDir};

const START_DEADLINE: Duration = Duration::from_secs(180);

/// The announcement of the process when the API server is ready.
#[derive(Debug, Clone, Deserialize)]
pub struct Ready {
    /// Base URL of the API server, `https://127.0.0.1:<port>`.
    pub url: String,
    /// Bearer token of an administrator.
    pub token: String,
    /// PEM file with the certificate authority.
    pub ca_file: PathBuf,
    /// Milliseconds from start to ready.
    pub ready_ms: u64,
}

/// The socket at which the API server of `run_dir` asks for connections to pods and nodes, whether somebody listens or not.
pub fn network_socket(run_dir: &RunDir) -> PathBuf {
    run_dir.path().join("network.sock")
}

/// Starts etcd and kube-apiserver with their data in `data_dir`, and waits until they are ready; `port` 0 picks one, and Services get
/// their addresses from `services`, one range or one of either family. The same directory and port again continue where a killed
/// process was.
pub async fn start(
    server: &ApiServer,
    data_dir: &Path,
    port: u16,
    services: &str,
    run_dir: &RunDir,
) -> Result<(Child, Ready), ProcessError> {
    let program = Program::new("testenv", server.path())
        .arg("-dir")
        .arg(data_dir)
        .args(["-secure-port", &port.to_string(), "-exit-with-stdin"])
        .args(["-service-cluster-ip-range", services])
        .arg("-network-socket")
        .arg(network_socket(run_dir));
    let mut child = Child::start(&program, run_dir)?;
    let ready = child.first_json(START_DEADLINE).await?;
    Ok((child, ready))
}
