//! A case: what somebody wants, and what is there.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use planner::desired::{self, Goal, Inputs, Reported, Target};
use planner::documents::cluster::Shoot;
use planner::documents::infrastructure::InfrastructureSpec;
use planner::journal::{self, Told};
use planner::plan::{Action, Course, Decision, History, Verdict, Violation, check, plan};
use planner::snapshot::{Settings, Snapshot};
use serde::Deserialize;
use serde_json::{Value, json};

use super::world::World;

/// The shoot that all cases are about.
pub(crate) const CLUSTER: &str = "shoot--p--a";
/// Its project.
pub(crate) const PROJECT: &str = "my-project";
/// Its region.
pub(crate) const REGION: &str = "europe-west1";

/// What is wanted, and what is there.
#[derive(Clone)]
pub(crate) struct Situation {
    /// What is wanted.
    pub(crate) target: Target,
    /// What is there.
    pub(crate) seen: Snapshot,
}

impl Situation {
    /// The planner's decision, given what became of earlier steps.
    pub(crate) fn decide(&self, history: &History) -> Decision {
        plan(&self.target, &self.seen, &Settings::default(), history)
    }

    /// What the planner's self-check says of a verdict.
    pub(crate) fn check(&self, verdict: &Verdict) -> Result<(), Violation> {
        check(verdict, &self.target, &self.seen, Course::of(&self.target, &self.seen), &Settings::default())
    }
}

/// The document in a file.
pub(crate) fn document(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// One file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Case {
    /// What it shows, in a sentence.
    about: String,
    /// `shoot.spec.networking.ipFamilies`.
    #[serde(default = "dual")]
    families: Vec<String>,
    /// `shoot.spec.networking.pods`.
    #[serde(default = "pods")]
    pods: String,
    /// `shoot.status.networking.nodes`.
    #[serde(default)]
    reported_nodes: Vec<String>,
    /// Annotations of the shoot.
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    /// The words on the Infrastructure.
    #[serde(default)]
    words: Option<String>,
    /// Whether the Shoot is being deleted.
    #[serde(default)]
    going: bool,
    /// `networks` of the InfrastructureConfig.
    #[serde(default = "networks")]
    networks: Value,
    /// `status.state` without its kind; the project is that of the credentials unless another, or `<deleted>`, is given.
    #[serde(default)]
    state: BTreeMap<String, Value>,
    /// Whether the Infrastructure is being deleted.
    #[serde(default)]
    deleted: bool,
    /// Whether the shoot has a service account of its own.
    #[serde(default)]
    service_account: bool,
    /// The instant of the look.
    #[serde(default = "ten")]
    now: Timestamp,
    /// What is there.
    #[serde(default)]
    world: World,
}

/// What the state that is written would tell.
fn told(verdict: Verdict) -> Option<Told> {
    match verdict {
        Verdict::Act(steps) => steps.into_iter().find_map(|step| match step.action {
            Action::WriteState(state) => Some(state.told),
            _ => None,
        }),
        Verdict::Report(_)
        | Verdict::Done
        | Verdict::LookAgain { .. }
        | Verdict::Refuse
        | Verdict::Stuck { .. } => None,
    }
}

fn dual() -> Vec<String> {
    vec!["IPv4".to_owned(), "IPv6".to_owned()]
}

fn pods() -> String {
    "100.96.0.0/11".to_owned()
}

fn networks() -> Value {
    json!({ "workers": "10.250.0.0/16", "internal": "10.251.0.0/24" })
}

fn ten() -> Timestamp {
    "2026-09-01T10:00:00Z".parse().unwrap()
}

impl Case {
    /// Reads a file.
    pub(crate) fn read(file: &Path) -> Self {
        Self::of(&document(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    /// Reads a document in the form of the files.
    pub(crate) fn of(document: &Value) -> Result<Self, serde_json::Error> {
        Self::deserialize(document)
    }

    /// What it shows, in a sentence.
    pub(crate) fn about(&self) -> &str {
        &self.about
    }

    /// What is wanted, and what is there.
    pub(crate) fn situation(&self) -> Situation {
        let mut document = json!({ "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureState" });
        for (key, value) in &self.state {
            document[key] = value.clone();
        }
        let data = &mut document["data"];
        if data.get("resources_exist").is_some() && data.get("project").is_none() {
            data["project"] = json!(PROJECT);
        }
        let document = Some(&document).filter(|_| !self.state.is_empty());
        let state = journal::decode(document).unwrap();
        let target = desired::build(&Inputs {
            cluster: CLUSTER,
            project: PROJECT,
            spec: &self.spec(),
            shoot: &self.shoot(),
            goal: if self.deleted { Goal::Absent } else { Goal::Present },
            reported: &Reported::default(),
            state: &state,
            words: self.words.as_deref(),
            service_account: self.service_account,
        })
        .unwrap();
        let seen = Snapshot {
            since: self.now,
            at: self.now,
            cloud: self.world.cloud(&target),
            shoot: self.world.shoot(self.now),
            ccm: self.world.ccm(),
            state,
        };
        let mut situation = Situation { target, seen };
        let tells = |key| self.state.get("data").is_some_and(|data| data.get(key).is_some());
        if !tells("migration/step") {
            // By default people have been told where the migration is: what is to be shown is what is done.
            situation.seen.state.told =
                told(situation.decide(&History::default()).verdict).unwrap_or_default();
        }
        situation
    }

    fn spec(&self) -> InfrastructureSpec {
        serde_json::from_value(json!({
            "type": "gcp", "region": REGION, "secretRef": { "name": "cloudprovider", "namespace": CLUSTER },
            "providerConfig": {
                "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureConfig",
                "networks": self.networks,
            },
        }))
        .unwrap()
    }

    fn shoot(&self) -> Shoot {
        serde_json::from_value(json!({
            "metadata": {
                "annotations": self.annotations,
                "deletionTimestamp": self.going.then_some("2026-09-01T09:00:00Z"),
            },
            "spec": { "networking": {
                "ipFamilies": self.families, "nodes": "10.250.0.0/16", "pods": self.pods, "services": "100.64.0.0/13",
            } },
            "status": { "technicalID": CLUSTER, "networking": { "nodes": self.reported_nodes } },
        }))
        .unwrap()
    }
}
