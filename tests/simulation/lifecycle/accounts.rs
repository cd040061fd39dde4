//! The service account of the shoot's VMs: made only where that is wanted, and asked for only where it matters.

use gardener_extension_infra_gcp::extension::Next;
use http::Method;
use serde_json::json;

use super::documents::{Shoot, assert_same};
use super::life::{Life, Setup};
use super::migrating::{self, phase};
use crate::support::{CloudFate, Crash, block_on};

const ACCOUNT: &str = "shoot--p--a@my-project.iam.gserviceaccount.com";

/// From now on calls for service accounts are forbidden, of this method or of all.
fn forbid(life: &Life, method: Option<Method>) {
    life.cloud.faults.before(move |request| {
        let concerns = request.uri().path().contains("/serviceAccounts")
            && method.as_ref().is_none_or(|method| method == request.method());
        if concerns { CloudFate::Refuse(403, "forbidden") } else { CloudFate::Pass }
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
            assert_eq!(life.reconcile(&shoot).await, Next::Retry);
            assert_eq!(life.failure(&shoot).1, ["ERR_INFRA_UNAUTHORIZED"]);

            life.want_service_accounts(false);
            forbid(&life, None);
            life.ask(&shoot, "reconcile").await;
            assert_eq!(life.reconcile(&shoot).await, Next::Rest);
            let status = life.status(&shoot);
            assert_eq!(status["state"]["data"].get("service_account_exist"), None, "{status:#}");
            assert_eq!(status["providerStatus"]["serviceAccountEmail"], "");
        }
        life.delete(&shoot).await;
        assert_eq!(life.reconcile(&shoot).await, Next::Rest);
        assert_same(&life.dump(), &before, "gone");
    });
}

#[test]
fn an_account_whose_making_nobody_saw_goes_with_the_shoot() {
    block_on(async {
        let (mut life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let before = life.dump();
        life.create(&shoot);
        life.settle(&shoot).await;
        life.want_service_accounts(true);
        life.cloud.faults.before(|request| match *request.method() == Method::POST {
            true => CloudFate::ApplyAndRefuse(403, "forbidden"),
            false => CloudFate::Pass,
        });
        life.ask(&shoot, "reconcile").await;
        life.reconcile(&shoot).await;
        assert_eq!(life.status(&shoot)["state"]["data"].get("service_account_exist"), None);
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
        let crash = Crash::After(gardener_extension_infra_gcp::plan::Milestone::DeleteRoutes);
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
