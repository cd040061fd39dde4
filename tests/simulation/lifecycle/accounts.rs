//! The service account of the shoot's VMs: made only where that is wanted, and asked for only where it matters.

use gardener_extension_infra_gcp::extension::Requeue;
use http::Method;
use serde_json::{Value, json};

use super::documents::{Shoot, assert_same};
use super::life::{Life, Setup};
use super::migrating::{self, phase};
use crate::support::{CloudFate, Crash, block_on};

const ACCOUNT: &str = "shoot--p--a@my-project.iam.gserviceaccount.com";

/// From now on calls for service accounts are forbidden, of this method or of all.
fn forbid(life: &Life, method: Option<Method>) {
    refuse(life, method, CloudFate::Refuse(403, "forbidden"));
}

/// From now on this becomes of calls for service accounts, of this method or of all.
fn refuse(life: &Life, method: Option<Method>, fate: CloudFate) {
    life.cloud.faults.before(move |request| {
        let concerns = request.uri().path().contains("/serviceAccounts")
            && method.as_ref().is_none_or(|method| method == request.method());
        if concerns { fate.clone() } else { CloudFate::Pass }
    });
}

/// Whoever switches the feature on by mistake switches it off again, and all is as before: nothing was made.
#[test]
fn a_wish_for_accounts_that_could_not_be_made_can_be_taken_back() {
    block_on(async {
        let (mut life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let before = life.dump();
        life.create(&shoot);
        life.settle(&shoot).await;
        for method in [Some(Method::POST), None] {
            life.want_service_accounts(true);
            forbid(&life, method);
            life.ask(&shoot, "reconcile").await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            assert_eq!(life.failure(&shoot).1, ["ERR_INFRA_UNAUTHORIZED"]);

            life.want_service_accounts(false);
            forbid(&life, None);
            life.ask(&shoot, "reconcile").await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
            let status = life.status(&shoot);
            assert_eq!(status["state"]["data"].get("service_account_exist"), None, "{status:#}");
            assert_eq!(status["providerStatus"]["serviceAccountEmail"], "");
        }
        life.delete(&shoot).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
        assert_same(&life.dump(), &before, "gone");
    });
}

/// A shoot whose account was made, though Google said that it was not; and the cloud before.
async fn with_an_account_that_nobody_saw() -> (Life, Shoot, Value) {
    let (mut life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
    let before = life.dump();
    life.create(&shoot);
    life.settle(&shoot).await;
    life.want_service_accounts(true);
    refuse(&life, Some(Method::POST), CloudFate::ApplyAndRefuse(403, "forbidden"));
    life.ask(&shoot, "reconcile").await;
    life.reconcile(&shoot).await;
    assert_eq!(life.status(&shoot)["state"]["data"].get("service_account_exist"), None);
    assert!(life.dump()["serviceAccounts"].to_string().contains(ACCOUNT));
    (life, shoot, before)
}

#[test]
fn an_account_whose_making_nobody_saw_goes_with_the_shoot() {
    block_on(async {
        let (mut life, shoot, before) = with_an_account_that_nobody_saw().await;
        life.want_service_accounts(false);
        life.cloud.faults.end();
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_same(&life.dump(), &before, "gone");
    });
}

#[test]
fn it_goes_also_with_a_shoot_that_is_deleted_past_the_point_of_no_return() {
    block_on(async {
        let crash = Crash::After(planner::vocabulary::Milestone::DeleteRoutes);
        let life = Life::new(&Setup { crash, service_accounts: true, ..Setup::default() }).await;
        let (shoot, before) = (Shoot::usual(), life.dump());
        let (vms, killed) = migrating::begin(&life, &shoot).await;
        assert!(killed);
        assert!(life.dump()["serviceAccounts"].to_string().contains(ACCOUNT));
        life.restart();
        assert_eq!(*phase(&life.status(&shoot)), json!("deleting"));
        for vm in &vms {
            life.hands().delete(&format!("zones/{}/instances/{}", vm.zone, vm.name)).await.unwrap();
        }
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_same(&life.dump(), &before, "gone");
    });
}

/// How IAM fails, and the codes of that.
const FAILURES: [(u16, &str, &[&str]); 3] = [
    (403, "SERVICE_DISABLED", &["ERR_INFRA_DEPENDENCIES"]),
    (403, "forbidden", &["ERR_INFRA_UNAUTHORIZED"]),
    (503, "backendError", &[]),
];

#[test]
fn all_but_the_account_goes_while_iam_fails_and_the_account_as_soon_as_it_answers() {
    for (status, reason, codes) in FAILURES {
        block_on(async {
            let life = Life::new(&Setup { service_accounts: true, ..Setup::default() }).await;
            let (shoot, before) = (Shoot::usual(), life.dump());
            life.create(&shoot);
            life.settle(&shoot).await;
            refuse(&life, None, CloudFate::Refuse(status, reason));
            life.delete(&shoot).await;
            for _ in 0..2 {
                assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff, "{reason}");
                let (text, found) = life.failure(&shoot);
                assert!(text.contains(&format!("serviceAccounts/{ACCOUNT}")), "{text}");
                assert_eq!(found, codes, "{text}");
                assert_same(&without_account(life.dump()), &before, "all else is gone");
                let finalizers = &life.object(&shoot).unwrap()["metadata"]["finalizers"];
                assert_eq!(*finalizers, json!(["extensions.gardener.cloud/infrastructure"]));
            }
            life.cloud.faults.end();
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "{reason}");
            assert_eq!(life.object(&shoot), None);
            assert_same(&life.dump(), &before, "gone");
        });
    }
}

