//! Phase 2: the nodes are replaced one by one, and the constraint says how far that is.

use std::collections::{BTreeMap, BTreeSet};

use super::infrastructure::BALANCED;
use super::told::Chapter;
use super::{Journey, Result};
use crate::cloud::name_of;
use crate::json::{at, text};
use crate::neighbours::constraint;
use crate::neighbours::machines::{Families, Machine};

impl Journey<'_> {
    /// Plays the phase for all machines that are there.
    pub(super) async fn roll_out(&self) -> Result<()> {
        let old = self.all_machines().await?;
        let record = &self.record;
        record.begin(Chapter::RollOut);
        record.same(
            "the constraint says that nodes are still to come",
            "Progressing",
            constraint::follow(&self.world).await?,
        );
        let (of, first) = (old.len(), self.nodes);
        let (mut new, mut states, mut disturbed) = (Vec::new(), Vec::new(), Vec::new());
        for (number, machine) in (0_u32..).zip(&old) {
            let rest: BTreeSet<&str> =
                old.iter().skip(new.len() + 1).map(|machine| machine.name.as_str()).collect();
            let before = self.ranges_of(&rest).await?;
            let joined = self.join(first.saturating_add(number)).await?;
            self.story.machines().drain(machine).await?;
            self.story.machines().remove(machine).await?;
            record.tell(format!("{} takes the place of {}", joined.name, machine.name));
            new.push(joined);
            states.push(constraint::follow(&self.world).await?);
            if self.ranges_of(&rest).await? != before {
                disturbed.push(machine.name.clone());
            }
        }
        let progress = states.iter().position(|state| *state == "True").map_or(0, |first| first + 1);
        record.same("the constraint becomes True with the last node, not before", of, progress);
        record.check(
            "nodes that are not replaced yet keep their pod range",
            disturbed.is_empty(),
            if disturbed.is_empty() { "all did".to_owned() } else { disturbed.join(", ") },
        );
        let nodes = self.until_initialised(2).await?;
        record.check(
            "each new Node has a pod range of either family, from its VM",
            nodes.len() == of,
            format!("{} of {of} Nodes", nodes.len()),
        );
        self.check_ranges_differ(&nodes);
        self.check_gap().await?;
        self.check_pool(&new).await
    }

    /// Lets a dual-stack machine join and waits until the cloud-controller-manager has given it both ranges.
    pub(super) async fn join(&self, number: u32) -> Result<Machine> {
        let machines = self.story.machines().clone().of(Families::DualStack);
        let mut made = machines.create(number..number.saturating_add(1)).await?;
        let machine = made.pop().map_or_else(|| machines.machine(number), Ok)?;
        self.until("a Node with both pod ranges", async || {
            let nodes = self.nodes().await?;
            let node = nodes.into_iter().find(|node| node.name == machine.name);
            Ok(match node {
                Some(node) if node.ranges.len() == 2 && node.available => Ok(()),
                other => Err(format!("{other:?}")),
            })
        })
        .await?;
        Ok(machine)
    }

    /// Pod ranges of the Nodes with these names.
    async fn ranges_of(&self, names: &BTreeSet<&str>) -> Result<BTreeMap<String, Vec<String>>> {
        let nodes = self.nodes().await?.into_iter().filter(|node| names.contains(node.name.as_str()));
        Ok(nodes.map(|node| (node.name, node.ranges)).collect())
    }

    /// Waits until the load balancer leads to `machines` and nowhere else.
    async fn check_pool(&self, machines: &[Machine]) -> Result<()> {
        let wanted: BTreeSet<String> = machines.iter().map(|machine| machine.name.clone()).collect();
        let path = format!("regions/{}/targetPools", self.world.shoot.region);
        let found = self
            .until("a load balancer that leads to the new nodes", async || {
                let pools = self.world.cloud.list(&path).await?;
                let members = pools.iter().filter(|pool| text(pool, "/description").contains(BALANCED));
                let members =
                    members.flat_map(|pool| at(pool, "/instances").as_array().into_iter().flatten());
                let members: BTreeSet<String> =
                    members.filter_map(|url| Some(name_of(url.as_str()?).to_owned())).collect();
                Ok(if members == wanted {
                    Ok(members.len())
                } else {
                    Err(format!("it leads to {members:?}"))
                })
            })
            .await?;
        self.record.same("the load balancer leads to the new nodes", wanted.len(), found);
        Ok(())
    }
}
