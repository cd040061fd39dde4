//! The operator at a terminal: commands of the product that are about one shoot and end by themselves.

use super::controller::ControllerOptions;
use super::{Child, ProcessError, Program, RunDir};

/// The command line of a person who says something about the migration of the shoot in `namespace`: `hold`, `undo` or `resume`.
pub fn command_line(command: &str, namespace: &str) -> String {
    format!("gardener-extension-infra-gcp {command} -n {namespace} --yes")
}

/// Runs that command against the seed of a controller with `options`, and returns the lines of its answer.
pub async fn run(
    options: &ControllerOptions,
    command: &str,
    namespace: &str,
    run_dir: &RunDir,
) -> Result<Vec<String>, ProcessError> {
    let program = Program::new(command, &options.program)
        .args([command, "-n", namespace, "--yes", "--kubeconfig"])
        .arg(&options.kubeconfig);
    Child::start(&program, run_dir)?.answer().await
}
