//! The product as a child process.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Child, ProcessError, Program, RunDir};

/// Options of a controller process.
#[derive(Debug, Clone)]
pub struct ControllerOptions {
    /// Path of the binary.
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

/// The command by which a person sees what the controller would do next, while the seed and the cloud are there.
pub fn plan_command(options: &ControllerOptions, namespace: &str) -> String {
    let (program, kubeconfig) = (options.program.display(), options.kubeconfig.display());
    let endpoint = &options.compute_endpoint;
    let others = other_apis(endpoint).map(|argument| format!(" {argument}")).concat();
    format!("{program} plan --kubeconfig {kubeconfig} --compute-endpoint {endpoint}{others} -n {namespace}")
}

/// The flags, each with its value, that lead to the other APIs of the fake cloud whose Compute API is at `compute`.
pub fn other_apis(compute: &str) -> [String; 2] {
    let base = compute.replace("/compute/v1/", "/v1/");
    ["--resource-manager-endpoint", "--network-connectivity-endpoint"].map(|flag| format!("{flag}={base}"))
}

/// Starts the controller. It announces nothing by itself: its log, [`Child::log`], has one JSON object per line.
pub async fn start(options: &ControllerOptions, run_dir: &RunDir) -> Result<Child, ProcessError> {
    let program = Program::new(&options.name, &options.program)
        .arg("controller")
        .arg("--kubeconfig")
        .arg(&options.kubeconfig)
        .args(["--compute-endpoint", &options.compute_endpoint])
        .args(other_apis(&options.compute_endpoint))
        .args(&options.args);
    Child::start(&program, run_dir)
}
