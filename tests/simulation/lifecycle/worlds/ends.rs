//! Ends: what each way leads to, from whatever was reached, once nothing is in the way any more.

use std::time::Duration;

use landscape::neighbours::kubelets::Ills;
use planner::documents::names::MIGRATION_ANNOTATION;
use serde_json::{Value, json};

use super::super::documents::REGION;
use super::World;
use super::judge;
use super::obstacle::{RESERVED, Remedy, change_subnet, lift};
use super::search::{Failure, failed};
use super::stage::{Ended, Stage};
use crate::support::ShootFate;

/// A way to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Both families.
    Forward,
    /// IPv4 again.
    Back,
    /// The shoot is deleted.
    Away,
}

/// The most operations that a way may take.
const OPERATIONS: usize = 2;

/// One more node in each of the worker pools.
const POOLS: u32 = 2;

/// Whether what is missing is one more node, as the VPN keeps the only one from being measured.
fn lacks_a_node_to_measure(end: &Ended) -> bool {
    matches!(end, Ended::Badly(text) if text.contains("one more node there would do"))
}

impl World {
    /// Goes one way from where the world is, after all that people can put right was put right.
    pub(super) async fn lead(&self, way: Way) -> Result<String, Failure> {
        let stage = &self.stage;
        let way = if self.is_going() { Way::Away } else { way };
        stage.note(|| format!("=== {way:?}"));
        stage.life().kill(crate::support::Crash::Never);
        self.trouble.calm();
        self.trouble.allow();
        let obstacles = self.obstacles.borrow().clone();
        let hopeless = lift(stage, &obstacles).await.iter().any(|left| !left.words.is_empty());
        self.removed.set(&[judge::OBSTACLE]);
        stage.life().shoots_meet(ShootFate::Pass);
        stage.kubelets.ail(|ills| *ills = Ills::default());
        self.silence().await;
        self.happen(super::event::Event::Start, &mut super::draw::Random::new(0)).await;
        // Another process goes on, which knows nothing of this one; others have had time to do what they do.
        stage.life().restart();
        tokio::time::sleep(Duration::from_secs(120)).await;
        match way {
            Way::Forward => {
                stage.ask_for(&["IPv4", "IPv6"]).await;
                let said = obstacles.iter().filter_map(|obstacle| match obstacle.remedy {
                    Remedy::Say(word) => Some(word),
                    _ => None,
                });
                let words: Vec<&str> = ["try-again", "canary-again"].into_iter().chain(said).collect();
                self.say(&json!(words.join(","))).await;
            }
            Way::Back => stage.ask_for(&["IPv4"]).await,
            Way::Away => return Box::pin(self.leave()).await,
        }
        let mut ends = Vec::new();
        for _ in 0..OPERATIONS {
            ends.push(stage.deploy().await);
        }
        if way == Way::Forward && ends.last().is_some_and(lacks_a_node_to_measure) {
            stage.join(POOLS).await;
            self.say(&json!("canary-again")).await;
            for _ in 0..OPERATIONS {
                ends.push(stage.deploy().await);
            }
        }
        if way == Way::Back && self.take_away_what_stays().await {
            ends.push(stage.deploy().await);
        }
        let no_way = self.google_refuses_ipv6() || hopeless;
        if ends.last() != Some(&Ended::Well) {
            if way == Way::Forward && no_way {
                return Ok("hopeless".to_owned());
            }
            if way == Way::Back && self.only_forward() {
                if self.offers_back.get() && !self.refuses_flag_for_good() {
                    return failed(
                        "false way out",
                        format!("back was named as the way out, and ends so: {ends:?}"),
                    );
                }
                return match Box::pin(self.lead(Way::Forward)).await?.as_str() {
                    "dual-stack" => Ok("only forward, dual-stack".to_owned()),
                    end => {
                        failed("trapped", format!("forward was the way out, and ends so: {end}; {ends:?}"))
                    }
                };
            }
            // Where another controller has gone so far that only forward is open, what nobody takes away keeps it from its end.
            let kept = matches!(ends.last(), Some(Ended::Badly(text)) if text.contains("reserved IP range"));
            if way == Way::Back && hopeless && kept {
                return Ok("hopeless".to_owned());
            }
            return failed("no end", format!("{way:?}: {ends:?}"));
        }
        self.still().await?;
        self.judge_all().await?;
        let both = stage.reports_both();
        if way == Way::Forward && !both {
            return failed("not dual-stack", format!("{ends:?}, {}", stage.status()["networking"]));
        }
        self.judge_end(stage, both).await?;
        Ok(if both { "dual-stack" } else { "as before" }.to_owned())
    }

