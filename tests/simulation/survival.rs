//! What the reference's migration does not survive: conflicts, deletions that were done already, things that go while they are
//! awaited.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use landscape::seed::memory::Verdict;
use serde_json::Value;

use crate::support::{CloudFate, Setup, Simulation, block_on};

/// The name of the route that a request deletes.
fn deleted_route(request: &http::Request<bytes::Bytes>) -> Option<String> {
    let path = request.uri().path();
    let (_, name) = path.split_once("/global/routes/")?;
    (request.method() == http::Method::DELETE).then(|| name.to_owned())
}

/// Whether a request lists routes.
fn lists_routes(request: &http::Request<bytes::Bytes>) -> bool {
    request.method() == http::Method::GET && request.uri().path().ends_with("/global/routes")
}

#[test]
fn a_route_goes_only_while_the_stored_state_lists_it() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(5, 500)).await;
        simulation.story.prepare().await.unwrap();
        // Of five writes of the state one fails, and one loses its answer.
        let mut writes = 0;
        simulation.seed.before(move |call| {
            if call.method != "PATCH" || call.body.pointer("/status/state").is_none() {
                return Verdict::Pass;
            }
            writes += 1;
            match writes % 5 {
                2 => Verdict::Fail(500, "InternalError".to_owned()),
                4 => Verdict::DropReply,
                _ => Verdict::Pass,
            }
        });
        let (gone, unlisted) = (Arc::new(Mutex::new(BTreeSet::new())), Arc::new(Mutex::new(Vec::new())));
        let (seen, wrong, at) = (gone.clone(), unlisted.clone(), simulation.sight());
        simulation.faults().before(move |request| {
            if let Some(name) = deleted_route(request) {
                let listed = at.route(&name).is_none_or(|(range, vm)| {
                    let state = at.state();
                    let entries = state["routes"].as_array().cloned().unwrap_or_default();
                    entries
                        .iter()
                        .any(|entry| entry["destinationCIDR"] == range && entry["instanceName"] == vm)
                });
                if !listed {
                    wrong.lock().unwrap().push(name.clone());
                }
                seen.lock().unwrap().insert(name);
            }
            CloudFate::Pass
        });
        simulation.add_ipv6().await;
        simulation.assert_hitless_end("writes of the state that fail").await;
        assert_eq!(*unlisted.lock().unwrap(), Vec::<String>::new());
        assert_eq!(gone.lock().unwrap().len(), 5);
    });
}

#[test]
fn a_conflict_at_the_scale_is_no_end() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(2, 501)).await;
        simulation.story.prepare().await.unwrap();
        let conflicts = Arc::new(Mutex::new(0));
        let count = conflicts.clone();
        simulation.seed.before(move |call| {
            let mut count = count.lock().unwrap();
            if call.method == "PATCH" && call.path.ends_with("/scale") && *count < 2 {
                *count += 1;
                return Verdict::Fail(409, "Conflict".to_owned());
            }
            Verdict::Pass
        });
        simulation.add_ipv6().await;
        simulation.assert_hitless_end("conflicts at the scale").await;
        assert_eq!(*conflicts.lock().unwrap(), 2);
    });
}

#[test]
fn no_more_routes_go_between_two_looks_than_are_in_a_wave() {
    block_on(async {
        let mut setup = Setup::new(12, 502);
        setup.settings.wave = 3;
        let simulation = Simulation::start(&setup).await;
        simulation.story.prepare().await.unwrap();
        let waves = Arc::new(Mutex::new(vec![0]));
        let counts = waves.clone();
        simulation.faults().before(move |request| {
            let mut counts = counts.lock().unwrap();
            if lists_routes(request) {
                counts.push(0);
            } else if deleted_route(request).is_some() {
                *counts.last_mut().unwrap() += 1;
            }
            CloudFate::Pass
        });
        simulation.add_ipv6().await;
        simulation.assert_hitless_end("waves").await;
        let waves = waves.lock().unwrap();
        assert_eq!((waves.iter().sum::<u32>(), waves.iter().max()), (12, Some(&3)), "{waves:?}");
    });
}

#[test]
fn a_route_that_is_gone_already_is_done_with() {
    for fate in [CloudFate::ApplyAndRefuse(404, "notFound"), CloudFate::Refuse(404, "notFound")] {
        block_on(async {
            let simulation = Simulation::start(&Setup::new(3, 503)).await;
            simulation.story.prepare().await.unwrap();
            let mark = simulation.mark();
            let (mut left, fate) = (2, fate.clone());
            simulation.faults().before(move |request| {
                if left > 0 && deleted_route(request).is_some() {
                    left -= 1;
                    return fate.clone();
                }
                CloudFate::Pass
            });
            simulation.add_ipv6().await;
            simulation.assert_hitless_end("a route that is gone").await;
            assert_eq!(simulation.codes(mark), Vec::<Value>::new());
        });
    }
}

#[test]
fn a_subnet_that_goes_while_its_range_is_awaited_is_made_anew() {
    block_on(async {
        let mut setup = Setup::new(2, 504);
        setup.cloud.lags.external_ipv6_prefix = jiff::SignedDuration::from_secs(60);
        let simulation = Simulation::start(&setup).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        let shoot = &simulation.world.shoot;
        let path = format!("regions/{}/subnetworks/{}-services", shoot.region, shoot.name);
        while simulation.world.cloud.get(&path).await.unwrap().is_none() {
            simulation.world.time.sleep(Duration::from_secs(1)).await;
        }
        simulation.world.cloud.delete(&path).await.unwrap();
        simulation.assert_hitless_end("a subnet that goes").await;
        assert!(simulation.world.cloud.get(&path).await.unwrap().is_some());
    });
}
