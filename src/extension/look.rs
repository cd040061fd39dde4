//! A look at the world of one Infrastructure: what shall be, and what is. Reads only.

use super::{Failure, state};
use crate::api::infrastructure::Infrastructure;
use crate::gcp::Clients;
use crate::journal::{self, State};
use crate::kubernetes::{Neighbours, Seed};
use crate::observe;
use crate::seams::Clock;
use crate::snapshot::Snapshot;
use crate::target::{self, Goal, Inputs, Reported, Target, TargetError};

/// A look at the world, and what it was made from.
pub struct Look {
    /// What shall be.
    pub target: Target,
    /// What is.
    pub seen: Snapshot,
    pub(super) neighbours: Neighbours,
}

/// From where one looks.
pub struct View<'a> {
    /// The seed.
    pub seed: &'a Seed,
    /// The cloud.
    pub cloud: &'a Clients,
    /// The wall clock.
    pub clock: &'a dyn Clock,
    /// Whether every shoot has a service account of its own, and not only those that have one already.
    pub service_accounts: bool,
}

impl View<'_> {
    /// Looks at the world of `infrastructure`. Reads only.
    ///
    /// # Errors
    /// A [`Failure`]; nothing was changed.
    pub async fn look(&self, infrastructure: &Infrastructure) -> Result<Look, Failure> {
        self.look_for(goal(infrastructure), infrastructure).await
    }

    /// The same, with a goal that does not follow from the object.
    pub(super) async fn look_for(
        &self,
        goal: Goal,
        infrastructure: &Infrastructure,
    ) -> Result<Look, Failure> {
        let since = self.clock.now();
        let cluster_name = infrastructure.metadata.namespace.clone().unwrap_or_default();
        let cluster = self.seed.cluster(&cluster_name).await?;
        let state = state::read(self.seed, infrastructure, self.service_accounts).await?;
        of_project(&state, self.cloud.compute.project())?;
        let target = target::build(&Inputs {
            cluster: &cluster_name,
            project: self.cloud.compute.project(),
            spec: &infrastructure.spec,
            shoot: &cluster.spec.shoot,
            goal,
            reported: &Reported::of(infrastructure),
            committed: state.is_committed_to_dual_stack(),
            service_account: state.is_marked(journal::SERVICE_ACCOUNT_EXISTS)
                || match goal {
                    Goal::Stand => self.service_accounts,
                    Goal::Gone => state.is_marked(journal::SERVICE_ACCOUNT_PENDING),
                },
        })?;
        let neighbours =
            Neighbours::new(self.seed.clone(), &cluster_name, target.control_plane_namespace.as_deref());
        let seen = observe::observe(&target, state, since, self.cloud, &neighbours, self.clock).await?;
        Ok(Look { target, seen, neighbours })
    }
}

/// What was made is known by its names, and in another project the same names are other things: all would be made anew there, or
/// nothing be found to delete.
fn of_project(state: &State, project: &str) -> Result<(), TargetError> {
    match state.project() {
        Some(recorded) if recorded != project => {
            Err(TargetError::Project { found: project.to_owned(), recorded: recorded.clone() })
        }
        _ => Ok(()),
    }
}

/// Whether the network of `infrastructure` shall be there.
fn goal(infrastructure: &Infrastructure) -> Goal {
    if infrastructure.metadata.deletion_timestamp.is_some() { Goal::Gone } else { Goal::Stand }
}
