//! The canary: in each worker pool one node gets its alias before all others, and is measured with it.

use std::collections::BTreeMap;
use std::time::Duration;

use landscape::neighbours::{self, Guest};
use serde_json::{Value, json};

use crate::support::{Crash, Setup, ShootFate, Simulation, block_on, journal};

/// The longest time for which a canary may be cut off: until that shows, until its route was seen to stand for a settle time, and until its
/// alias is gone everywhere.
const LONGEST_GAP: f64 = 180.0;

/// The canaries as the state has them.
fn canaries(infrastructure: &Value) -> Vec<Value> {
    let canaries: Value = journal(infrastructure, "canary")
        .as_str()
        .map_or(Value::Null, |text| serde_json::from_str(text).unwrap());
    canaries["tried"].as_array().cloned().unwrap_or_default()
}

/// A shoot all of whose nodes have such guests.
fn setup(nodes: u32, seed: u64, usual: Guest) -> Setup {
    Setup { guests: neighbours::Guests { usual, ..Default::default() }, ..Setup::new(nodes, seed) }
}

/// A shoot at work that is asked to become dual-stack.
async fn begun(setup: &Setup) -> Simulation {
    let simulation = Simulation::start(setup).await;
    simulation.story.prepare().await.unwrap();
    simulation.add_ipv6().await;
    simulation
}

/// Waits until all canaries are being measured: they are recorded, and have their aliases.
async fn measured(simulation: &Simulation) -> Vec<Value> {
    simulation.until("canaries", |object| !canaries(object).is_empty()).await;
    loop {
        let ledger = simulation.world.cloud.ledger().await.unwrap();
        if ledger.states.route < ledger.watched {
            return canaries(&simulation.infrastructure().await);
        }
        simulation.world.time.sleep(Duration::from_secs(1)).await;
    }
}

/// Waits until the migration was taken back and rests; returns its error.
async fn at_rest(simulation: &Simulation) -> String {
    let rests = |object: &Value| {
        let error = object["status"]["lastError"]["description"].as_str().unwrap_or_default();
        error.contains("was taken back at M5") && journal(object, "phase").is_null()
    };
    let object = simulation.until("the rest after the way back", rests).await;
    object["status"]["lastError"]["description"].as_str().unwrap().to_owned()
}

/// How long each VM was cut off until now, in seconds, by its name.
async fn gaps(simulation: &Simulation) -> BTreeMap<String, f64> {
    let mut gaps = BTreeMap::new();
    for gap in &simulation.world.cloud.ledger().await.unwrap().gaps {
        let vm = gap["vm"]["name"].as_str().or(gap["vm"].as_str()).unwrap();
        let name = vm.rsplit('/').next().unwrap().to_owned();
        *gaps.entry(name).or_insert(0.0) += gap["seconds"].as_f64().unwrap();
    }
    gaps
}

/// Asserts that nobody but the canaries of one look, one of each worker pool at most, was ever cut off, and for a bounded time.
fn assert_bounded(gaps: &BTreeMap<String, f64>, what: &str) {
    let pools = gaps.keys().map(|vm| vm.rsplitn(4, '-').nth(3).unwrap().to_owned());
    let pools: std::collections::BTreeSet<String> = pools.collect();
    assert!(pools.len() == gaps.len(), "{what}: one node of each worker pool at most: {gaps:?}");
    assert!(gaps.values().all(|seconds| *seconds < LONGEST_GAP), "{what}: {gaps:?}");
}

/// Says `word` on the Infrastructure.
async fn say(simulation: &Simulation, word: &str) {
    let words = json!({ "gcp.provider.extensions.gardener.cloud/dual-stack-migration": word });
    simulation.edit(&json!({ "metadata": { "annotations": words } })).await;
}

