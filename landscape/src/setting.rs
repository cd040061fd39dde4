//! The setting of a story: seed, cloud and credential, started and made known to each other, and how fast each of them is.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use crate::cloud::{Cloud, CloudError};
use crate::migration;
use crate::neighbours::ccm::{Real, cloud_config};
use crate::neighbours::gardenlet::Given;
use crate::neighbours::key::ServiceAccountKey;
use crate::neighbours::kubelets::{Kubelets, Probes, Tunnel, TunnelError, Workload};
use crate::neighbours::machines::{Health, Machines, Registration};
use crate::neighbours::resource_manager::ResourceManager;
use crate::neighbours::{self, Neighbours, Reader, Shoot, World};
use crate::processes::build::PlainLines;
use crate::processes::ccm::CcmFiles;
use crate::processes::controller::ControllerOptions;
use crate::processes::fake_gcp::{FakeGcp, FakeGcpOptions, Latency};
use crate::processes::{ProcessError, Programs, RunDir, testenv};
use crate::seed::{Access, RealSeed, SeedError};
use crate::wire::HttpWire;

const PROJECT: &str = "demo-project";
const SHOOT: &str = "shoot--p--a";

/// The controller's chart, as rendered; a test compares it with the chart.
const CHART: &str = include_str!("../../testdata/chart/default.yaml");

/// The controller's waits that follow the speed, by option, with their length in production.
const WAITS: [(&str, Duration); 6] = [
    ("--alias-settle", Duration::from_secs(60)),
    ("--settle-per-alias", Duration::from_millis(100)),
    ("--poll-interval", Duration::from_secs(5)),
    ("--look-again-interval", Duration::from_secs(2)),
    ("--canary-interval", Duration::from_secs(2)),
    ("--canary-timeout", Duration::from_secs(600)),
];

/// Options of a controller that is alone: no election, and no ports, since another setting may run beside this one.
const ALONE: [&str; 5] = [
    "--leader-election=false",
    "--disable-controllers=heartbeat",
    "--metrics-bind-address=0",
    "--health-bind-address=0",
    "--log-format=json",
];

/// Options of a replica: an election that misses a dead leader soon, and free ports, which its log tells.
const REPLICA: [&str; 7] = [
    "--leader-election-lease-duration=10s",
    "--leader-election-renew-deadline=8s",
    "--leader-election-retry-period=500ms",
    "--metrics-bind-address=127.0.0.1:0",
    "--health-bind-address=127.0.0.1:0",
    "--heartbeat-renew-interval-seconds=1",
    "--log-format=json",
];

/// Reason why a setting could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// The kube-apiserver failed.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// A child process failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The credential could not be made.
    #[error(transparent)]
    Neighbour(#[from] neighbours::Error),
    /// The fake cloud failed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The way into the shoot's network could not be opened.
    #[error(transparent)]
    Tunnel(#[from] TunnelError),
    /// A file of the run directory could not be written.
    #[error("{}: {source}", path.display())]
    File {
        /// Path of the file.
        path: std::path::PathBuf,
        /// Reason given by the system.
        source: std::io::Error,
    },
}

/// The behaviour of the cloud, and the speed of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SettingOptions {
    /// Landscape seconds per second of wall time.
    pub speed: f64,
    /// Duration of the cloud's operations.
    pub latency: Latency,
    /// Start of everything random in the cloud.
    pub random_seed: u64,
}

/// Seed and cloud as child processes; dropped, they end.
pub struct Setting {
    seed: RealSeed,
    /// The controller's access to the seed.
    access: Access,
    fake: FakeGcp,
    programs: Programs,
    reader: Reader,
    kubelets: Kubelets,
    _network: Tunnel,
    random_seed: u64,
}

impl Setting {
    /// Builds what is not built yet, and starts both.
    pub async fn start(options: &SettingOptions, run_dir: &RunDir) -> Result<Self, SettingError> {
        let programs = Programs::build(&PlainLines::on_stderr()).await?;
        Self::start_built(programs, options, run_dir).await
    }

    /// Starts both. The cloud comes last: an API server takes seconds to start, in which the cloud's clock would run ahead.
    pub async fn start_built(
        programs: Programs,
        options: &SettingOptions,
        run_dir: &RunDir,
    ) -> Result<Self, SettingError> {
        let SettingOptions { speed, latency, random_seed } = *options;
        let cloud = FakeGcpOptions { time_scale: speed, latency, random_seed, args: Vec::new() };
        let services = Shoot::new(SHOOT, PROJECT).services;
        let seed = RealSeed::start(programs.api_server(), &services, run_dir).await?;
        let access = seed.admit(CHART, run_dir).await?;
        let reader = Reader::start(&seed.client());
        let fake = FakeGcp::start(&programs, &cloud, run_dir).await?;
        let kubelets = Kubelets::new(&world(&seed, &fake, Shoot::new(SHOOT, PROJECT)));
        let network = Tunnel::open(&testenv::network_socket(run_dir), kubelets.clone())?;
        Ok(Self { seed, access, fake, programs, reader, kubelets, _network: network, random_seed })
    }

    /// The kubelets of the one shoot, to which the API server finds its way; whatever ails them shows there.
    pub fn kubelets(&self) -> Kubelets {
        self.kubelets.clone()
    }

    /// The world as the stand-ins see it. Nodes live in the seed: it holds one shoot only.
    pub fn world(&self) -> World {
        self.world_of(Shoot::new(SHOOT, PROJECT))
    }

    /// The world as the stand-ins of some other shoot see it, in whatever project that shoot is.
    pub fn world_of(&self, shoot: Shoot) -> World {
        world(&self.seed, &self.fake, shoot)
    }

