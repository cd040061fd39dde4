//! What a test reads of a simulation in passing.

use std::time::Duration;

use landscape::neighbours::Shoot;
use landscape::neighbours::machines::Machine;
use landscape::neighbours::objects::{Kind, Objects};
use landscape::seed::MemorySeed;
use planner::documents::names::MIGRATION_ANNOTATION;
use serde_json::{Value, json};

use super::{InProcess, Simulation};

/// The longest time that a migration may take, with whatever befalls it.
const HOUR: u32 = 3600;

/// What is stored at this instant, for hooks that cannot wait.
pub(crate) struct Sight {
    pub(super) seed: MemorySeed,
    pub(super) cloud: InProcess,
    pub(super) shoot: Shoot,
}

impl Sight {
    /// `status.state` of the Infrastructure.
    pub(crate) fn state(&self) -> Value {
        let kind =
            kube::core::GroupVersionKind::gvk("extensions.gardener.cloud", "v1alpha1", "Infrastructure");
        let resource = kube::core::ApiResource::from_gvk_with_plural(&kind, "infrastructures");
        let object = self.seed.get(&resource, &self.shoot.name, self.shoot.object_name());
        object.map(|object| object["status"]["state"].clone()).unwrap_or_default()
    }

    /// Destination and VM of a route, if it is there.
    pub(crate) fn route(&self, name: &str) -> Option<(String, String)> {
        let dump = self.cloud.dump(&self.shoot.project);
        let route = dump["routes"].as_array()?.iter().find(|route| route["name"] == name)?;
        let vm = route["nextHopInstance"].as_str()?.rsplit('/').next()?;
        Some((route["destRange"].as_str()?.to_owned(), vm.to_owned()))
    }
}

/// One key of the journal.
pub(crate) fn journal<'a>(infrastructure: &'a Value, key: &str) -> &'a Value {
    &infrastructure["status"]["state"]["data"][format!("migration/{key}")]
}

impl Simulation {
    /// Waits until the journal says that routes go.
    pub(crate) async fn until_deleting(&self) {
        self.until("the point of no return", |object| journal(object, "phase") == "deleting").await;
    }

    /// Waits until the journal says since when something settles, with the flag on and the pod range yet to come.
    pub(crate) async fn until_flag_settles(&self) {
        let settles = |object: &Value| {
            journal(object, "settled-from").as_str().is_some_and(|text| text.starts_with("M3"))
        };
        self.until("M3", settles).await;
    }

    /// Waits until the flag is on.
    pub(crate) async fn until_flag_on(&self) {
        while self.nodes_subnet().await["allowSubnetCidrRoutesOverlap"] != true {
            self.world.time.sleep(Duration::from_millis(500)).await;
        }
    }

    /// Waits until the cloud-controller-manager is stopped for a migration, with the point of no return still ahead: its last pod ends.
    pub(crate) async fn until_frozen(&self) {
        while self.ccm_replicas().await != 0 {
            self.world.time.sleep(Duration::from_millis(100)).await;
        }
        let object = self.infrastructure().await;
        assert_eq!(journal(&object, "phase"), "preparing");
        assert!(journal(&object, "frozen-at").is_string());
    }

    /// Says `words` on the Infrastructure, or takes back what was said.
    pub(crate) async fn say(&self, words: Option<&str>) {
        self.edit(&json!({ "metadata": { "annotations": { MIGRATION_ANNOTATION: words } } })).await;
    }

    /// Asserts that the cloud-controller-manager works, and that nobody has it left alone any more.
    pub(crate) async fn assert_ccm_works(&self, what: &str) {
        assert_eq!(self.ccm_replicas().await, 1, "{what}");
        self.assert_ccm_released(what).await;
    }

    /// Asserts that nobody has the cloud-controller-manager left alone any more, whether it has been started again already or not.
    pub(crate) async fn assert_ccm_released(&self, what: &str) {
        let resources = Objects::within(&self.world.seed, Kind::ManagedResource, &self.world.shoot.name);
        let resource = resources.get("extension-controlplane-seed").await.unwrap();
        let annotations = resource["metadata"].get("annotations").filter(|all| !all.is_null());
        let frozen = annotations.is_some_and(|all| all.to_string().contains("ignore"));
        assert!(!frozen, "{what}: {annotations:?}");
        let object = self.infrastructure().await;
        let left = ["frozen-at", "releasing"].map(|key| journal(&object, key).clone());
        assert_eq!(left, [Value::Null, Value::Null], "{what}");
    }

