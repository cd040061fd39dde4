//! Deletion: by force, of what was never made, and of all else.

use std::time::Duration;

use planner::desired::Goal;
use planner::documents::cluster::Shoot;
use planner::journal::RESOURCES_EXIST;
use planner::plan::{self, History, Verdict};
use planner::report;
use planner::text::{line, listed};

use super::end::End;
use super::execution::execute;
use super::reconciliation::Reconciliation;
use crate::api::infrastructure::Infrastructure;
use crate::extension::contract::{operation, state};
use crate::extension::tell::{Event, Failure};

/// How long it is looked for what bears the names of a shoot of which nothing was ever made.
const NAMESAKES: Duration = Duration::from_secs(10);

/// Takes away all that is the shoot's, as far as there is anything.
pub(super) async fn delete(on: &Reconciliation<'_>, shoot: &Shoot) -> Result<End, Failure> {
    let infrastructure = on.status.last().await;
    let given = &on.shared.given;
    let state = state::read(&given.seed, &infrastructure, given.service_accounts).await;
    if operation::is_forced(shoot) {
        let left = report::left_behind(
            &on.key.namespace,
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
        on.record(&infrastructure, &Event::warning("LeftBehind", text)).await;
        return Ok(End::Over);
    }
    if !state?.is_marked(RESOURCES_EXIST) {
        // Nothing was ever made: it must be possible to delete that without any credentials.
        warn_of_namesakes(on, &infrastructure).await;
        return Ok(End::Over);
    }
    execute(on).await
}

/// A state that was lost says the same as that of a shoot of which nothing was ever made. What bears its names all the same is told,
/// as far as the cloud can be asked at all, and stays: nothing is taken away for its name alone.
async fn warn_of_namesakes(on: &Reconciliation<'_>, infrastructure: &Infrastructure) {
    let found = tokio::time::timeout(NAMESAKES, namesakes(on, infrastructure)).await;
    let names = match found {
        Ok(Ok(names)) if !names.is_empty() => names,
        Ok(Err(failure)) => {
            tracing::debug!(infrastructure = %on.key, "not looked for what bears its names: {}", line(&failure.to_string()));
            return;
        }
        _ => return,
    };
    let text = format!(
        "by its state nothing was ever made for the shoot, and it is deleted; but this bears its names, and stays: {}; delete it by \
         hand if it is the shoot's",
        listed(&names, ", ")
    );
    on.record(infrastructure, &Event::warning("LeftBehind", text)).await;
}

/// What would be taken away, were it the shoot's.
async fn namesakes(on: &Reconciliation<'_>, infrastructure: &Infrastructure) -> Result<Vec<String>, Failure> {
    let clients = on.shared.clients(on.key, infrastructure).await?;
    let observation = on.shared.observer(&clients).observe(Goal::Absent, infrastructure, None).await?;
    let decision =
        plan::plan(&observation.target, &observation.seen, &on.shared.given.settings, &History::default());
    let Verdict::Act(steps) = decision.verdict else { return Ok(Vec::new()) };
    Ok(steps.iter().map(|step| format!("{} ({})", step.target(), step.id)).collect())
}

/// Terraform's own objects keep the namespace, and nobody but a person takes their finalizer away.
pub(super) async fn warn_of_terraform(on: &Reconciliation<'_>, infrastructure: &Infrastructure) {
    let key = on.key;
    if on.shared.given.seed.terraform(&key.namespace, &key.name).await.protected {
        let text = format!(
            "objects called {}.infra.tf-… bear the finalizer gardener.cloud/terraformer and keep the namespace {}: once what they \
             describe is gone, remove the finalizer from them",
            key.name, key.namespace
        );
        on.record(infrastructure, &Event::warning("TerraformLeftBehind", text)).await;
    }
}
