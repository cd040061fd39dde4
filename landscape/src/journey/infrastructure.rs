//! Phase 1: an IPv4 shoot at work, with a load balancer, is migrated while it serves.

use serde_json::json;

use super::absence::Absence;
use super::outcome::Migrated;
use super::told::Chapter;
use super::{Journey, Result};

/// The Service whose load balancer goes all the way.
pub(super) const BALANCED: &str = "shop";

impl Journey<'_> {
    /// Plays the phase; returns what the migration took.
    pub(super) async fn infrastructure(&mut self) -> Result<Migrated> {
        let record = &self.record;
        record.begin(Chapter::Infrastructure);
        record.tell("gardenlet creates the Infrastructure and the control plane; kubelets register Nodes that are not initialised");
        let baseline = self.story.prepare().await?;
        let nodes = self.until_initialised(1).await?;
        self.check_ranges_differ(&nodes);
        record.check(
            "the cloud-controller-manager initialises Nodes and makes a route for each",
            nodes.len() == baseline.machines.len(),
            format!("{} Nodes with providerID, address, pod range and route", nodes.len()),
        );
        let address = self.balancer(json!({})).await?;
        let refused =
            self.services.refused("too-early", json!({"ipFamilyPolicy": "RequireDualStack"})).await?;
        record.check(
            "Kubernetes refuses a dual-stack Service before activation",
            refused.is_some(),
            if refused.is_some() { "RequireDualStack is invalid" } else { "RequireDualStack was taken" },
        );

        record.tell("the shoot's owner sets spec.networking.ipFamilies to [IPv4, IPv6]");
        let absence = Absence::watch(&self.world);
        let measured = self.story.migrate().await?;
        record.tell(format!(
            "the Infrastructure is ready after {:.0} s; gardenlet reconciles the control plane",
            measured.seconds
        ));
        self.story.reconcile_control_plane().await?;
        let ccm_off_seconds = self
            .until("a cloud-controller-manager that leads again", async || {
                Ok(absence.seen().seconds().ok_or_else(|| format!("{:?}", absence.seen())))
            })
            .await?;
        record.tell(format!(
            "nobody led as cloud-controller-manager for {ccm_off_seconds:.0} s of the cloud's time"
        ));
        let outcome = self.story.verify(&baseline, &measured).await?;
        let complaints = outcome.complaints();
        record.check(
            "the migration cut nobody off, left nothing behind, and one more reconcile changes nothing",
            complaints.is_empty(),
            match complaints.as_slice() {
                [] => format!(
                    "{} of {} aliases, {} routes left, {} changes of one more reconcile, {} objects of others changed",
                    outcome.aliases, outcome.nodes, outcome.routes_left, outcome.second_pass_mutations, outcome.foreign_changes
                ),
                _ => complaints.join("; "),
            },
        );
        for node in &outcome.without_range {
            let told = self.messages().await?.into_iter().rfind(|message| message.contains(node));
            record.check(
                "a Node that joined while nobody gave pod ranges is warned of",
                told.is_some(),
                told.unwrap_or_else(|| format!("nothing was said of {node}")),
            );
        }
        self.check_gap().await?;
        record.same(
            "the load balancer keeps its address",
            address,
            self.services.balancer(BALANCED).await?.unwrap_or_default(),
        );
        let migrated = Migrated {
            seconds: measured.seconds,
            ccm_off_seconds,
            gap_node_seconds: outcome.gap_node_seconds,
            mutations: outcome.mutations,
            nodes: outcome.nodes,
            aliases: outcome.aliases,
            without_range: outcome.without_range,
        };
        self.baseline = Some(baseline);
        Ok(migrated)
    }

    /// Creates a Service with a load balancer and waits for its address.
    pub(super) async fn balancer(&self, spec: serde_json::Value) -> Result<String> {
        let mut service = json!({"type": "LoadBalancer", "selector": {"app": "web"}});
        crate::json::merge_patch(&mut service, &spec);
        self.services.create(BALANCED, service).await?;
        let address = self
            .until("a load balancer", async || {
                Ok(self.services.balancer(BALANCED).await?.ok_or_else(|| "it has no address".to_owned()))
            })
            .await?;
        self.record.tell(format!("Service {BALANCED} of type LoadBalancer is at {address}"));
        Ok(address)
    }
}