    /// Waits until the cloud-controller-manager is at zero.
    pub(crate) async fn until_ccm_at_zero(&self) {
        while self.ccm_replicas().await != 0 {
            self.world.time.sleep(Duration::from_secs(1)).await;
        }
    }

    /// What the Deployment of the cloud-controller-manager asks for.
    pub(crate) async fn ccm_replicas(&self) -> i64 {
        let deployments = Objects::within(&self.world.seed, Kind::Deployment, &self.world.shoot.name);
        let deployment = deployments.get("cloud-controller-manager").await.unwrap();
        deployment["spec"]["replicas"].as_i64().unwrap()
    }

    /// The nodes subnet as it is.
    pub(crate) async fn nodes_subnet(&self) -> Value {
        let path = self.world.shoot.nodes_subnet_path();
        self.world.cloud.get(&path).await.unwrap().unwrap()
    }

    /// The alias ranges of a VM.
    pub(crate) async fn aliases(&self, machine: &Machine) -> Vec<String> {
        let path = format!("zones/{}/instances/{}", machine.zone, machine.name);
        let vm = self.world.cloud.get(&path).await.unwrap().unwrap();
        let aliases = vm["networkInterfaces"][0]["aliasIpRanges"].as_array().cloned().unwrap_or_default();
        aliases.iter().filter_map(|alias| alias["ipCidrRange"].as_str().map(str::to_owned)).collect()
    }

    /// Merges `patch` into the Infrastructure, as hands would.
    pub(crate) async fn edit(&self, patch: &Value) {
        let world = &self.world;
        let objects = Objects::within(&world.seed, Kind::Infrastructure, &world.shoot.name);
        objects.merge(world.shoot.object_name(), patch).await.unwrap();
    }

    /// Merges `state` into `status.state`, as hands would.
    pub(crate) async fn edit_state(&self, state: &Value) {
        let world = &self.world;
        let objects = Objects::within(&world.seed, Kind::Infrastructure, &world.shoot.name);
        objects
            .merge_status(world.shoot.object_name(), &json!({ "status": { "state": state } }))
            .await
            .unwrap();
        self.readers.excuse(self.infrastructure().await["status"]["state"].clone());
    }

    /// Where the log of the seed's calls ends now.
    pub(crate) fn mark(&self) -> usize {
        self.seed.calls().len()
    }

    /// What was written at `pointer` since `mark`.
    pub(crate) fn written(&self, mark: usize, pointer: &str) -> Vec<Value> {
        let calls = self.seed.calls();
        let bodies = calls.iter().skip(mark).map(|logged| &logged.call.body);
        bodies.filter_map(|body| body.pointer(pointer).cloned()).collect()
    }

    /// All codes that were written since `mark`: each ends the retries.
    pub(crate) fn codes(&self, mark: usize) -> Vec<Value> {
        let lists = self.written(mark, "/status/lastError/codes");
        lists.into_iter().filter(|codes| codes.as_array().is_some_and(|codes| !codes.is_empty())).collect()
    }

    /// Asserts that within an hour the shoot is dual-stack and nothing is pending, and that no node was ever cut off.
    pub(crate) async fn assert_hitless_end(&self, what: &str) {
        let ended = |object: &Value| {
            let status = &object["status"];
            status["lastOperation"]["state"] == "Succeeded"
                && journal(object, "phase").is_null()
                && status["networking"]["nodes"].as_array().is_some_and(|nodes| nodes.len() == 2)
        };
        let mut seconds = 0;
        while !ended(&self.infrastructure().await) {
            assert!(seconds < HOUR, "{what}: no end: {:#}", self.infrastructure().await["status"]);
            self.world.time.sleep(Duration::from_secs(1)).await;
            seconds += 1;
        }
        self.assert_hitless(what).await;
    }

    /// Asserts that no node was ever cut off.
    pub(crate) async fn assert_hitless(&self, what: &str) {
        // Longer than any lag.
        self.world.time.sleep(Duration::from_secs(60)).await;
        let gaps = self.world.cloud.ledger().await.unwrap().gaps;
        assert!(gaps.is_empty(), "{what}: {gaps:#?}");
    }
}