#[test]
fn a_good_canary_of_each_worker_pool_comes_first_and_costs_at_most_two_minutes() {
    let run = |access: bool| {
        block_on(async {
            let simulation = Simulation::start(&Setup::new(20, 301)).await;
            let story = &simulation.story;
            let baseline = story.prepare().await.unwrap();
            if !access {
                simulation.shoots.before_each_call(|_| ShootFate::Refuse(403));
                say(&simulation, "skip-node-check").await;
            }
            let migration = story.migrate().await.unwrap();
            story.conclude().await.unwrap();
            let outcome = story.verify(&baseline, &migration).await.unwrap();
            (outcome, simulation.shoots.calls())
        })
    };
    let (with, calls) = run(true);
    let (without, refused) = run(false);
    assert_eq!((with.complaints(), without.complaints()), (Vec::<String>::new(), Vec::<String>::new()));
    let more = with.migration_seconds - without.migration_seconds;
    println!(
        "{:.1} s with canaries, {:.1} s without: {more:.1} s more; {} and {} mutations, {} and {} reads",
        with.migration_seconds,
        without.migration_seconds,
        with.mutations,
        without.mutations,
        with.reads,
        without.reads
    );
    assert!((30.0..120.0).contains(&more), "{more}");
    assert_eq!((with.canaries.len(), without.canaries.len()), (2, 0));
    let proven = |canary: &landscape::migration::Canary| canary.verdict.as_deref() == Some("proven");
    assert!(with.canaries.iter().all(|canary| proven(canary) && canary.outer > 0 && canary.inner > 0));
    assert!(calls.len() > 100 && !refused.is_empty(), "{} and {} calls", calls.len(), refused.len());
    assert!(calls.iter().chain(&refused).all(|call| call.method == "GET"), "nothing is ever written");
}

#[test]
fn while_the_shoots_api_cannot_be_read_nothing_begins_unless_somebody_says_so() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(2, 310)).await;
        simulation.story.prepare().await.unwrap();
        simulation.shoots.before_each_call(|_| ShootFate::Silence);
        drop(simulation.calls());
        simulation.add_ipv6().await;
        let refused = |object: &Value| {
            let error = &object["status"]["lastError"];
            let told = error["description"].as_str().unwrap_or_default();
            told.contains("Nodes cannot be read")
                && told.contains("skip-node-check")
                && error["codes"].is_array()
        };
        let object = simulation.until("the refusal", refused).await;
        assert!(journal(&object, "phase").is_null());
        // What the credentials may do is asked by POST, of the project itself.
        let calls = simulation.calls().into_iter().map(|call| call.label);
        let changes: Vec<String> =
            calls.filter(|call| !call.starts_with("GET ") && call.as_str() != "POST ").collect();
        assert!(changes.is_empty(), "{changes:?}");
        say(&simulation, "skip-node-check").await;
        simulation.assert_hitless_end("nobody can check").await;
    });
}

#[test]
fn an_api_that_answers_again_is_in_the_way_no_more() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(2, 311)).await;
        simulation.story.prepare().await.unwrap();
        simulation.shoots.before_each_call(|_| ShootFate::Silence);
        simulation.add_ipv6().await;
        let refused = |object: &Value| {
            let told = object["status"]["lastError"]["description"].as_str().unwrap_or_default();
            told.contains("see to it that the shoot's API answers")
        };
        simulation.until("the refusal", refused).await;
        simulation.shoots.before_each_call(|_| ShootFate::Pass);
        simulation.assert_hitless_end("an API that answers again").await;
    });
}

#[test]
fn an_api_that_falls_silent_before_canaries_are_chosen_is_waited_for() {
    block_on(async {
        let simulation = begun(&Setup::new(4, 311)).await;
        simulation.until("the record", |object| journal(object, "phase") == "preparing").await;
        simulation.shoots.before_each_call(|_| ShootFate::Silence);
        let told = |object: &Value| {
            let error = &object["status"]["lastError"];
            let text = error["description"].as_str().unwrap_or_default();
            text.contains("cannot be read") && text.contains("skip-node-check") && error["codes"].is_null()
        };
        let object = simulation.until("the error of a run that waits in vain", told).await;
        let states = simulation.world.cloud.ledger().await.unwrap().states;
        assert_eq!((states.route, states.both), (4, 0), "nobody has an alias");
        assert_eq!(canaries(&object), [Value::Null; 0]);
        simulation.shoots.before_each_call(|_| ShootFate::Pass);
        let chosen = measured(&simulation).await;
        assert_eq!(chosen.len(), 2, "{chosen:#?}");
        simulation.assert_hitless_end("the API is back").await;
    });
}

#[test]
fn pods_that_were_made_a_moment_ago_are_waited_for() {
    block_on(async {
        let mut setup = Setup::new(4, 312);
        setup.workload.age = Duration::ZERO;
        let simulation = begun(&setup).await;
        let made = simulation.world.time.now();
        let chosen = measured(&simulation).await;
        let waited = simulation.world.time.now().duration_since(made).as_secs();
        assert!((200..400).contains(&waited), "{waited} s");
        assert_eq!(chosen.len(), 2, "{chosen:#?}");
        simulation.assert_hitless_end("young pods").await;
    });
}

