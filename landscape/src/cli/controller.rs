//! The controller under observation: its log is followed, and it is killed and started again at a given milestone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::error::DemoError;
use super::milestones::{Milestone, announced};
use super::screen::Screen;
use crate::processes::controller::{ControllerOptions, start};
use crate::processes::{Child, RunDir};

/// Runs the controller for ever and returns only with an error. `crashes` counts how often it was killed.
pub(super) async fn supervise(
    options: &ControllerOptions,
    run_dir: &RunDir,
    crash_at: Option<Milestone>,
    screen: &Arc<dyn Screen>,
    crashes: &AtomicU32,
) -> DemoError {
    let crash_at = crash_at.map(|milestone| milestone.to_string());
    loop {
        let wanted = crash_at.as_deref().filter(|_| crashes.load(Ordering::Relaxed) == 0);
        match run_once(options, run_dir, wanted, screen).await {
            Ok(()) => {
                crashes.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => return error,
        }
    }
}

/// Runs the controller until it was killed after the milestone `crash_at`.
async fn run_once(
    options: &ControllerOptions,
    run_dir: &RunDir,
    crash_at: Option<&str>,
    screen: &Arc<dyn Screen>,
) -> Result<(), DemoError> {
    let mut child: Child = start(options, run_dir).await?;
    let mut log = child.log();
    while let Some(line) = log.next().await {
        let Some(milestone) = line.json().as_ref().and_then(announced) else { continue };
        if crash_at == Some(milestone.as_str()) {
            child.kill().await?;
            screen.milestone(&milestone);
            screen.note(&format!("the controller was killed after {milestone} and is started again"));
            return Ok(());
        }
        screen.milestone(&milestone);
    }
    let status = child.wait().await?;
    Err(DemoError::ControllerEnded { status, log: child.log_path().to_path_buf() })
}
