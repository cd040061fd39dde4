//! Records that have become wrong: a pod range moves, hands edit the state, a former run has left a note.

use std::time::Duration;

use landscape::neighbours::ccm::owned_routes;
use serde_json::json;

use crate::support::{Setup, Simulation, block_on};

#[test]
fn an_entry_that_hands_gave_the_range_of_another_node_cuts_no_node_off() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 208)).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until_flag_settles().await;
        let state = simulation.infrastructure().await["status"]["state"].clone();
        let mut routes = state["routes"].as_array().unwrap().clone();
        routes[0]["destinationCIDR"] = routes[2]["destinationCIDR"].clone();
        simulation.edit_state(&json!({ "routes": routes })).await;
        simulation.assert_hitless_end("an entry with the range of another node").await;
    });
}

/// In the settle time of M3: it is in the journal by the range that it had before.
#[test]
fn a_vm_created_anew_under_its_name_gets_the_alias_of_its_new_range_only() {
    block_on(async {
        let mut setup = Setup::new(4, 209);
        // Long enough for a VM to be made and to join before the pod range is there.
        setup.settings.settle = Duration::from_secs(300);
        let simulation = Simulation::start(&setup).await;
        let (story, world) = (&simulation.story, &simulation.world);
        let machines = story.prepare().await.unwrap().machines;
        let again = async {
            simulation.until_flag_on().await;
            let mut machine = machines[1].clone();
            story.machines().remove(&machine).await.unwrap();
            machine.pod_cidr = story.machines().machine(40).unwrap().pod_cidr;
            story.machines().join(&machine).await.unwrap();
            world.cloud.watch(&machine.zone, &machine.name, &machine.pod_cidr).await.unwrap();
            machine
        };
        let (migration, machine) = tokio::join!(story.migrate(), again);
        migration.unwrap();
        simulation.assert_hitless("a VM created anew").await;
        let aliases = simulation.aliases(&machine).await;
        assert!(aliases.contains(&machine.pod_cidr), "{aliases:?}");
        assert!(!aliases.contains(&machines[1].pod_cidr), "the former range: {aliases:?}");
    });
}

#[test]
fn a_range_that_moves_to_another_node_is_not_claimed_by_the_former_one() {
    block_on(async {
        let mut setup = Setup::new(4, 210);
        // Long enough for VMs to be made and to join before the pod range is there.
        setup.settings.settle = Duration::from_secs(300);
        let simulation = Simulation::start(&setup).await;
        let (story, world) = (&simulation.story, &simulation.world);
        let machines = story.prepare().await.unwrap().machines;
        simulation.add_ipv6().await;
        simulation.until_flag_on().await;
        // The Node registers anew and gets another range; a new node gets the former one.
        let mut first = machines[1].clone();
        let mut second = story.machines().machine(41).unwrap();
        story.machines().remove(&first).await.unwrap();
        second.pod_cidr.clone_from(&first.pod_cidr);
        first.pod_cidr = story.machines().machine(40).unwrap().pod_cidr;
        for machine in [&first, &second] {
            story.machines().join(machine).await.unwrap();
            world.cloud.watch(&machine.zone, &machine.name, &machine.pod_cidr).await.unwrap();
        }
        simulation.assert_hitless_end("a range that moves").await;
        assert!(simulation.aliases(&second).await.contains(&second.pod_cidr));
        assert!(!simulation.aliases(&first).await.contains(&second.pod_cidr));
    });
}

/// An unfinished run of another controller has noted the prefix; dual-stack is neither wanted nor reported.
#[test]
fn an_ipv4_shoot_with_a_noted_ipv6_prefix_is_not_migrated() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 213)).await;
        let world = &simulation.world;
        simulation.story.prepare().await.unwrap();
        simulation.edit_state(&json!({ "data": { "nodes-subnet-ipv6-cidr": "2600:1900::/64" } })).await;
        simulation.story.gardenlet().deploy_infrastructure().await.unwrap();
        world.time.sleep(Duration::from_secs(900)).await;
        assert_eq!(owned_routes(&world.cloud, &world.shoot).await.unwrap().len(), 3);
        simulation.assert_hitless("a noted prefix").await;
    });
}
