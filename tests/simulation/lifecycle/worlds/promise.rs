//! What the dry run promises before anything is done, and whether the world has come to rest as it said.

use serde_json::Value;

use super::scenario::Scenario;
use super::search::{Failure, failed};
use super::stage::Ended;
use super::{World, judge};

impl World {
    /// The Shoot is asked to become dual-stack; before anything is done, the dry run says what will come of it, and changes nothing.
    pub(super) async fn promise(&self, scenario: &Scenario) -> Result<Option<Value>, Failure> {
        for (stage, _) in self.beside.iter().filter(|(_, becomes_dual)| *becomes_dual) {
            stage.ask_for(&["IPv4", "IPv6"]).await;
        }
        self.stage.ask_for(&["IPv4", "IPv6"]).await;
        if scenario.creation || scenario.reference.is_some() {
            return Ok(None);
        }
        let (life, before) = (self.stage.life(), self.stage.life().dump());
        let plan = life.plan(&self.stage.shoot()).await;
        self.stage.note(|| {
            format!("plan: {} {} {} {}", plan["verdict"], plan["course"], plan["unproven"], plan["findings"])
        });
        judge::untouched(&before, &life.dump(), &[])?;
        Ok(Some(plan))
    }

    /// Judges where the world has come to rest, and whether that was promised.
    pub(super) async fn judge_rest(
        &self,
        rest: &Ended,
        promised: Option<Value>,
        before: &Value,
    ) -> Result<(), Failure> {
        if let Ended::Badly(text) = rest {
            judge::names_a_way_out(text, &self.words())?;
            self.offers_back.set(self.is_back_open() && (text.contains("[IPv4]") || text.contains("undo")));
            // Where the run ends, and not the plan, the next one goes on: it waits, or a step is refused or has no effect.
            let goes_on = ["still waiting", "step(s) failed", "without any effect"];
            let ended = !goes_on.iter().any(|words| text.contains(words));
            if ended && self.is_back_open() && !self.refuses_routes() && self.stage.is_frozen().await {
                return failed(
                    "frozen",
                    format!("the cloud-controller-manager is stopped for nothing: {text}"),
                );
            }
        }
        for (stage, becomes_dual) in &self.beside {
            let both = stage.reports_both();
            if both || !becomes_dual {
                self.judge_end(stage, *becomes_dual).await?;
            }
        }
        let Some(plan) = promised else { return Ok(()) };
        let refused = plan["verdict"] == "refused";
        let unproven = plan["unproven"].to_string();
        match rest {
            Ended::Well if refused => failed("promise", format!("refused at first, and then done: {plan}")),
            Ended::Badly(_) if refused => {
                judge::untouched(before, &self.stage.life().dump(), &self.names()[1..])
            }
            Ended::Well => Ok(()),
            Ended::Badly(text) => {
                let step = ["M2b", "M3", "M5"]
                    .into_iter()
                    .find(|step| text.contains(&format!("at {step}")) && unproven.contains(step));
                if step.is_none() {
                    return failed("promise", format!("not refused at first, and then {text}"));
                }
                judge::as_before(
                    &self.clean,
                    &self.stage.life().dump(),
                    &self.stage.status(),
                    &self.facts(&self.stage).await,
                )
            }
        }
    }

    /// Whether the pod range stands without the flag, so that the cloud-controller-manager would try in vain to make routes.
    fn refuses_routes(&self) -> bool {
        let (dump, name) = (self.stage.life().dump(), self.stage.world().shoot.nodes_subnet());
        let subnets = dump["subnetworks"].as_array().into_iter().flatten();
        subnets.filter(|subnet| subnet["name"] == *name).any(|nodes| {
            nodes["allowSubnetCidrRoutesOverlap"] != true
                && nodes["secondaryIpRanges"].to_string().contains("ipv4-pod-cidr")
        })
    }
}