/// It is not known that there is one: where IAM denies to tell it is no more than named, and waited for where IAM is only late.
#[test]
fn an_account_whose_making_nobody_saw_is_named_and_left_where_iam_denies_to_tell() {
    for (status, reason, codes) in FAILURES {
        block_on(async {
            let (life, shoot, before) = with_an_account_that_nobody_saw().await;
            refuse(&life, None, CloudFate::Refuse(status, reason));
            life.events();
            life.delete(&shoot).await;
            if codes.is_empty() {
                assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff, "{reason}");
                assert_same(&without_account(life.dump()), &before, "all else is gone");
                life.cloud.faults.end();
                life.settle(&shoot).await;
                assert_same(&life.dump(), &before, "gone");
                return;
            }
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "{reason}");
            assert_eq!(life.object(&shoot), None);
            let events = life.events();
            let told: Vec<_> = events.iter().filter(|event| event.warning).collect();
            let [event] = told.as_slice() else { panic!("{reason}: {events:#?}") };
            assert!(event.text.contains(ACCOUNT) && event.text.contains("by hand"), "{event:?}");
            assert_same(&without_account(life.dump()), &before, "all else is gone");
        });
    }
}

#[test]
fn credentials_that_iam_does_not_take_end_a_deletion_at_once() {
    block_on(async {
        let life = Life::new(&Setup { service_accounts: true, ..Setup::default() }).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        let before = life.dump();
        refuse(&life, None, CloudFate::Refuse(401, "authError"));
        life.delete(&shoot).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        assert_eq!(life.failure(&shoot).1, ["ERR_INFRA_UNAUTHENTICATED", "ERR_INFRA_UNAUTHORIZED"]);
        assert_same(&life.dump(), &before, "untouched");
        life.cloud.faults.end();
        life.settle(&shoot).await;
    });
}

/// The dump without the shoot's account, which must be in it.
fn without_account(mut dump: Value) -> Value {
    let accounts = dump["serviceAccounts"].as_array_mut().unwrap();
    let before = accounts.len();
    accounts.retain(|account| account["email"] != ACCOUNT);
    assert_eq!(accounts.len() + 1, before, "the account is still there");
    dump
}
