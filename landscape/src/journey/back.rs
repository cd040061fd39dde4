//! Back: the Shoot says [IPv4] again, as Gardener allows it, and what was reported stays.

use super::told::Chapter;
use super::{Journey, Result};
use crate::json::at;

impl Journey<'_> {
    /// Plays the way back of a shoot that is dual-stack.
    pub(super) async fn back_to_ipv4(&self) -> Result<()> {
        let record = &self.record;
        record.begin(Chapter::BackToIpv4);
        let before = self.story.gardenlet().infrastructure().await?;
        let reported = at(&before, "/status/networking").clone();
        record.tell("the shoot's owner sets spec.networking.ipFamilies to [IPv4]");
        self.story.gardenlet().set_families(&["IPv4"]).await?;
        self.check_last_reconcile().await?;
        let after = self.story.gardenlet().infrastructure().await?;
        record.check(
            "what was reported as dual-stack is never taken back",
            at(&after, "/status/networking") == &reported,
            format!(
                "{} ranges of nodes are reported",
                at(&after, "/status/networking/nodes").as_array().map_or(0, Vec::len)
            ),
        );
        self.check_gap().await
    }
}
