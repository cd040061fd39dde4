//! The stand-ins that live all the time, as tasks that end with this value.

use tokio::task::JoinSet;

use super::World;
use super::ccm::{CloudControllerManager, StandIn};
use super::kubelets::Kubelets;
use super::machines::{Health, Machines};
use super::resource_manager::ResourceManager;

/// The running cloud-controller-manager, resource manager, machine health check and kubelets; dropping it stops them at
/// once, in the middle of whatever they do.
#[derive(Debug)]
pub struct Neighbours {
    tasks: JoinSet<()>,
}

impl Neighbours {
    /// Starts the four with their usual periods and delays; `random_seed` names the machines that replace others.
    pub fn start(world: &World, random_seed: u64) -> Self {
        let health = Health::new(Machines::new(world, random_seed));
        Self::start_with(StandIn::new(world), ResourceManager::new(world), health, Kubelets::new(world))
    }

    /// Starts the four as given, so that a test can choose their delays.
    pub fn start_with(
        ccm: impl CloudControllerManager,
        resource_manager: ResourceManager,
        health: Health,
        kubelets: Kubelets,
    ) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(ccm.run());
        tasks.spawn(resource_manager.run());
        tasks.spawn(health.run());
        tasks.spawn(kubelets.run());
        Self { tasks }
    }

    /// Stops the four and waits until they are gone.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}
