//! What a migration does is told by events: what is done once by one each, what is done VM by VM by one for each wave.

use std::time::Duration;

use gardener_extension_infra_gcp::extension::Note;
use landscape::neighbours::objects::{Kind, Objects};

use crate::support::{Setup, Simulation, block_on};

/// Where the notes for `reason` are, and what they say.
fn about<'a>(notes: &'a [Note], reason: &str) -> (Vec<usize>, Vec<&'a str>) {
    let found = notes.iter().enumerate().filter(|(_, note)| note.reason == reason);
    found.map(|(place, note)| (place, note.text.as_str())).unzip()
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
        simulation.journey.prepare().await.unwrap();
        let before = simulation.notes().len();
        simulation.add_ipv6().await;
        simulation
            .until("both families", |object| {
                object["status"]["networking"]["nodes"].as_array().is_some_and(|nodes| nodes.len() == 2)
            })
            .await;
        let notes = simulation.notes().split_off(before);

        let (aliases, given) = about(&notes, "AliasesSet");
        assert!(aliases.len() > 2 && total(&given) == 7, "a canary, then waves of at most three: {notes:#?}");
        let (frozen, stopped) = about(&notes, "Frozen");
        assert!(stopped.iter().any(|text| text.contains("scale to 0")), "{stopped:?}");
        let (no_return, _) = about(&notes, "PointOfNoReturn");
        let (routes, deleted) = about(&notes, "RoutesDeleted");
        assert!(routes.len() > 2 && total(&deleted) == 7, "one, then waves of at most three: {notes:#?}");
        assert_eq!((frozen.len(), no_return.len()), (2, 1), "{notes:#?}");
        let order = [aliases.last(), frozen.first(), frozen.last(), no_return.first(), routes.first()];
        assert!(order.is_sorted(), "{notes:#?}");
    });
}

#[test]
fn a_freeze_that_is_taken_back() {
    block_on(async {
        let setup = Setup { ccm_stop_delay: Duration::from_secs(1200), ..Setup::new(3, 91) };
        let simulation = Simulation::start(&setup).await;
        simulation.journey.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until("an error", |object| object["status"]["lastError"].is_object()).await;
        let notes = simulation.notes();
        // What scales it up again is either we or, quicker, the resource manager.
        let (_, texts) = about(&notes, "Released");
        assert!(texts.iter().any(|text| text.contains("taken up again")), "{notes:#?}");
        assert!(about(&notes, "PointOfNoReturn").0.is_empty(), "{notes:#?}");
        let deployments =
            Objects::within(&simulation.world.seed, Kind::Deployment, &simulation.world.shoot.name);
        assert_eq!(deployments.get("cloud-controller-manager").await.unwrap()["spec"]["replicas"], 1);
    });
}
