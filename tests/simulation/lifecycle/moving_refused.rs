//! The control plane moves to another seed while the migration to dual-stack is refused or rests: words and refusal come along, the error
//! is the same there, and with IPv4 the restore succeeds.

use gardener_extension_infra_gcp::extension::Requeue;
use planner::documents::names::MIGRATION_ANNOTATION;
use serde_json::{Value, json};

use super::back::{assert_as_before, wants, with_routes};
use super::documents::{Shoot, assert_same};
use super::life::{Life, Setup};
use super::migrating::phase;
use crate::support::block_on;

/// What keeps the shoot from being migrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// The preflight finds somebody else's route inside the pod range.
    Preflight,
    /// A policy refused it for good.
    Policy,
    /// The operator says `undo`.
    Undo,
}

impl Cause {
    /// What the error says.
    fn words(self) -> &'static str {
        match self {
            Self::Preflight => "route theirs (100.97.0.0/16)",
            Self::Policy => "was refused for good at M2b",
            Self::Undo => "was taken back",
        }
    }

    async fn arrange(self, life: &Life, shoot: &Shoot) {
        match self {
            Self::Preflight => {
                let theirs = json!({
                    "name": "theirs", "network": "projects/my-project/global/networks/shoot--p--a",
                    "destRange": "100.97.0.0/16", "priority": 1000,
                    "nextHopGateway": "projects/my-project/global/gateways/default-internet-gateway",
                });
                life.hands().insert("global/routes", theirs).await.unwrap();
            }
            Self::Policy => {
                let refuse = json!({ "refuse": { "status": 412, "reason": "conditionNotMet", "message": "not here" } });
                let rule = json!({ "method": "compute.subnetworks.patch", "count": null, "fault": refuse });
                life.cloud.fault(&rule).await;
            }
            Self::Undo => {
                let word = json!({ "metadata": { "annotations": { MIGRATION_ANNOTATION: "undo" } } });
                life.edit(shoot, &word).await;
            }
        }
    }
}

/// What is lasting in the state, and the words on the Infrastructure.
fn kept(life: &Life, shoot: &Shoot) -> [Value; 3] {
    let data = &life.status(shoot)["state"]["data"];
    let said = life.object(shoot).unwrap()["metadata"]["annotations"][MIGRATION_ANNOTATION].clone();
    [data["migration/refused"].clone(), data["migration/words"].clone(), said]
}

/// The error without what was tried, and its codes.
fn error(life: &Life, shoot: &Shoot) -> (String, Vec<String>) {
    let (text, codes) = life.failure(shoot);
    (text.split_once(": ").unwrap().1.to_owned(), codes)
}

#[test]
fn a_shoot_that_is_not_migrated_moves_with_its_words_its_refusal_and_its_error() {
    for cause in [Cause::Preflight, Cause::Policy, Cause::Undo] {
        block_on(async {
            let (life, shoot) = with_routes(&Setup::default()).await;
            cause.arrange(&life, &shoot).await;
            let before = life.dump();
            wants(&life, &shoot, &["IPv4", "IPv6"]).await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            let (told, lasting) = (error(&life, &shoot), kept(&life, &shoot));
            assert!(told.0.contains(cause.words()), "{cause:?}: {told:?}");
            assert_eq!(*phase(&life.status(&shoot)), Value::Null, "{cause:?}");
            assert_eq!(lasting[0].is_null(), cause != Cause::Policy, "{cause:?}: {lasting:?}");
            assert_eq!(lasting[2].is_null(), cause != Cause::Undo, "{cause:?}: {lasting:?}");
            let (state, stands) = (life.status(&shoot)["state"].clone(), life.dump());
            life.ask(&shoot, "migrate").await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "{cause:?}");
            let left = life.status(&shoot);
            assert_eq!((&left["state"], &left["lastOperation"]["state"]), (&state, &json!("Succeeded")));

            let there = life.elsewhere();
            let wanted = Shoot { families: Shoot::dual_stack().families, ..shoot };
            for around in wanted.around() {
                there.seed.put(&around).unwrap();
            }
            there.show_the_way_to(&wanted.name);
            let mut object = wanted.infrastructure("restore");
            object["status"]["state"] = state;
            there.seed.put(&object).unwrap();
            life.calls();
            assert_eq!(there.reconcile(&wanted).await, Requeue::WithBackoff, "{cause:?}");
            assert_eq!(error(&there, &wanted), told, "{cause:?}");
            assert_eq!(kept(&there, &wanted), lasting, "{cause:?}");
            assert_eq!(there.mutations(), Vec::<String>::new(), "{cause:?}");
            assert_same(&life.dump(), &stands, "the cloud");

            there.edit_shoot(&wanted, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4"] } } })).await;
            there.settle(&wanted).await;
            assert_eq!(there.status(&wanted)["lastOperation"]["type"], "Restore", "{cause:?}");
            assert_eq!(there.mutations(), Vec::<String>::new(), "{cause:?}");
            assert_eq!(kept(&there, &wanted)[0], Value::Null, "{cause:?}");
            assert_eq!(
                kept(&there, &wanted)[2],
                lasting[2],
                "{cause:?}: the word goes when it is taken back"
            );
            if cause != Cause::Undo {
                assert_as_before(&there, &wanted, &before, &format!("{cause:?}"));
            }
        });
    }
}
