//! The operator of a demonstration: runs commands of the product, and what they answer is shown.

use std::sync::Arc;

use super::error::DemoError;
use super::screen::Screen;
use crate::processes::controller::ControllerOptions;
use crate::processes::{RunDir, operator};

/// A person at a terminal with access to the seed.
pub(super) struct Operator<'a> {
    pub(super) options: &'a ControllerOptions,
    pub(super) namespace: &'a str,
    pub(super) run_dir: &'a RunDir,
    pub(super) screen: &'a Arc<dyn Screen>,
}

impl Operator<'_> {
    /// Runs `hold`, `undo` or `resume`.
    pub(super) async fn runs(&self, command: &str) -> Result<(), DemoError> {
        self.screen.note(&format!("$ {}", operator::command_line(command, self.namespace)));
        for line in operator::run(self.options, command, self.namespace, self.run_dir).await? {
            self.screen.note(&line);
        }
        Ok(())
    }
}
