//! What the state records of what was made: lost, written ahead in vain, or of another project.

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Value, json};

use super::documents::{Shoot, assert_same};
use super::life::{Life, Setup};
use crate::support::{CloudFate, block_on};

async fn created(shoot: &Shoot) -> Life {
    let life = Life::new(&Setup::default()).await;
    life.create(shoot);
    life.settle(shoot).await;
    life.calls();
    life.events();
    life
}

fn set_state(life: &Life, shoot: &Shoot, state: Value) {
    let mut object = life.object(shoot).unwrap();
    object["status"]["state"] = state;
    life.seed.put(&object).unwrap();
}

/// A state that knows nothing.
fn nothing() -> Value {
    json!({ "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureState" })
}

/// The warnings among what people were told, by reason.
fn warnings(life: &Life, reason: &str) -> Vec<String> {
    let events = life.events().into_iter();
    events.filter(|event| event.warning && event.reason == reason).map(|event| event.text).collect()
}

/// Nothing is deleted by its name alone, and it is not left behind without a word either.
#[test]
fn what_bears_the_names_of_a_shoot_whose_state_was_lost_is_named_and_left() {
    let own = [
        "shoot--p--a (network)",
        "shoot--p--a-nodes",
        "shoot--p--a-cloud-router",
        "shoot--p--a-allow-internal-access",
    ];
    let users = ["shoot--p--a-nodes", "shoot--p--a-cloud-nat", "shoot--p--a-allow-internal-access"];
    for (shoot, names) in [(Shoot::usual(), &own[..]), (Shoot::in_user_vpc(), &users)] {
        block_on(async {
            let life = created(&shoot).await;
            let before = life.dump();
            set_state(&life, &shoot, nothing());
            life.delete(&shoot).await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
            assert_eq!(life.object(&shoot), None);
            let told = warnings(&life, "LeftBehind");
            let [text] = told.as_slice() else { panic!("{told:#?}") };
            for name in names {
                assert!(text.contains(name), "{name}: {text}");
            }
            assert_same(&life.dump(), &before, "left alone");
        });
    }
}

#[test]
fn a_shoot_of_which_nothing_was_made_goes_without_a_word_and_without_a_cloud() {
    for (credentials, reason) in [(true, ""), (false, "authError")] {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            life.cloud.faults.refuse_reads(401, "authError");
            life.create(&shoot);
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            if credentials {
                life.cloud.faults.end();
            }
            life.delete(&shoot).await;
            let began = life.time.now();
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "{reason}");
            assert_eq!(life.object(&shoot), None);
            assert!(life.time.now().duration_since(began).as_secs() < 15);
            assert_eq!(warnings(&life, "LeftBehind"), [""; 0]);
        });
    }
}

/// Under the same names there is nothing in it, or something else.
#[test]
fn credentials_of_another_project_are_refused_with_both_names_and_nothing_is_done_in_either() {
    block_on(async {
        let shoot = Shoot::usual();
        let life = created(&shoot).await;
        let mut state = life.status(&shoot)["state"].clone();
        assert_eq!(state["data"]["project"], "my-project");
        // As if it had been made elsewhere.
        state["data"]["project"] = json!("my-former-project");
        set_state(&life, &shoot, state.clone());
        let before = life.dump();
        for deleted in [false, true] {
            if deleted {
                life.delete(&shoot).await;
            } else {
                life.ask(&shoot, "reconcile").await;
            }
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            let (text, codes) = life.failure(&shoot);
            assert!(text.contains("my-former-project") && text.contains("the project my-project"), "{text}");
            assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);
            assert_eq!(life.calls(), [], "not even looked at");
            assert_same(&life.dump(), &before, "left alone");
            assert_eq!(life.status(&shoot)["state"], state, "it still says where it is");
        }
        // It moves to another seed with its state, and is refused there.
        state["data"]["project"] = json!("my-project");
        set_state(&life, &shoot, state);
        life.settle(&shoot).await;
        assert_eq!(life.object(&shoot), None);
    });
}

#[test]
fn a_state_that_records_no_project_is_given_one_where_the_network_is_and_warned_of_where_it_is_not() {
    block_on(async {
        let shoot = Shoot::usual();
        let life = created(&shoot).await;
        let mut state = life.status(&shoot)["state"].clone();
        state["data"].as_object_mut().unwrap().remove("project");
        set_state(&life, &shoot, state.clone());
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(life.status(&shoot)["state"]["data"]["project"], "my-project");
        assert_eq!(life.events(), []);

        // The same state, in a project in which nothing was made.
        let elsewhere = Life::new(&Setup::default()).await;
        elsewhere.create(&shoot);
        let mut object = elsewhere.object(&shoot).unwrap();
        object["status"] = json!({ "state": state });
        elsewhere.seed.put(&object).unwrap();
        elsewhere.settle(&shoot).await;
        let told = warnings(&elsewhere, "Finding");
        let [text] = told.as_slice() else { panic!("{told:#?}") };
        assert!(text.contains("in the project my-project"), "{text}");
    });
}

#[test]
fn a_creation_that_was_refused_at_its_first_call_can_be_deleted_without_credentials() {
    for shoot in [Shoot::usual(), Shoot::in_user_vpc()] {
        block_on(async {
            let life = Life::new(&Setup { service_accounts: true, ..Setup::default() }).await;
            let before = life.dump();
            life.cloud.faults.before(|request| match *request.method() == http::Method::GET {
                true => CloudFate::Pass,
                false => CloudFate::Refuse(403, "forbidden"),
            });
            life.create(&shoot);
            for _ in 0..2 {
                assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
                assert_eq!(life.failure(&shoot).1, ["ERR_INFRA_UNAUTHORIZED"]);
                assert_eq!(life.status(&shoot)["state"].get("data"), None, "{:#}", life.status(&shoot));
            }
            assert!(!life.mutations().is_empty(), "it was tried");
            life.cloud.faults.before(|_| CloudFate::Refuse(401, "authError"));
            life.delete(&shoot).await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
            assert_eq!(life.object(&shoot), None);
            assert_same(&life.dump(), &before, "nothing");
        });
    }
}

/// What may still come into being is looked for by the deletion.
#[test]
fn what_was_written_ahead_stays_where_something_was_made_or_may_yet_be() {
    // Which call is refused, and how.
    let table =
        [("/subnetworks", CloudFate::Refuse(403, "forbidden")), ("/networks", CloudFate::LoseRequest)];
    for (path, fate) in table {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            let told = format!("{path}: {fate:?}");
            life.cloud.faults.before(move |request| {
                match *request.method() == http::Method::POST && request.uri().path().ends_with(path) {
                    true => fate.clone(),
                    false => CloudFate::Pass,
                }
            });
            life.create(&shoot);
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff, "{told}");
            let data = &life.status(&shoot)["state"]["data"];
            assert_eq!(*data, json!({ "project": "my-project", "resources_exist": "true" }), "{told}");
        });
    }
}