    /// Judges where a shoot is that has come to its end.
    pub(super) async fn judge_end(&self, stage: &Stage, both: bool) -> Result<(), Failure> {
        let (dump, status, facts) = (stage.life().dump(), stage.status(), self.facts(stage).await);
        if both {
            judge::dual(&dump, &self.ledger().await, &status, &facts)?;
        } else {
            judge::as_before(&self.clean, &dump, &status, &facts)?;
        }
        if stage.is_frozen().await {
            return failed("frozen", "the cloud-controller-manager is not back");
        }
        Ok(())
    }

    /// Takes away by hand, as the warning says, what was refused to the controller at U8. Returns whether there is anything.
    async fn take_away_what_stays(&self) -> bool {
        let (stage, hands) = (&self.stage, self.stage.hands());
        let state = stage.status()["state"]["data"]["migration/stays"].clone();
        let Some(stays) = state.as_str() else { return false };
        let stays: Value = serde_json::from_str(stays).unwrap();
        let regional = format!("regions/{REGION}/subnetworks/{}", stage.name());
        for thing in stays.as_object().unwrap().keys() {
            match thing.as_str() {
                "nodes" | "internal" => {
                    change_subnet(
                        stage,
                        &format!("{regional}-{thing}"),
                        |_| json!({ "stackType": "IPV4_ONLY" }),
                    )
                    .await;
                }
                "services" => drop(hands.delete(&format!("{regional}-services")).await),
                route => drop(hands.delete(&format!("global/routes/{route}")).await),
            }
        }
        true
    }

    /// One more operation changes nothing.
    async fn still(&self) -> Result<(), Failure> {
        let life = self.stage.life();
        life.calls();
        let before = self.stage.status()["state"].clone();
        let ended = self.stage.deploy().await;
        let (mutations, after) = (life.mutations(), &self.stage.status()["state"]);
        if ended != Ended::Well || !mutations.is_empty() || before != *after {
            return failed("restless", format!("{ended:?}, {mutations:?}, from {before} to {after}"));
        }
        Ok(())
    }

