//! The product as a child process.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Child, ProcessError, Program, RunDir};

/// How to run it.
#[derive(Debug, Clone)]
pub struct ControllerOptions {
    /// The binary.
    pub program: PathBuf,
    /// Name in messages and of the log file; two controllers at once need two names.
    pub name: String,
    /// Kubeconfig of the seed.
    pub kubeconfig: PathBuf,
    /// Base URL of the fake cloud.
    pub compute_endpoint: String,
    /// Further arguments of `gardener-extension-infra-gcp controller`.
    pub args: Vec<OsString>,
}

/// What a person can type while the seed and the cloud are there, to see what the controller would do next.
pub fn plan_command(options: &ControllerOptions, namespace: &str) -> String {
    let (program, kubeconfig) = (options.program.display(), options.kubeconfig.display());
    let endpoint = &options.compute_endpoint;
    format!("{program} plan --kubeconfig {kubeconfig} --compute-endpoint {endpoint} -n {namespace}")
}

/// Starts the controller. It announces nothing by itself: follow its log with [`Child::log`], one JSON object per line.
pub async fn start(options: &ControllerOptions, run_dir: &RunDir) -> Result<Child, ProcessError> {
    let program = Program::new(&options.name, &options.program)
        .arg("controller")
        .arg("--kubeconfig")
        .arg(&options.kubeconfig)
        .args(["--compute-endpoint", &options.compute_endpoint])
        .args(&options.args);
    Child::start(&program, run_dir)
}
