//! What belongs to others in the same VPC survives a migration, and what comes in the middle of one is migrated too.

use landscape::neighbours::ccm::owned_routes;
use serde_json::Value;

use crate::support::{Setup, Simulation, block_on};

fn names(list: &Value, field: &str) -> Vec<String> {
    let elements = list.as_array().into_iter().flatten();
    elements.filter_map(|element| element[field].as_str().map(str::to_owned)).collect()
}

#[test]
fn another_shoot_whose_name_begins_with_ours_and_foreign_ranges_and_aliases_are_left_alone() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 10)).await;
        let story = &simulation.story;
        let cloud = &simulation.world.cloud;
        let machines = story.prepare().await.unwrap().machines;
        let foreign_routes = |routes: Vec<Value>| {
            let names = routes.into_iter().filter_map(|route| route["name"].as_str().map(str::to_owned));
            names.filter(|name| name.starts_with("shoot--p--ab-")).collect::<Vec<_>>()
        };
        let before = foreign_routes(cloud.list("global/routes").await.unwrap());
        assert!(!before.is_empty(), "the other shoot must have a route to lose");
        story.migrate().await.unwrap();

        assert_eq!(foreign_routes(cloud.list("global/routes").await.unwrap()), before);
        assert_eq!(owned_routes(cloud, &simulation.world.shoot).await.unwrap().len(), 0);
        let subnet = cloud.get(&simulation.world.shoot.nodes_subnet_path()).await.unwrap().unwrap();
        let ranges = names(&subnet["secondaryIpRanges"], "rangeName");
        assert!(ranges.iter().any(|range| range == "foreign-range"), "{ranges:?}");
        assert!(ranges.iter().any(|range| range == "ipv4-pod-cidr"), "{ranges:?}");
        let bearer = &machines[0];
        let vm =
            cloud.get(&format!("zones/{}/instances/{}", bearer.zone, bearer.name)).await.unwrap().unwrap();
        let aliases = names(&vm["networkInterfaces"][0]["aliasIpRanges"], "subnetworkRangeName");
        assert_eq!(aliases.len(), 2, "ours and the foreign one: {aliases:?}");
        assert!(aliases.iter().any(|alias| alias == "foreign-range"), "{aliases:?}");
    });
}

#[test]
fn a_pod_of_the_cloud_controller_manager_that_has_ended_holds_nothing_up() {
    let migration = |phase| {
        let setup = Setup { ccm_ended_phase: phase, ..Setup::new(3, 13) };
        let (outcome, _) = block_on(async { Simulation::start(&setup).await.run().await });
        assert_eq!(outcome.complaints(), [""; 0], "{phase:?}: {outcome:?}");
        outcome.migration_seconds
    };
    let gone = migration(None);
    for phase in ["Succeeded", "Failed"] {
        let ended = migration(Some(phase));
        assert!(ended < gone + 10.0, "{phase}: {ended} s instead of {gone} s");
    }
}

#[test]
fn a_node_that_joins_before_the_pod_range_is_there_is_migrated_too() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 11)).await;
        let (story, world) = (&simulation.story, &simulation.world);
        story.prepare().await.unwrap();
        let joins = async {
            // In the settle time of M3: the flag is on, the range is not there, routes can still be made.
            loop {
                let subnet = world.cloud.get(&world.shoot.nodes_subnet_path()).await.unwrap().unwrap();
                if subnet["allowSubnetCidrRoutesOverlap"] == true {
                    break;
                }
                world.time.sleep(std::time::Duration::from_millis(500)).await;
            }
            let machine = story.machines().machine(3).unwrap();
            story.machines().join(&machine).await.unwrap();
            world.cloud.watch(&machine.zone, &machine.name, &machine.pod_cidr).await.unwrap();
        };
        let (migration, ()) = tokio::join!(story.migrate(), joins);
        migration.unwrap();
        let ledger = world.cloud.ledger().await.unwrap();
        assert_eq!((ledger.states.alias, ledger.gaps.len()), (4, 0), "{ledger:?}");
    });
}

#[test]
fn a_node_that_goes_in_the_middle_is_done_with() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(4, 12)).await;
        let (story, world) = (&simulation.story, &simulation.world);
        let machines = story.prepare().await.unwrap().machines;
        let leaves = async {
            loop {
                let subnet = world.cloud.get(&world.shoot.nodes_subnet_path()).await.unwrap().unwrap();
                if names(&subnet["secondaryIpRanges"], "rangeName")
                    .iter()
                    .any(|range| range == "ipv4-pod-cidr")
                {
                    break;
                }
                world.time.sleep(std::time::Duration::from_millis(500)).await;
            }
            story.machines().remove(&machines[2]).await.unwrap();
        };
        let (migration, ()) = tokio::join!(story.migrate(), leaves);
        migration.unwrap();
        let ledger = world.cloud.ledger().await.unwrap();
        assert_eq!((ledger.states.alias, ledger.states.gone, ledger.gaps.len()), (3, 1, 0), "{ledger:?}");
        assert_eq!(owned_routes(&world.cloud, &world.shoot).await.unwrap().len(), 0);
    });
}
