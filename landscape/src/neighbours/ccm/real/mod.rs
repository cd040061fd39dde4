//! The real cloud-controller-manager: a process for each pod, started and ended as the kubelet of a seed does it.

mod config;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::sleep;

pub use config::cloud_config;

use super::CloudControllerManager;
use super::containers::Containers;
use super::pods::Pods;
use crate::neighbours::World;
use crate::processes::ccm::{CcmFiles, start};
use crate::processes::{Child, ProcessError};

/// Time that a process has to end after SIGTERM, as `terminationGracePeriodSeconds` says.
const GRACE: Duration = Duration::from_secs(30);
/// Pause before a process that ended by itself is started again, which is the kubelet's first.
const BACK_OFF: Duration = Duration::from_secs(10);
/// Pause between two looks at a process that was told to end.
const LOOK: Duration = Duration::from_millis(200);

/// The real CCM. All of its own waits are on the wall clock, however fast the landscape is.
#[derive(Clone)]
pub struct Real {
    world: World,
    files: CcmFiles,
}

impl Real {
    /// The CCM of the world's shoot, started from `files`.
    pub fn new(world: &World, files: CcmFiles) -> Self {
        Self { world: world.clone(), files }
    }
}

impl CloudControllerManager for Real {
    async fn run(self) {
        let processes = Processes {
            files: self.files,
            look: LOOK.mul_f64(self.world.time.speed()),
            running: BTreeMap::new(),
        };
        Pods::new(&self.world, None, processes).run().await;
    }
}

/// A process for each pod.
struct Processes {
    files: CcmFiles,
    /// The pause between two looks, in landscape time.
    look: Duration,
    running: BTreeMap<String, Process>,
}

/// The life of one pod's process; dropped, it is killed.
struct Process {
    /// Tells it to end; gone once it was told.
    stop: Option<oneshot::Sender<()>>,
    life: JoinSet<()>,
}

impl Containers for Processes {
    fn begin(&mut self, pods: &[&str]) {
        self.running.retain(|name, _| pods.contains(&name.as_str()));
    }

    fn run(&mut self, pod: &str, arguments: &Value) {
        if self.running.contains_key(pod) {
            return;
        }
        let arguments = arguments.as_array().into_iter().flatten().filter_map(Value::as_str);
        let (stop, stopped) = oneshot::channel();
        let mut life = JoinSet::new();
        life.spawn(live(self.files.clone(), arguments.map(str::to_owned).collect(), stopped));
        self.running.insert(pod.to_owned(), Process { stop: Some(stop), life });
    }

    fn stop(&mut self, pod: &str, _: &Value) -> bool {
        let Some(process) = self.running.get_mut(pod) else { return true };
        // A process that has ended hears nothing more.
        let _ = process.stop.take().map(|stop| stop.send(()));
        while process.life.try_join_next().is_some() {}
        process.life.is_empty()
    }

    fn forget(&mut self, pod: &str) {
        self.running.remove(pod);
    }

    fn is_stopping(&self, pod: &str) -> bool {
        self.running.get(pod).is_some_and(|process| process.stop.is_none())
    }

    fn settle(&mut self) {}

    fn next_end(&self) -> Option<Duration> {
        self.running.values().any(|process| process.stop.is_none()).then_some(self.look)
    }
}

/// Lets a process run until it is `stopped`; one that ends by itself, as after a lost election, is started again.
async fn live(files: CcmFiles, arguments: Vec<String>, mut stopped: oneshot::Receiver<()>) {
    loop {
        match start(&files, &arguments) {
            Ok(child) => match until_ended(child, &mut stopped).await {
                Ok(Some(status)) => tracing::warn!(%status, "the cloud-controller-manager ended by itself"),
                Ok(None) => return,
                Err(error) => tracing::warn!(%error, "the cloud-controller-manager cannot be followed"),
            },
            Err(error) => tracing::warn!(%error, "the cloud-controller-manager cannot be started"),
        }
        tokio::select! {
            _ = &mut stopped => return,
            () = sleep(BACK_OFF) => {}
        }
    }
}

/// Waits for the end of a process and returns its status; `None` if it was `stopped`.
async fn until_ended(
    mut child: Child,
    stopped: &mut oneshot::Receiver<()>,
) -> Result<Option<std::process::ExitStatus>, ProcessError> {
    let ended = tokio::select! {
        _ = stopped => None,
        status = child.wait() => Some(status?),
    };
    if ended.is_none() {
        child.stop(GRACE).await?;
    }
    Ok(ended)
}
