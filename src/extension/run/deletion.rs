//! The deletion of an Infrastructure: by force, of what was never made, and of all else.

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

/// The longest search for objects that bear the names of a shoot of which nothing was ever made.
const NAMESAKES: Duration = Duration::from_secs(10);

/// Deletes all that is the shoot's, if there is anything.
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

/// Tells of objects that bear the names of a shoot of which, by its state, nothing was ever made: the state may have been lost. They
/// stay, as nothing is taken away for its name alone. Where the cloud cannot be asked, nothing is told.
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

/// The objects that would be taken away if they were the shoot's.
async fn namesakes(on: &Reconciliation<'_>, infrastructure: &Infrastructure) -> Result<Vec<String>, Failure> {
    let clients = on.shared.clients(on.key, infrastructure).await?;
    let observation = on.shared.observer(&clients).observe(Goal::Absent, infrastructure, None).await?;
    let decision =
        plan::plan(&observation.target, &observation.seen, &on.shared.given.settings, &History::default());
    let Verdict::Act(steps) = decision.verdict else { return Ok(Vec::new()) };
    Ok(steps.iter().map(|step| format!("{} ({})", step.target(), step.id)).collect())
}

/// Tells of Terraform's own objects, which keep the namespace: nobody but a person takes their finalizer away.
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
