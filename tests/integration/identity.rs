//! Workload identities: a shoot lives by one, a bad one is told of at once, and no token is told to anybody.

use serde_json::{Value, json};

use crate::case::Case;
use crate::environment::{Environment, within};
use crate::expected::{changes, read};
use crate::secrecy::{assert_untold, told};
use crate::shoot::{A_MINUTE, Shoot};

/// A shoot without anything, in a project that is there.
async fn shoot(environment: &Environment, namespace: &str) -> Shoot {
    let shoot = Shoot::new(environment, namespace);
    // A project comes with its first key, which nobody uses here.
    environment.setting.credential(&shoot.world).await.unwrap();
    shoot
}

/// A Secret with the workload identity of `shoot`, and a token for it.
fn secret(shoot: &Shoot, token: &str) -> Value {
    let config = json!({
        "type": "external_account", "audience": "//iam.googleapis.com/pools/p", "universe_domain": "googleapis.com",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": "https://sts.googleapis.com/v1/token",
        "service_account_impersonation_url":
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/infra@p.iam.gserviceaccount.com:generateAccessToken",
        "credential_source": {"file": "/var/run/secrets/gardener.cloud/workload-identity/token", "format": {"type": "text"}},
    });
    let labels = json!({
        "security.gardener.cloud/purpose": "workload-identity-token-requestor",
        "workloadidentity.security.gardener.cloud/provider": "gcp",
    });
    let data = json!({
        "credentialsConfig": config.to_string(), "projectID": shoot.world.cloud.project(), "token": token,
    });
    json!({"metadata": {"labels": labels}, "stringData": data})
}

/// A token as an issuer in the garden would sign it.
fn token(shoot: &Shoot, number: u32) -> String {
    let part = |name: &str| {
        landscape::neighbours::base64(&format!("{{\"{name}\":\"{number} of {}\"}}", shoot.cluster()))
    };
    format!("{}.{}.{}", part("alg"), part("sub"), part("signature"))
}

#[test]
fn a_shoot_lives_by_a_workload_identity_whose_token_rotates_and_no_token_is_told() {
    within(async |environment| {
        let (shoot, issuer) = (shoot(environment, "gcp-infrastructure-it--ident").await, &environment.issuer);
        let case: Case = read("it-1-own-vpc", &shoot);
        let [first, second] = [1, 2].map(|number| token(&shoot, number));
        issuer.trust(&first, shoot.world.cloud.project(), true);
        shoot.prepare_with(&case.shoot, &secret(&shoot, &first)).await;
        let before = shoot.world.cloud.resources().await.unwrap();
        shoot.create(&case.config).await;
        shoot.ready().await;
        assert!(issuer.issued(&second).is_empty());

        issuer.trust(&second, shoot.world.cloud.project(), true);
        shoot.change_secret(&json!({"stringData": {"token": second}})).await;
        let issued = issuer.issued(&first);
        shoot.reconcile(None).await;
        assert_eq!(issuer.issued(&first), issued, "the old token is of no use any more");
        let mut secrets: Vec<String> = [issued, issuer.issued(&second)].concat();
        assert!(secrets.len() >= 4, "one of each kind for each token: {secrets:?}");
        secrets.extend([first, second]);
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        assert_untold(&told(environment, &shoot).await, &secrets);

        shoot.delete().await;
        assert_eq!(changes(&before, &shoot.world.cloud.resources().await.unwrap()), [""; 0]);
    });
}

#[test]
fn it_3_a_token_that_is_refused_is_told_of_in_time_and_not_told() {
    within(async |environment| {
        let (shoot, issuer) = (shoot(environment, "gcp-infrastructure-it--grant").await, &environment.issuer);
        let case: Case = read("it-3-invalid-credentials", &shoot);
        let [unknown, powerless] = [1, 2].map(|number| token(&shoot, number));
        shoot.prepare_with(&case.shoot, &secret(&shoot, &unknown)).await;
        let before = shoot.world.cloud.resources().await.unwrap();

        shoot.create(&case.config).await;
        let failed = shoot.failed("Security Token Service: status code 400: invalid_grant").await;
        assert_refused(&failed);
        assert_untold(&told(environment, &shoot).await, &[&unknown]);

        issuer.trust(&powerless, shoot.world.cloud.project(), false);
        shoot.change_secret(&json!({"stringData": {"token": powerless}})).await;
        let why = "impersonation of the service account: status code 403: PERMISSION_DENIED";
        assert_refused(&shoot.reconcile_in_vain(why).await);
        let issued = issuer.issued(&powerless);
        let secrets: Vec<&str> = issued.iter().chain([&unknown, &powerless]).map(String::as_str).collect();
        assert_untold(&told(environment, &shoot).await, &secrets);

        shoot.delete_within(A_MINUTE).await;
        assert_eq!(changes(&before, &shoot.world.cloud.resources().await.unwrap()), [""; 0]);
    });
}

fn assert_refused(object: &Value) {
    let error = &object["status"]["lastError"];
    assert_eq!(error["codes"], json!(["ERR_INFRA_UNAUTHENTICATED", "ERR_INFRA_UNAUTHORIZED"]), "{error}");
}
