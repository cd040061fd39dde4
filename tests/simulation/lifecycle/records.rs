//! What the state records of what was made: lost, written ahead in vain, or of another project.

use gardener_extension_infra_gcp::extension::Next;
use serde_json::{Value, json};

use super::documents::{Shoot, assert_same};
use super::life::{Life, Setup};
use crate::support::block_on;

async fn created(shoot: &Shoot) -> Life {
    let life = Life::new(&Setup::default()).await;
    life.create(shoot);
    life.settle(shoot).await;
    life.calls();
    life.notes();
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
    let notes = life.notes().into_iter();
    notes.filter(|note| note.warning && note.reason == reason).map(|note| note.text).collect()
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
            assert_eq!(life.reconcile(&shoot).await, Next::Rest);
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
            assert_eq!(life.reconcile(&shoot).await, Next::Retry);
            if credentials {
                life.cloud.faults.end();
            }
            life.delete(&shoot).await;
            let began = life.time.now();
            assert_eq!(life.reconcile(&shoot).await, Next::Rest, "{reason}");
            assert_eq!(life.object(&shoot), None);
            assert!(life.time.now().duration_since(began).as_secs() < 15);
            assert_eq!(warnings(&life, "LeftBehind"), [""; 0]);
        });
    }
}
