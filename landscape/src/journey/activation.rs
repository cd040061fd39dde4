//! Phase 3: Kubernetes gets the ranges that the Infrastructure reports, and Services get both families.

use serde_json::{Value, json};

use super::infrastructure::BALANCED;
use super::services::Families;
use super::told::Chapter;
use super::{Journey, Result};
use crate::json::at;
use crate::neighbours::constraint;

/// The families of what asks for one, and for both.
const IPV4: [&str; 1] = ["IPv4"];
const BOTH: [&str; 2] = ["IPv4", "IPv6"];

impl Journey<'_> {
    /// Plays the phase.
    pub(super) async fn activation(&mut self) -> Result<()> {
        self.record.begin(Chapter::Activation);
        self.services.create("old", json!({"selector": {"app": "web"}})).await?;
        let before = self.services.families(BALANCED).await?;
        let ranges = self.activate().await?;
        let record = &self.record;
        record.check(
            "Services that were there before keep what they have",
            self.services.families(BALANCED).await? == before,
            before.to_string(),
        );
        self.check_services(&ranges).await?;
        let address = self.services.balancer(BALANCED).await?.unwrap_or_default();
        let upgraded = self.services.change(BALANCED, json!({"ipFamilyPolicy": "PreferDualStack"})).await?;
        record.check(
            "a Service of type LoadBalancer can be upgraded",
            upgraded.are("PreferDualStack", &BOTH, &ranges)
                && upgraded.addresses.first() == before.addresses.first(),
            upgraded.to_string(),
        );
        record.same(
            "its load balancer keeps its address",
            address,
            self.services.balancer(BALANCED).await?.unwrap_or_default(),
        );
        constraint::lift(&self.world).await?;
        record.tell("the network reports both families, and the constraint goes");
        self.check_last_reconcile().await?;
        self.check_gap().await
    }

    /// Starts the API server again with the service ranges that the Infrastructure reports, and returns them.
    pub(super) async fn activate(&mut self) -> Result<Vec<String>> {
        let infrastructure = self.story.gardenlet().infrastructure().await?;
        let reported = at(&infrastructure, "/status/networking/services").as_array().into_iter().flatten();
        let ranges: Vec<String> = reported.filter_map(Value::as_str).map(str::to_owned).collect();
        self.record.same("the Infrastructure reports a service range of either family", 2, ranges.len());
        let flag = ranges.join(",");
        self.record.tell(format!("kube-apiserver starts again with --service-cluster-ip-range={flag}"));
        self.setting.restart_api(&flag, self.run_dir).await?;
        Ok(ranges)
    }

    /// Makes a Service of each kind and holds what Kubernetes makes of it against what it documents.
    pub(super) async fn check_services(&self, ranges: &[String]) -> Result<()> {
        let selector = json!({"app": "web"});
        let asked = |policy: &str| json!({"ipFamilyPolicy": policy, "selector": selector});
        let check = |what: &str, families: &Families, holds: bool| {
            self.record.check(what, holds, families.to_string());
        };
        let single = self.services.create("single", asked("SingleStack")).await?;
        check("SingleStack gets one cluster IP", &single, single.are("SingleStack", &IPV4, ranges));
        let prefer = self.services.create("prefer", asked("PreferDualStack")).await?;
        check("PreferDualStack gets both", &prefer, prefer.are("PreferDualStack", &BOTH, ranges));
        let require = self.services.create("require", asked("RequireDualStack")).await?;
        check("RequireDualStack gets both", &require, require.are("RequireDualStack", &BOTH, ranges));
        let plain = self.services.create("plain", json!({ "selector": selector })).await?;
        check("a Service that asks for nothing gets one", &plain, plain.are("SingleStack", &IPV4, ranges));
        let headless = self.services.create("headless", json!({"clusterIP": "None"})).await?;
        let what = "a headless Service without selector gets both families";
        check(what, &headless, headless.are_headless("RequireDualStack", &BOTH));
        Ok(())
    }

    /// Asks for one more reconcile, which should change nothing.
    pub(super) async fn check_last_reconcile(&self) -> Result<()> {
        let requests = self.story.reconcile_once_more().await?;
        self.record.same("one more reconcile makes no change", 0, requests.mutations);
        Ok(())
    }
}
