//! IT-1 to IT-5, and a VPC that is shared: created, looked at, asked again, deleted, and nothing is left.

use serde_json::{Value, json};

use crate::case::Case;
use crate::environment::{Environment, within, without};
use crate::expected::{Part, changes, egress, read};
use crate::shoot::{A_MINUTE, Shoot};

/// The most reads of a reconcile that has nothing to do.
const READS: usize = 8;

async fn lives(environment: &Environment, namespace: &str, file: &str) {
    let shoot = Shoot::new(environment, namespace);
    let case: Case = read(file, &shoot);
    let parts: Vec<Part> =
        case.expected.iter().map(|part| read(&format!("expected/{part}"), &shoot)).collect();
    let cloud = &shoot.world.cloud;
    let credential = environment.setting.credential(&shoot.world).await.unwrap();
    shoot.prepare(&case.shoot, &credential).await;
    let empty = cloud.resources().await.unwrap();
    for made in &case.user {
        made.make(&shoot).await;
    }
    let before = cloud.resources().await.unwrap();

    shoot.create(&case.config).await;
    let object = shoot.ready().await;
    let held = cloud.resources().await.unwrap();
    let wrong: Vec<String> =
        parts.iter().flat_map(|part| part.differences(&held, &object["status"])).collect();
    assert!(wrong.is_empty(), "{file}:\n{}\n{held:#}", wrong.join("\n"));
    let nodes = format!("{}-nodes", shoot.cluster());
    let ranges = object["status"].get("egressCIDRs").cloned().unwrap_or(json!([]));
    assert_eq!(ranges, json!(egress(&case.addresses(), &held, &nodes)), "{file}");
    assert_rules_are_listed(&shoot, &held).await;

    let mark = shoot.mark().await;
    shoot.reconcile(None).await;
    let (reads, mutations) = shoot.calls(mark).await;
    assert_eq!(mutations, 0, "{file}: asked again, all is as it shall be");
    assert!((1..=READS).contains(&reads), "{file}: {reads} reads");
    assert_eq!(changes(&held, &cloud.resources().await.unwrap()), [""; 0], "{file}");

    case.leave_things_behind(&shoot).await;
    shoot.delete().await;
    for path in parts.iter().flat_map(|part| &part.gone) {
        assert_eq!(cloud.get(path).await.unwrap(), None, "{file}: {path}");
    }
    let after = cloud.resources().await.unwrap();
    assert_eq!(changes(&before, &after), case.stays, "{file}: what was there before, and nothing else");
    for made in case.user.iter().rev() {
        made.delete(&shoot).await;
    }
    assert_eq!(
        cloud.resources().await.unwrap(),
        empty,
        "{file}: nothing of the shoot held the user's things"
    );
}

/// The first page of a list without a filter shows every rule.
async fn assert_rules_are_listed(shoot: &Shoot, held: &Value) {
    let page = shoot.world.cloud.get("global/firewalls").await.unwrap().unwrap();
    let names = |rules: &Value| -> Vec<String> {
        let rules = rules.as_array().unwrap().iter();
        rules.map(|rule| rule["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&page["items"]), names(&held["firewalls"]));
}

async fn it_1(environment: &Environment) {
    lives(environment, "gcp-infrastructure-it--ownv4", "it-1-own-vpc").await;
}

async fn it_2(environment: &Environment) {
    lives(environment, "gcp-infrastructure-it--usrv4", "it-2-user-vpc").await;
}

async fn it_3(environment: &Environment) {
    let shoot = Shoot::new(environment, "gcp-infrastructure-it--creds");
    let case: Case = read("it-3-invalid-credentials", &shoot);
    let credential = environment.setting.credential(&shoot.world).await.unwrap();
    let mut key: Value = serde_json::from_str(&credential).unwrap();
    for member in ["project_id", "private_key_id"] {
        key[member] = json!("fake");
    }
    shoot.prepare(&case.shoot, &key.to_string()).await;
    let before = shoot.world.cloud.resources().await.unwrap();
    shoot.create(&case.config).await;
    let codes = &shoot.failed("").await["status"]["lastError"]["codes"];
    assert_eq!(*codes, json!(["ERR_INFRA_UNAUTHENTICATED", "ERR_INFRA_UNAUTHORIZED"]));
    shoot.delete_within(A_MINUTE).await;
    assert_eq!(changes(&before, &shoot.world.cloud.resources().await.unwrap()), [""; 0]);
}

async fn it_4(environment: &Environment) {
    lives(environment, "gcp-infrastructure-it--ownds", "it-4-own-vpc-dual-stack").await;
}

async fn it_5(environment: &Environment) {
    lives(environment, "gcp-infrastructure-it--usrds", "it-5-user-vpc-dual-stack").await;
}

#[test]
fn it_1_own_vpc() {
    within(it_1);
}

#[test]
fn it_2_user_vpc() {
    within(it_2);
}

#[test]
fn it_3_invalid_credentials() {
    within(it_3);
}

#[test]
fn it_4_own_vpc_dual_stack() {
    within(it_4);
}

#[test]
fn it_5_user_vpc_dual_stack() {
    within(it_5);
}

/// As the suite runs them: it installs no more definitions than those of the objects that it makes.
#[test]
fn all_five_where_managed_resources_are_not_known() {
    without("managedresources.resources.gardener.cloud", async |environment| {
        tokio::join!(
            it_1(environment),
            it_2(environment),
            it_3(environment),
            it_4(environment),
            it_5(environment),
        );
    });
}

#[test]
fn in_a_shared_vpc_what_is_of_others_stays() {
    within(async |environment| lives(environment, "shoot--it--share", "shared-vpc").await);
}
