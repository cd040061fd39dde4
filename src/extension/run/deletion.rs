//! Deletion: by force, of what was never made, and of all else.

use std::time::Duration;

use super::pass::End;
use super::reconciler::Reconciler;
use crate::api::cluster::Shoot;
use crate::api::infrastructure::{Infrastructure, OperationType};
use crate::excerpt::{line, listed};
use crate::extension::contract::{Key, operation, state};
use crate::extension::tell::{Failure, Note};
use crate::journal::RESOURCES_EXIST;
use crate::kubernetes::StatusWriter;
use crate::plan::{self, History, Verdict};
use crate::report;
use crate::target::Goal;

/// How long it is looked for what bears the names of a shoot of which nothing was ever made.
const NAMESAKES: Duration = Duration::from_secs(10);

impl Reconciler {
    /// Takes away all that is the shoot's, as far as there is anything.
    pub(super) async fn delete(
        &self,
        key: &Key,
        shoot: &Shoot,
        status: &StatusWriter,
    ) -> Result<End, Failure> {
        let infrastructure = status.last().await;
        let state = state::read(&self.with.seed, &infrastructure, self.with.service_accounts).await;
        if operation::is_forced(shoot) {
            let left = report::left_behind(
                &key.namespace,
                &infrastructure.spec,
                infrastructure.status.as_ref(),
                state.as_ref().ok(),
            );
            let text = match left.as_slice() {
                [] => "deleted by force; nothing was made in the cloud".to_owned(),
                left => {
                    format!("deleted by force; this may be left behind in the cloud: {}", left.join("; "))
                }
            };
            self.with.narrator.note(&infrastructure, &Note::warning("LeftBehind", text)).await;
            return Ok(End::Over);
        }
        if !state?.is_marked(RESOURCES_EXIST) {
            // Nothing was ever made: it must be possible to delete that without any credentials.
            self.warn_of_namesakes(key, &infrastructure).await;
            return Ok(End::Over);
        }
        self.run(key, OperationType::Delete, status).await
    }

    /// A state that was lost says the same as that of a shoot of which nothing was ever made. What bears its names all the same is told,
    /// as far as the cloud can be asked at all, and stays: nothing is taken away for its name alone.
    async fn warn_of_namesakes(&self, key: &Key, infrastructure: &Infrastructure) {
        let found = tokio::time::timeout(NAMESAKES, self.namesakes(key, infrastructure)).await;
        let names = match found {
            Ok(Ok(names)) if !names.is_empty() => names,
            Ok(Err(failure)) => {
                tracing::debug!(infrastructure = %key, "not looked for what bears its names: {}", line(&failure.to_string()));
                return;
            }
            _ => return,
        };
        let text = format!(
            "by its state nothing was ever made for the shoot, and it is deleted; but this bears its names, and stays: {}; delete it by \
             hand if it is the shoot's",
            listed(&names, ", ")
        );
        self.with.narrator.note(infrastructure, &Note::warning("LeftBehind", text)).await;
    }

    /// What would be taken away, were it the shoot's.
    async fn namesakes(&self, key: &Key, infrastructure: &Infrastructure) -> Result<Vec<String>, Failure> {
        let clients = self.clients(key, infrastructure).await?;
        let view = self.view(&clients);
        let look = view.look(Goal::Absent, infrastructure, None).await?;
        let decision = plan::plan(&look.target, &look.seen, &self.with.settings, &History::default());
        let Verdict::Act(steps) = decision.verdict else { return Ok(Vec::new()) };
        Ok(steps.iter().map(|step| format!("{} ({})", step.target(), step.id)).collect())
    }

    /// Terraform's own objects keep the namespace, and nobody but a person takes their finalizer away.
    pub(super) async fn warn_of_terraform(&self, key: &Key, infrastructure: &Infrastructure) {
        if self.with.seed.terraform(&key.namespace, &key.name).await.protected {
            let text = format!(
                "objects called {}.infra.tf-… bear the finalizer gardener.cloud/terraformer and keep the namespace {}: once what they \
                 describe is gone, remove the finalizer from them",
                key.name, key.namespace
            );
            self.with.narrator.note(infrastructure, &Note::warning("TerraformLeftBehind", text)).await;
        }
    }
}
