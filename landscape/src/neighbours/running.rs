//! The stand-ins that live all the time, as tasks that end with this value.

use tokio::task::JoinSet;

use super::{World, ccm::Ccm, resource_manager::ResourceManager};

/// The running cloud-controller-manager and resource manager; dropping it stops them at once, in the middle of
/// whatever they do.
#[derive(Debug)]
pub struct Neighbours {
    tasks: JoinSet<()>,
}

impl Neighbours {
    /// Starts both with their usual periods and delays.
    pub fn start(world: &World) -> Self {
        Self::start_with(Ccm::new(world), ResourceManager::new(world))
    }

    /// Starts the two as given, so that a test can choose their delays.
    pub fn start_with(ccm: Ccm, resource_manager: ResourceManager) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(ccm.run());
        tasks.spawn(resource_manager.run());
        Self { tasks }
    }

    /// Stops them and waits until they are gone.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}