    /// The shoot is deleted, as gardenlet does it: nodes first, then the control plane, then the infrastructure.
    async fn leave(&self) -> Result<String, Failure> {
        let (stage, shoot) = (&self.stage, self.stage.shoot());
        let nodes = self.facts(stage).await.nodes;
        let nodes_api = stage.node_objects();
        let hands = stage.hands();
        for (name, _) in nodes {
            for zone in &stage.world().shoot.zones {
                let _ = hands.delete(&format!("zones/{zone}/instances/{name}")).await;
            }
            nodes_api.delete(&name).await.unwrap();
        }
        // The deletion waits for others; that is tried elsewhere.
        for path in ["zones/europe-west1-b/instances/obstacle-guest", "regions/us-east1/subnetworks/foreign"]
        {
            let _ = hands.delete(path).await;
        }
        self.removed.set(&[judge::OBSTACLE, "foreign"]);
        if self.own_vpc {
            for name in ["foreign-route", "foreign-broader"] {
                let _ = hands.delete(&format!("global/routes/{name}")).await;
            }
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
        stage.end_control_plane().await;
        // The machine controller may have been about to replace one.
        tokio::time::sleep(Duration::from_secs(60)).await;
        for zone in &stage.world().shoot.zones {
            for machine in hands.list(&format!("zones/{zone}/instances")).await.unwrap() {
                let tags = machine["tags"]["items"].as_array();
                if tags.is_some_and(|tags| tags.contains(&json!(stage.name()))) {
                    let name = machine["name"].as_str().unwrap_or_default();
                    let _ = hands.delete(&format!("zones/{zone}/instances/{name}")).await;
                }
            }
        }
        stage.life().delete(&shoot).await;
        for _ in 0..OPERATIONS {
            if stage.life().object(&shoot).is_some() {
                let _ = stage.life().reconcile(&shoot).await;
            }
        }
        if stage.life().object(&shoot).is_some() {
            let error = stage.status()["lastError"].to_string();
            return match self.own_vpc && error.contains(RESERVED) {
                true => Ok("waits for others".to_owned()),
                false => failed("no end", format!("deletion: {error}")),
            };
        }
        self.judge_all().await?;
        if self.flag.get().is_none() && self.says_nothing_was_made() {
            return Ok("left behind".to_owned());
        }
        judge::gone(&stage.life().dump(), &self.facts(stage).await)?;
        Ok("deleted".to_owned())
    }

    /// Whether people were told that by the state nothing is the shoot's, and what bears its names all the same. So it is where the state was
    /// lost by a deletion by force, and the next shoot of the name was refused before anything was changed.
    fn says_nothing_was_made(&self) -> bool {
        let told = self.stage.life().events();
        told.iter().any(|event| event.reason == "LeftBehind" && event.text.contains("nothing was ever made"))
    }

    /// Whether what was reached can only go on: nobody makes the routes that the way back needs, or Google lets none serve beside the range
    /// and takes no IPv6 back.
    fn only_forward(&self) -> bool {
        use fake_gcp::settings::Verdict;
        let switches = &self.cloud.switches;
        let text = self.stage.status()["lastError"]["description"].as_str().unwrap_or_default().to_owned();
        let no_routes = switches.route_inside_flagged_range == Verdict::Refuse && text.contains("route");
        no_routes || self.refuses_flag_for_good() && text.contains("let the migration go on")
    }

    /// Whether Google lets no route serve beside the range of a subnet that was dual-stack first, which nobody knows before it is tried.
    fn refuses_flag_for_good(&self) -> bool {
        use fake_gcp::settings::Verdict;
        let switches = &self.cloud.switches;
        switches.flag_on_dual_stack == Verdict::Refuse && switches.back_to_ipv4_only == Verdict::Refuse
    }

    /// Whether Google's rules leave no way to IPv6 here.
    pub(super) fn google_refuses_ipv6(&self) -> bool {
        use fake_gcp::settings::Verdict;
        let switches = &self.cloud.switches;
        let flag_after = switches.flag_on_dual_stack == Verdict::Refuse;
        switches.dual_stack_on_flagged == Verdict::Refuse && (flag_after || self.flag.get() != Some(false))
            || flag_after && switches.back_to_ipv4_only == Verdict::Refuse
    }

    /// The words on the Shoot and on the Infrastructure.
    pub(super) fn said(&self) -> (String, String) {
        let cluster = self.stage.life().seed.get(&landscape::crds::cluster(), "", &self.stage.name());
        let words = |object: &Value| {
            object["metadata"]["annotations"][MIGRATION_ANNOTATION].as_str().unwrap_or_default().to_owned()
        };
        let infrastructure = self.stage.life().object(&self.stage.shoot()).unwrap_or_default();
        (words(&cluster.unwrap_or_default()["spec"]["shoot"]), words(&infrastructure))
    }

    /// Whether the shoot is not past the point of no return.
    pub(super) fn is_back_open(&self) -> bool {
        let state = self.stage.status()["state"]["data"].clone();
        let phase = state["migration/phase"].as_str().unwrap_or_default();
        !self.stage.reports_both() && phase != "deleting"
    }

    pub(super) fn is_going(&self) -> bool {
        let kind = landscape::crds::cluster();
        let cluster = self.stage.life().seed.get(&kind, "", &self.stage.name());
        cluster
            .is_some_and(|cluster| cluster["spec"]["shoot"]["metadata"]["deletionTimestamp"] != Value::Null)
    }
}