#[test]
fn two_controllers_cut_no_other_node_off_than_one_does() {
    block_on(async {
        let setup = Setup { second_controller: true, ..setup(4, 313, Guest::Deaf) };
        let simulation = begun(&setup).await;
        at_rest(&simulation).await;
        let gaps = gaps(&simulation).await;
        println!("{gaps:?}");
        assert!(!gaps.is_empty());
        assert_bounded(&gaps, "two controllers");
        assert_eq!(simulation.world.cloud.ledger().await.unwrap().states.route, 4);
    });
}

#[test]
fn a_canary_that_is_cut_off_ends_the_migration_and_no_other_node_is() {
    block_on(async {
        let simulation = begun(&setup(6, 302, Guest::Deaf)).await;
        let chosen = measured(&simulation).await;
        let error = at_rest(&simulation).await;
        let gaps = gaps(&simulation).await;
        println!("{gaps:?}\n{error}");
        assert_eq!(chosen.len(), 2, "one of each worker pool: {chosen:#?}");
        assert!(!gaps.is_empty());
        assert_bounded(&gaps, "all guests take aliases");
        for vm in gaps.keys() {
            assert!(
                chosen.iter().any(|canary| canary["vm"].as_str().unwrap().ends_with(vm)),
                "{vm}: {chosen:#?}"
            );
        }
        assert!(gaps.keys().any(|vm| error.contains(vm)), "{error}");
        for text in ["google-guest-agent-manager", "canary-again", "default/web-"] {
            assert!(error.contains(text), "{text}: {error}");
        }
        let object = simulation.infrastructure().await;
        assert_eq!(object["status"]["lastError"]["codes"], json!(["ERR_CONFIGURATION_PROBLEM"]));
        assert!(journal(&object, "canary-failed").as_str().unwrap().contains(r#""verdict":"failed""#));
        assert_eq!(simulation.world.cloud.ledger().await.unwrap().states.route, 6);
        let calls = simulation.shoots.calls();
        assert!(calls.len() > 100, "{} calls", calls.len());
        assert!(calls.iter().all(|call| call.method == "GET"), "nothing is ever written");
    });
}

/// The controller dies at each `stride`th call of a migration that a canary ends, from its beginning to the end of the way back.
fn killed_at_each(stride: usize, crash: impl Fn(u32) -> Crash) {
    let mut times = 0;
    for number in (1..).step_by(stride) {
        let (killed, gaps) = block_on(async {
            let simulation = Simulation::start(&setup(3, 303, Guest::Deaf)).await;
            simulation.story.prepare().await.unwrap();
            simulation.kill(crash(number));
            simulation.add_ipv6().await;
            at_rest(&simulation).await;
            (simulation.has_killed(), gaps(&simulation).await)
        });
        let pools = gaps.keys().len();
        assert!((1..=2).contains(&pools), "{number}: {gaps:?}");
        // A process that dies is missed for twenty seconds, and measures anew.
        assert!(gaps.values().all(|seconds| *seconds < LONGEST_GAP + 60.0), "{number}: {gaps:?}");
        if !killed {
            break;
        }
        times += 1;
    }
    assert!(times > 7, "killed {times} times only");
}

#[test]
fn a_failed_canary_costs_no_other_node_wherever_the_controller_dies_at_a_state_write() {
    killed_at_each(1, |number| Crash::AtStateWrite { number, arrives: number.is_multiple_of(2) });
}

#[test]
fn a_failed_canary_costs_no_other_node_wherever_the_controller_dies_at_a_change_of_the_cloud() {
    killed_at_each(1, |number| Crash::AtMutation { number, arrives: number.is_multiple_of(2) });
}

#[test]
fn a_failed_canary_costs_no_other_node_wherever_the_controller_dies_at_a_look() {
    killed_at_each(13, |number| Crash::AtShootCall { number });
}

#[test]
fn a_worker_pool_without_evidence_follows_a_proven_one_of_the_same_image() {
    block_on(async {
        let mut setup = Setup::new(6, 304);
        setup.workload.unmeasured = vec!["pool2".to_owned()];
        let simulation = begun(&setup).await;
        simulation.assert_hitless_end("one pool without evidence").await;
        let told =
            simulation.events().iter().any(|event| format!("{event:?}").contains("runs the same image"));
        assert!(told, "{:#?}", simulation.events());
    });
}

#[test]
fn nothing_is_known_of_pods_without_probes_and_the_migration_rests_unless_somebody_says_so() {
    block_on(async {
        let mut setup = Setup::new(4, 305);
        setup.workload.unmeasured = vec!["pool1".to_owned(), "pool2".to_owned()];
        let simulation = begun(&setup).await;
        let error = at_rest(&simulation).await;
        for text in ["pool1", "pool2", "skip-node-check", "canary-again"] {
            assert!(error.contains(text), "{text}: {error}");
        }
        say(&simulation, "skip-node-check").await;
        simulation.assert_hitless_end("nobody checks").await;
    });
}

#[test]
fn a_shoot_whose_only_node_runs_the_vpn_is_told_why_nothing_is_known_of_it_and_what_to_do() {
    block_on(async {
        let mut setup = Setup::new(1, 306);
        setup.workload.vpn_from = 1;
        let simulation = begun(&setup).await;
        let error = at_rest(&simulation).await;
        for text in ["run the VPN", "one more node there would do: shoot--p--a-", "skip-node-check"] {
            assert!(error.contains(text), "{text}: {error}");
        }
        say(&simulation, "skip-node-check").await;
        simulation.assert_hitless_end("nobody checks").await;
    });
}

#[test]
fn a_canary_is_measured_anew_while_the_way_to_it_or_its_control_is_ill() {
    block_on(async {
        let simulation = begun(&Setup::new(6, 306)).await;
        let chosen = measured(&simulation).await;
        simulation.kubelets.ail(|ills| ills.vpn_down = true);
        simulation.world.time.sleep(Duration::from_secs(200)).await;
        let verdicts =
            |object: &Value| canaries(object).iter().filter(|canary| !canary["verdict"].is_null()).count();
        assert_eq!(verdicts(&simulation.infrastructure().await), 0, "nothing is known");
        let controls = chosen.iter().filter_map(|canary| canary["control"]["node"].as_str());
        let controls: Vec<String> = controls.map(str::to_owned).collect();
        assert!(!controls.is_empty());
        simulation.kubelets.ail(|ills| {
            ills.vpn_down = false;
            ills.nodes.extend(controls);
        });
        simulation.world.time.sleep(Duration::from_secs(100)).await;
        assert_eq!(verdicts(&simulation.infrastructure().await), 0, "nothing is known");
        simulation.kubelets.ail(|ills| *ills = Default::default());
        simulation.assert_hitless_end("all is well again").await;
    });
}

#[test]
fn where_the_way_stays_shut_the_migration_is_taken_back() {
    block_on(async {
        let simulation = begun(&Setup::new(4, 307)).await;
        measured(&simulation).await;
        simulation.kubelets.ail(|ills| ills.vpn_down = true);
        let error = at_rest(&simulation).await;
        assert!(error.contains("nothing showed"), "{error}");
        simulation.assert_hitless("the VPN is down").await;
    });
}

#[test]
fn another_canary_follows_one_whose_vm_is_gone() {
    block_on(async {
        let simulation = begun(&Setup::new(8, 308)).await;
        let chosen = measured(&simulation).await;
        let gone = chosen[0]["vm"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let machines = simulation.story.machines();
        for index in 0..8 {
            let machine = machines.machine(index).unwrap();
            if machine.name == gone {
                machines.remove(&machine).await.unwrap();
            }
        }
        let again = |object: &Value| {
            let of_pool = |canary: &&Value| canary["pool"] == chosen[0]["pool"];
            let all = canaries(object);
            let verdicts: Vec<Value> =
                all.iter().filter(of_pool).map(|canary| canary["verdict"].clone()).collect();
            verdicts.first() == Some(&json!("gone")) && verdicts.len() == 2
        };
        simulation.until("another canary", again).await;
        simulation.assert_hitless_end("a canary that is gone").await;
    });
}

#[test]
fn while_canaries_are_measured_nothing_is_read_of_the_cloud() {
    block_on(async {
        let simulation = begun(&Setup::new(6, 309)).await;
        measured(&simulation).await;
        // The look that reads the aliases back.
        simulation.world.time.sleep(Duration::from_secs(5)).await;
        drop(simulation.calls());
        simulation.world.time.sleep(Duration::from_secs(40)).await;
        let calls: Vec<String> = simulation.calls().into_iter().map(|call| call.label).collect();
        assert!(calls.is_empty(), "{calls:?}");
        assert!(simulation.shoots.calls().len() > 20, "looks at pods");
    });
}
