//! The controller is killed right after it has sent something that takes long. Whoever takes over sees that it is under way and
//! waits for it: nothing is sent again, and nothing of it is told as an error.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Setup, Simulation, block_on, distant};

const AGENT: &str = "gardener-extension-infra-gcp";
/// How much longer the operations take.
const DELAY: &str = "PT100S";

/// What was sent of one step when the controller is killed.
struct Sent {
    step: &'static str,
    method: &'static str,
    /// Part of the path.
    path: &'static str,
    /// How many such calls there have been since the migration began.
    calls: usize,
}

fn killed_after(sent: &Sent, setup: &Setup) {
    block_on(async {
        let mut simulation = Simulation::start(setup).await;
        simulation.story.prepare().await.unwrap();
        let cloud = simulation.world.cloud.clone();
        let delay = json!({
            "method": sent.method, "path": sent.path, "count": null, "fault": {"delayOperation": DELAY},
        });
        cloud.add_fault(&delay).await.unwrap();
        let begun = cloud.requests(AGENT, u64::MAX).await.unwrap().next_seq;
        let mark = simulation.mark();
        simulation.add_ipv6().await;
        let is_it = |call: &&Value| {
            let path = call["path"].as_str().unwrap();
            call["method"] == sent.method && path.contains(sent.path)
        };
        let (mut seen, mut since) = (0, begun);
        while seen < sent.calls {
            simulation.world.time.sleep(Duration::from_millis(50)).await;
            let calls = cloud.calls(AGENT, since).await.unwrap();
            seen += calls.iter().filter(is_it).count();
            since = calls.last().map_or(since, |last| last["seq"].as_u64().unwrap() + 1);
        }
        simulation.hand_over(distant(&simulation.seed, setup.cloud.seed + 500));
        simulation.assert_hitless_end(sent.step).await;

        let calls = cloud.calls(AGENT, begun).await.unwrap();
        let refused = |call: &&Value| call["kind"] == "mutation" && call["status"] != 200;
        let refused: Vec<&Value> = calls.iter().filter(refused).collect();
        assert!(refused.is_empty(), "{}: {refused:#?}", sent.step);
        let changes = calls.iter().filter(|call| call["kind"] == "mutation" && is_it(call)).count();
        let usual = match sent.method {
            "compute.subnetworks.patch" => 4,
            _ => setup.nodes as usize,
        };
        assert_eq!(changes, usual, "{}: each is sent once", sent.step);
        let states = simulation.written(mark, "/status/lastOperation/state");
        assert!(!states.contains(&json!("Error")), "{}: {states:?}", sent.step);
        let looks = calls.iter().filter(|call| call["method"] == "compute.globalOperations.aggregatedList");
        // A hundred seconds, looked at every two, and what is read of them in the usual course.
        assert!((2..80).contains(&looks.count()), "{}", sent.step);
    });
}

#[test]
fn what_was_sent_before_a_crash_is_waited_for_and_not_sent_again() {
    let sent = |step, method, path, calls| Sent { step, method, path, calls };
    let patch = "compute.subnetworks.patch";
    let alias = "compute.instances.updateNetworkInterface";
    for (seed, sent) in (300..).zip([
        sent("M3", patch, "-nodes", 1),
        sent("M4", patch, "-nodes", 2),
        sent("M5, the first of each pool", alias, "", 2),
        sent("M5, the others", alias, "", 6),
        sent("M9, the first", "compute.routes.delete", "", 1),
        sent("M9, the others", "compute.routes.delete", "", 6),
        sent("M10", patch, "-nodes", 3),
        sent("M11", patch, "-nodes", 4),
    ]) {
        killed_after(&sent, &Setup::new(6, seed));
    }
}