    /// The stored contents of Infrastructures that the other controllers could not decode until now, for people.
    pub async fn undecodable(&self) -> Result<Vec<String>, SettingError> {
        Ok(self.reader.complaints().await?)
    }

    /// Options of a story with `nodes` nodes in this setting. Probes are as quick as Kubernetes allows: they live on the wall clock.
    pub async fn migration(&self, world: &World, nodes: u32) -> Result<migration::Options, SettingError> {
        let probes = Probes { period: 1, threshold: 2 };
        let options = migration::Options::new(nodes, self.random_seed, self.given(world).await?);
        let workload = Workload { probes, ..Workload::default() };
        Ok(migration::Options { workload, registration: self.registration(), ..options })
    }

    /// The neighbours of the world's shoot, at work: the real cloud-controller-manager among them if the programs have it, else
    /// its stand-in.
    pub async fn neighbours(&self, world: &World, run_dir: &RunDir) -> Result<Neighbours, SettingError> {
        let Some(program) = self.programs.ccm() else {
            return Ok(Neighbours::start(world, self.random_seed));
        };
        let files = CcmFiles::write(
            program,
            self.seed.kubeconfig().to_path_buf(),
            &cloud_config(&world.shoot, &self.fake.url),
            &self.credential(world).await?,
            run_dir,
        )?;
        let machines = Machines::new(world, self.random_seed).registering(self.registration());
        Ok(Neighbours::start_with(
            Real::new(world, files),
            ResourceManager::new(world),
            Health::new(machines),
            self.kubelets(),
        ))
    }

    /// What Nodes say of themselves here: all, or what they leave to the real cloud-controller-manager.
    pub fn registration(&self) -> Registration {
        self.programs.ccm().map_or(Registration::Complete, |_| Registration::Uninitialised)
    }

    /// A fresh credential, known to the cloud, and the way to the shoot's API.
    pub async fn given(&self, world: &World) -> Result<Given, SettingError> {
        let path = self.seed.kubeconfig();
        let kubeconfig = std::fs::read_to_string(path)
            .map_err(|source| SettingError::File { path: path.to_path_buf(), source })?;
        Ok(Given {
            service_account: self.credential(world).await?,
            shoot_kubeconfig: Some(kubeconfig),
            ..Given::default()
        })
    }

    /// A fresh `serviceaccount.json` of the world's project, known to the cloud.
    pub async fn credential(&self, world: &World) -> Result<String, SettingError> {
        let key = ServiceAccountKey::generate(world.cloud.project())?;
        world.cloud.register_key(&key.client_email, &key.key_id, &key.public_key_pem).await?;
        Ok(key.to_json(&format!("{}/token", self.fake.url)))
    }

    /// The options of the command `plan` by which it decides as the controller does.
    pub fn plan_options(&self) -> String {
        self.waits().collect::<Vec<_>>().join(" ")
    }

    fn waits(&self) -> impl Iterator<Item = String> {
        let time = self.fake.time;
        WAITS.into_iter().flat_map(move |(flag, wait)| [flag.to_owned(), milliseconds(time.scale(wait))])
    }

    /// Options of the one controller, with the rights that its chart gives it; its
    /// waits are as much shorter as the cloud is faster.
    pub fn controller(&self) -> ControllerOptions {
        self.options("controller", ALONE.map(str::to_owned))
    }

    /// Starts the API server again with other service ranges, one or one of either family, comma-separated.
    pub async fn restart_api(&mut self, services: &str, run_dir: &RunDir) -> Result<(), SettingError> {
        Ok(self.seed.restart_with(services, run_dir).await?)
    }

    /// Returns when the cloud or the API server has ended by itself, which nothing can go on without.
    pub async fn ended(&self) -> ProcessError {
        tokio::select! {
            error = self.fake.child.ended() => error,
            error = self.seed.child().ended() => error,
        }
    }

    /// The controller's own namespace, where its Leases are.
    pub fn own_namespace(&self) -> &str {
        &self.access.namespace
    }

    /// Options of one of several controllers, of which one leads. Its waits are as much shorter as the cloud is faster; the
    /// durations of the election are short enough to wait for, and long enough for a busy machine.
    pub fn replica(&self, name: &str) -> ControllerOptions {
        let namespaces = ["--leader-election-namespace", "--heartbeat-namespace"];
        let namespaces = namespaces.map(|flag| format!("{flag}={}", self.own_namespace()));
        self.options(name, REPLICA.map(str::to_owned).into_iter().chain(namespaces))
    }

    fn options(&self, name: &str, flags: impl IntoIterator<Item = String>) -> ControllerOptions {
        let args = flags.into_iter().chain(self.waits()).map(OsString::from).collect();
        ControllerOptions {
            program: self.programs.controller().to_path_buf(),
            name: name.to_owned(),
            kubeconfig: self.access.kubeconfig.clone(),
            compute_endpoint: format!("{}/compute/v1/", self.fake.url),
            args,
        }
    }
}

fn world(seed: &RealSeed, fake: &FakeGcp, shoot: Shoot) -> World {
    let cloud = Cloud::new(Arc::new(HttpWire::new(&fake.url)), &shoot.project, fake.time);
    World { seed: seed.client(), shoot_api: seed.client(), cloud, time: fake.time, shoot }
}

/// The duration in milliseconds, rounded up, so that a wait never becomes none.
fn milliseconds(duration: Duration) -> String {
    format!("{}ms", duration.as_micros().div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up() {
        assert_eq!(milliseconds(Duration::from_secs(6)), "6000ms");
        assert_eq!(milliseconds(Duration::from_micros(100)), "1ms");
    }
}
