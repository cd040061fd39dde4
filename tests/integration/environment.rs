//! The environment that all tests share: kube-apiserver, fake cloud and controller, as processes, and an issuer of tokens.
//!
//! They start with the first test and end with the last.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::ResourceExt as _;
use kube::api::{Api, DeleteParams};
use kube::runtime::wait::{await_condition, conditions};
use landscape::processes::fake_gcp::Latency;
use landscape::processes::{Child, RunDir, controller};
use landscape::setting::{Setting, SettingOptions};
use tokio::runtime::Runtime;

use crate::issuer::Issuer;

/// The options of the landscape. Fast, because nothing here depends on how long Google takes.
const OPTIONS: SettingOptions = SettingOptions { speed: 60.0, latency: Latency::None, random_seed: 11 };

static RUNNING: Mutex<Weak<Running>> = Mutex::new(Weak::new());

/// The environment of a test.
pub(crate) struct Environment {
    pub(crate) setting: Setting,
    pub(crate) controller: Child,
    /// The issuer of tokens for workload identities.
    pub(crate) issuer: Issuer,
    run_dir: RunDir,
}

/// Fields are dropped in this order: the processes end before the runtime that follows them.
struct Running {
    environment: Environment,
    runtime: Runtime,
}

/// A test's share in the environment, which keeps the logs if the test fails.
struct Guest(Arc<Running>);

impl Drop for Guest {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.environment.run_dir.keep();
        }
    }
}

/// Runs `test` in the shared environment. Whatever was written until its end, by whichever test, must be such that others can decode it.
pub(crate) fn within(test: impl AsyncFnOnce(&Environment)) {
    let guest = Guest(running());
    guest.0.runtime.block_on(async {
        test(&guest.0.environment).await;
        assert_eq!(guest.0.environment.setting.undecodable().await.unwrap(), [""; 0]);
    });
}

/// Runs `test` in an environment of its own, whose seed does not know the custom resource `definition`.
pub(crate) fn without(definition: &str, test: impl AsyncFnOnce(&Environment)) {
    let guest = Guest(Arc::new(start()));
    guest.0.runtime.block_on(async {
        let environment = &guest.0.environment;
        let definitions: Api<CustomResourceDefinition> = Api::all(environment.setting.world().seed);
        let uid = definitions.get(definition).await.unwrap().uid().unwrap();
        definitions.delete(definition, &DeleteParams::default()).await.unwrap();
        await_condition(definitions, definition, conditions::is_deleted(&uid)).await.unwrap();
        test(environment).await;
        assert_eq!(environment.setting.undecodable().await.unwrap(), [""; 0]);
    });
}

fn running() -> Arc<Running> {
    let mut shared = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let running = Arc::new(start());
        *shared = Arc::downgrade(&running);
        running
    })
}

fn start() -> Running {
    let runtime = Runtime::new().unwrap();
    let environment = runtime.block_on(async {
        let run_dir = RunDir::create("integration").unwrap();
        let setting = Setting::start(&OPTIONS, &run_dir).await.unwrap();
        let mut options = setting.controller();
        let cloud = options.compute_endpoint.trim_end_matches("/compute/v1/").to_owned();
        let issuer = Issuer::start(cloud).await;
        // It is looked at in all that it can tell: everything is logged, and its metrics are served.
        options.args.retain(|flag| flag != "--metrics-bind-address=0");
        options.args.extend(["--metrics-bind-address=127.0.0.1:0", "--log-level=debug"].map(Into::into));
        options.args.extend(["--sts-endpoint", &issuer.url, "--iam-endpoint", &issuer.url].map(Into::into));
        let controller = controller::start(&options, &run_dir).await.unwrap();
        Environment { setting, controller, issuer, run_dir }
    });
    Running { environment, runtime }
}
