//! The controller as the binary runs it, watch and queue included: panics, and being told to stop.

use std::time::Duration;

use landscape::seed::memory::Logged;
use planner::vocabulary::Milestone;

use crate::support::{Crash, Setup, Simulation, block_on};

#[test]
fn a_panic_in_a_reconciliation_is_tried_again_and_harms_nobody() {
    block_on(async {
        let setup = Setup { crash: Crash::PanicAfter(Milestone::Aliases), ..Setup::new(3, 91) };
        let mut simulation = Simulation::start(&setup).await;
        simulation.hand_over_to_watching();
        let (outcome, panicked) = simulation.run().await;
        assert!(panicked);
        assert!(outcome.complaints().is_empty(), "{outcome:?}");
    });
}

/// Writes of the controller's among `calls`.
fn writes(calls: &[Logged]) -> usize {
    let of_infrastructures = calls.iter().filter(|logged| logged.call.path.contains("/infrastructures/"));
    of_infrastructures.filter(|logged| logged.call.method != "GET").count()
}

/// Told to stop after `seconds` of the migration; then another takes over.
fn stopped_after(seconds: u64) {
    block_on(async {
        let mut simulation = Simulation::start(&Setup::new(3, 92)).await;
        let stop = simulation.hand_over_to_watching();
        let baseline = simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        stop.cancel();
        simulation.until_controllers_end().await;
        let status = simulation.infrastructure().await["status"].clone();
        assert!(status.get("lastError").is_none(), "after {seconds} s: {status:#}");

        let (seed, cloud) = (simulation.seed.calls(), simulation.world.cloud.clone());
        let agent = landscape::migration::CONTROLLER_AGENT;
        let requests = cloud.requests(agent, 0).await.unwrap();
        simulation.add_ipv6().await;
        tokio::time::sleep(Duration::from_secs(600)).await;
        let later = cloud.requests(agent, requests.next_seq).await.unwrap();
        assert_eq!(later.total, 0, "after {seconds} s: nothing begins any more");
        let asked = writes(&simulation.seed.calls()[seed.len()..]);
        assert_eq!(asked, 1, "after {seconds} s: only gardenlet asks");

        simulation.hand_over_to_watching();
        let migration = simulation.story.migrate().await.unwrap();
        simulation.story.conclude().await.unwrap();
        let outcome = simulation.story.verify(&baseline, &migration).await.unwrap();
        assert!(outcome.complaints().is_empty(), "after {seconds} s: {outcome:?}");
    });
}

#[test]
fn told_to_stop_it_ends_between_two_passes_and_the_next_one_goes_on() {
    for seconds in [1, 10, 60, 150] {
        stopped_after(seconds);
    }
}
