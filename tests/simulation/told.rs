//! What a migration does is told by events: what is done once by one each, what is done VM by VM by one for each wave.

use std::time::Duration;

use gardener_extension_infra_gcp::extension::Event;
use landscape::neighbours::objects::{Kind, Objects};
use landscape::neighbours::{self, Guest};
use serde_json::Value;

use crate::support::{Setup, Simulation, block_on};

/// Where the events for `reason` are, and what they say.
fn about<'a>(events: &'a [Event], reason: &str) -> (Vec<usize>, Vec<&'a str>) {
    let found = events.iter().enumerate().filter(|(_, event)| event.reason == reason);
    found.map(|(place, event)| (place, event.text.as_str())).unzip()
}

/// The sum of the numbers that `texts` begin with.
fn total(texts: &[&str]) -> usize {
    texts.iter().map(|text| text.split_once(' ').unwrap().0.parse::<usize>().unwrap()).sum()
}

#[test]
fn freeze_point_of_no_return_aliases_and_routes_by_wave() {
    block_on(async {
        let mut setup = Setup::new(7, 90);
        setup.settings.wave = 3;
        let simulation = Simulation::start(&setup).await;
        simulation.story.prepare().await.unwrap();
        let before = simulation.events().len();
        simulation.add_ipv6().await;
        simulation
            .until("both families", |object| {
                object["status"]["networking"]["nodes"].as_array().is_some_and(|nodes| nodes.len() == 2)
            })
            .await;
        let events = simulation.events().split_off(before);

        let (aliases, given) = about(&events, "AliasesSet");
        assert!(
            aliases.len() > 2 && total(&given) == 7,
            "a canary, then waves of at most three: {events:#?}"
        );
        let (frozen, stopped) = about(&events, "Frozen");
        assert!(stopped.iter().any(|text| text.contains("scale to 0")), "{stopped:?}");
        let (no_return, _) = about(&events, "PointOfNoReturn");
        assert_eq!(about(&events, "Preparing").0.len(), 1, "{events:#?}");
        assert!(about(&events, "Undoing").0.is_empty() && about(&events, "AliasesRemoved").0.is_empty());
        let (routes, deleted) = about(&events, "RoutesDeleted");
        assert!(routes.len() > 2 && total(&deleted) == 7, "one, then waves of at most three: {events:#?}");
        assert_eq!((frozen.len(), no_return.len()), (2, 1), "{events:#?}");
        let order = [aliases.last(), frozen.first(), frozen.last(), no_return.first(), routes.first()];
        assert!(order.is_sorted(), "{events:#?}");
    });
}

/// A canary fails: what came of it, the record, and the alias that goes.
#[test]
fn the_way_back() {
    block_on(async {
        let guests = neighbours::Guests { usual: Guest::Deaf, ..Default::default() };
        let simulation = Simulation::start(&Setup { guests, ..Setup::new(2, 92) }).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        let rests = |object: &Value| {
            object["status"]["lastError"]["description"]
                .as_str()
                .is_some_and(|text| text.contains("was taken back at M5"))
        };
        simulation.until("the rest after the way back", rests).await;
        let events = simulation.events();
        let (judged, verdicts) = about(&events, "CanaryJudged");
        assert!(verdicts.iter().any(|text| text.ends_with("is failed")), "{events:#?}");
        let (given, set) = about(&events, "AliasesSet");
        let (taken, removed) = about(&events, "AliasesRemoved");
        assert_eq!(total(&set), total(&removed), "{events:#?}");
        let (undoing, _) = about(&events, "Undoing");
        assert_eq!(undoing.len(), 1, "{events:#?}");
        let cut_off = events.iter().any(|event| event.warning && event.text.starts_with("canary-cut-off"));
        assert!(cut_off, "{events:#?}");
        let order = [given.last(), judged.first(), undoing.first(), taken.first()];
        assert!(order.is_sorted(), "{events:#?}");
    });
}

#[test]
fn a_freeze_that_is_taken_back() {
    block_on(async {
        let setup = Setup { ccm_stop_delay: Duration::from_secs(1200), ..Setup::new(3, 91) };
        let simulation = Simulation::start(&setup).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until("an error", |object| object["status"]["lastError"].is_object()).await;
        let events = simulation.events();
        // What scales it up again is either we or, quicker, the resource manager.
        let (_, texts) = about(&events, "Released");
        assert!(texts.iter().any(|text| text.contains("taken up again")), "{events:#?}");
        assert!(about(&events, "PointOfNoReturn").0.is_empty(), "{events:#?}");
        let deployments =
            Objects::within(&simulation.world.seed, Kind::Deployment, &simulation.world.shoot.name);
        assert_eq!(deployments.get("cloud-controller-manager").await.unwrap()["spec"]["replicas"], 1);
    });
}
