//! Deletion: by force, of what was never made, and of all else.

use super::pass::End;
use super::reconciler::Reconciler;
use super::{Failure, Key, Note, operation, state};
use crate::api::cluster::Shoot;
use crate::api::infrastructure::{Infrastructure, OperationType};
use crate::journal::RESOURCES_EXIST;
use crate::kubernetes::StatusWriter;
use crate::report;

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
            let left = report::left_behind(&key.namespace, &infrastructure, state.as_ref().ok());
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
            return Ok(End::Over);
        }
        self.run(key, OperationType::Delete, status).await
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
