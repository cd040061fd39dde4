//! What Google refuses, and what is written of it: the codes decide whether gardenlet goes on trying.

use std::time::Duration;

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot, assert_same};
use super::life::{Life, Setup};
use crate::support::{CloudFate, block_on};

/// The longest that an operation is held back here.
const HELD_BACK: Duration = Duration::from_secs(3600);
const NODES: &str = "shoot--p--a-nodes";
/// As a policy of the organisation refuses.
const VIOLATED: &str = "Constraint constraints/compute.requireVpcFlowLogs violated for projects/1";

/// An error, as Google gives it.
fn refuse(status: u16, reason: &str, message: &str) -> Value {
    json!({ "refuse": { "status": status, "reason": reason, "message": message } })
}

/// The same, arriving with the operation.
fn fail(status: u16, code: &str, message: &str, details: &Value) -> Value {
    json!({ "failOperation": {
        "code": code, "message": message, "httpErrorStatusCode": status, "errorDetails": details,
    } })
}

/// When it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Create,
    Reconcile,
    Delete,
}

/// The description and the codes of the error that `fault` at each call for a subnet leads to; without it all comes out well.
async fn failure(when: When, fault: &Value) -> (String, Vec<String>) {
    let life = Life::new(&Setup::default()).await;
    let shoot = Shoot { networks: json!({ "workers": "10.250.0.0/16" }), ..Shoot::usual() };
    life.create(&shoot);
    if when != When::Create {
        life.settle(&shoot).await;
    }
    match when {
        When::Create => {}
        When::Reconcile => life.configure(&shoot, &json!({ "internal": "10.252.0.0/24" })).await,
        When::Delete => life.delete(&shoot).await,
    }
    let method =
        if when == When::Delete { "compute.subnetworks.delete" } else { "compute.subnetworks.insert" };
    life.cloud.fault(&json!({ "method": method, "count": null, "fault": fault })).await;
    assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff, "{when:?}: {fault}");
    let (text, codes) = life.failure(&shoot);
    let begins = match when {
        When::Delete => "Error deleting Infrastructure: ",
        When::Create | When::Reconcile => "Error reconciling infrastructure: ",
    };
    assert!(text.starts_with(begins), "{when:?}: {text}");
    life.cloud.end_faults().await;
    // Until operations that were held back are over.
    tokio::time::sleep(HELD_BACK).await;
    life.settle(&shoot).await;
    if when == When::Delete {
        assert_eq!(life.object(&shoot), None);
    } else {
        assert_eq!(life.status(&shoot).get("lastError"), None);
    }
    (text, codes)
}

/// What is final: codes, and words of the message. Each at creation, at a change and at a deletion.
#[test]
fn what_will_not_pass_by_itself_has_a_code_and_names_what_is_wrong() {
    let quota = json!([{ "quotaInfo": {
        "metricName": "compute.googleapis.com/subnetworks", "limit": 100, "limitName": "SUBNETWORKS-per-project",
    } }]);
    let permission = "Required 'compute.subnetworks.create' permission for 'projects/my-project'";
    let used =
        "The subnetwork resource is already being used by 'projects/my-project/zones/z/instances/theirs'";
    let unauthenticated: &[&str] = &["ERR_INFRA_UNAUTHENTICATED", "ERR_INFRA_UNAUTHORIZED"];
    let table = [
        (refuse(401, "authError", "Invalid Credentials"), unauthenticated, "Invalid Credentials"),
        (refuse(403, "forbidden", permission), &["ERR_INFRA_UNAUTHORIZED"], "compute.subnetworks.create"),
        (
            fail(403, "PERMISSION_DENIED", permission, &json!([])),
            &["ERR_INFRA_UNAUTHORIZED"],
            "compute.subnetworks.create",
        ),
        (refuse(403, "accessNotConfigured", "not been used"), &["ERR_INFRA_DEPENDENCIES"], "enable the API"),
        (refuse(403, "SERVICE_DISABLED", "disabled"), &["ERR_INFRA_DEPENDENCIES"], "enable the API"),
        (refuse(403, "BILLING_DISABLED", "billing"), &["ERR_INFRA_DEPENDENCIES"], "billing"),
        (
            refuse(403, "quotaExceeded", "Quota 'SUBNETWORKS' exceeded."),
            &["ERR_INFRA_QUOTA_EXCEEDED"],
            "SUBNETWORKS",
        ),
        (refuse(403, "limitExceeded", "no more"), &["ERR_INFRA_QUOTA_EXCEEDED"], "no more"),
        (
            fail(403, "QUOTA_EXCEEDED", "exceeded", &quota),
            &["ERR_INFRA_QUOTA_EXCEEDED"],
            "compute.googleapis.com/subnetworks is used up (limit 100",
        ),
        (
            refuse(400, "resourceInUseByAnotherResource", used),
            &["ERR_INFRA_DEPENDENCIES"],
            "instances/theirs",
        ),
        (
            fail(400, "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", used, &json!([])),
            &["ERR_INFRA_DEPENDENCIES"],
            "instances/theirs",
        ),
        // Whatever constraint it is, and also where nothing names one.
        (refuse(412, "conditionNotMet", VIOLATED), &["ERR_CONFIGURATION_PROBLEM"], VIOLATED),
        (refuse(412, "conditionNotMet", "no"), &["ERR_CONFIGURATION_PROBLEM"], "a policy forbids it"),
        (
            fail(412, "CONDITION_NOT_MET", VIOLATED, &json!([])),
            &["ERR_CONFIGURATION_PROBLEM"],
            "the constraint is constraints/compute.requireVpcFlowLogs",
        ),
        (
            refuse(400, "invalid", "Invalid value for field 'resource.x'"),
            &["ERR_CONFIGURATION_PROBLEM"],
            "resource.x",
        ),
        (
            fail(400, "INVALID_FIELD_VALUE", "'resource.x'", &json!([])),
            &["ERR_CONFIGURATION_PROBLEM"],
            "resource.x",
        ),
    ];
    for (fault, wanted, part) in table {
        for when in [When::Create, When::Reconcile, When::Delete] {
            let (text, codes) = block_on(failure(when, &fault));
            assert_eq!(codes, wanted, "{when:?}: {fault}: {text}");
            assert!(text.contains(part), "{when:?}: {part}: {text}");
            let object = if when == When::Reconcile { "shoot--p--a-internal" } else { NODES };
            assert!(text.contains(object), "{when:?}: {object}: {text}");
        }
    }
}

#[test]
fn what_may_pass_by_itself_has_no_code() {
    let plain = |status, reason| refuse(status, reason, "injected");
    let late = |status, code| fail(status, code, "injected", &json!([]));
    let table = [
        plain(403, "rateLimitExceeded"),
        plain(403, "userRateLimitExceeded"),
        plain(403, "RATE_LIMIT_EXCEEDED"),
        plain(403, "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED"),
        plain(429, "rateLimitExceeded"),
        plain(408, "timeout"),
        plain(409, "operationInProgress"),
        plain(400, "resourceNotReady"),
        plain(500, "internalError"),
        plain(502, "badGateway"),
        plain(503, "backendError"),
        plain(404, "notFound"),
        late(400, "RESOURCE_NOT_READY"),
        late(503, "INTERNAL_ERROR"),
        late(429, "RESOURCE_OPERATION_RATE_EXCEEDED"),
        late(404, "RESOURCE_NOT_FOUND"),
        json!("drop"),
    ];
    for fault in table {
        for when in [When::Create, When::Reconcile, When::Delete] {
            // What is gone already is deleted.
            let gone = ["notFound", "NOT_FOUND"].iter().any(|word| fault.to_string().contains(word));
            if when == When::Delete && gone {
                continue;
            }
            let (text, codes) = block_on(failure(when, &fault));
            assert_eq!(codes, Vec::<String>::new(), "{when:?}: {fault}: {text}");
        }
    }
}

/// An operation that does not end is given up in time, and may have its effect all the same.
#[test]
fn an_operation_that_does_not_end_has_no_code() {
    for when in [When::Create, When::Reconcile, When::Delete] {
        let (text, codes) = block_on(failure(when, &json!({ "delayOperation": "1h" })));
        assert!(text.contains("operation"), "{when:?}: {text}");
        assert_eq!(codes, Vec::<String>::new(), "{when:?}: {text}");
    }
}

#[test]
fn bad_credentials_are_reported_within_thirty_seconds() {
    for when in [When::Create, When::Reconcile, When::Delete] {
        block_on(async {
            let life = Life::new(&Setup::default()).await;
            let shoot = Shoot::usual();
            life.create(&shoot);
            if when != When::Create {
                life.settle(&shoot).await;
                life.ask(&shoot, "reconcile").await;
            }
            if when == When::Delete {
                life.delete(&shoot).await;
            }
            let everything = json!({ "method": "compute.*", "count": null, "fault": refuse(401, "authError", "Invalid Credentials") });
            life.cloud.fault(&everything).await;
            let began = life.time.elapsed();
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            let took = life.time.elapsed() - began;
            assert!(took < Duration::from_secs(30), "{when:?}: {took:?}");
            let (text, codes) = life.failure(&shoot);
            assert_eq!(codes, ["ERR_INFRA_UNAUTHENTICATED", "ERR_INFRA_UNAUTHORIZED"], "{text}");
            life.cloud.end_faults().await;
        });
    }
}

/// The fake's own refusals.
#[test]
fn what_the_configuration_asks_for_in_vain_is_a_problem_of_the_configuration() {
    let vpc = |vpc: &str, router: &str| json!({ "vpc": { "name": vpc, "cloudRouter": { "name": router } } });
    let table = [
        (
            vpc("no-vpc", "corp-router"),
            "Error reconciling infrastructure: ",
            "the user-managed VPC no-vpc does not exist",
        ),
        (
            vpc("corp-vpc", "no-router"),
            "Error reconciling infrastructure: ",
            "the user-managed Cloud Router no-router does not exist",
        ),
        (
            json!({ "cloudNAT": { "natIPNames": [{ "name": "egress-1" }, { "name": "no-address" }] } }),
            "Error checking infrastructure config: ",
            "networks.cloudNAT.natIPNames[1].name: Not found: \"no-address\"",
        ),
        (json!({ "workers": "10.30.128.0/24" }), "Error reconciling infrastructure: ", NODES),
        (json!({ "workers": "10.30.0.1/24" }), "Error reconciling infrastructure: ", "networks.workers"),
    ];
    for (change, begins, part) in table {
        block_on(async {
            let life = Life::new(&Setup::default()).await;
            let mut shoot = Shoot::in_user_vpc();
            for (field, value) in change.as_object().unwrap() {
                shoot.networks[field] = value.clone();
            }
            life.create(&shoot);
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff, "{change}");
            let (text, codes) = life.failure(&shoot);
            assert!(text.starts_with(begins) && text.contains(part), "{change}: {text}");
            assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"], "{text}");
        });
    }
}

#[test]
fn an_address_that_somebody_else_uses_is_a_problem_of_the_configuration() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let one = Shoot::in_user_vpc();
        life.create(&one);
        life.settle(&one).await;
        let other = Shoot {
            name: "shoot--p--z".to_owned(),
            networks: json!({ "workers": "10.60.0.0/16", "cloudNAT": { "natIPNames": [{ "name": "egress-1" }] } }),
            ..Shoot::usual()
        };
        life.create(&other);
        assert_eq!(life.reconcile(&other).await, Requeue::WithBackoff);
        let (text, codes) = life.failure(&other);
        let wanted = "networks.cloudNAT.natIPNames[0].name: Invalid value: \"egress-1\": already in use by corp-router";
        assert!(text.contains(wanted), "{text}");
        assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);
        assert!(life.mutations().iter().all(|call| !call.contains("shoot--p--z")));
    });
}

/// The quota is the fake's, and its numbers are what the message names.
#[test]
fn a_quota_that_is_used_up_is_named_with_limit_and_usage() {
    block_on(async {
        let mut setup = Setup::default();
        setup.cloud.limits.routers = Some(1);
        let life = Life::new(&setup).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let (text, codes) = life.failure(&shoot);
        assert_eq!(codes, ["ERR_INFRA_QUOTA_EXCEEDED"], "{text}");
        assert!(text.contains("ROUTERS (limit 1, usage 1)"), "{text}");
        life.hands().delete(&format!("regions/{REGION}/routers/corp-router")).await.unwrap();
        life.settle(&shoot).await;
    });
}

/// Where a shoot is, and what is global, is all that it depends on.
#[test]
fn regions_that_do_not_answer_are_nothing_to_a_shoot_that_is_not_there() {
    for shoot in [Shoot::usual(), Shoot::dual_stack(), Shoot::in_user_vpc()] {
        block_on(async {
            let life = Life::new(&Setup::default()).await;
            let before = life.dump();
            life.cloud.faults.before(|request| match request.uri().path().contains("/aggregated/") {
                true => CloudFate::Refuse(503, "backendError"),
                false => CloudFate::Pass,
            });
            life.create(&shoot);
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "{:#}", life.status(&shoot));
            life.ask(&shoot, "reconcile").await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "{:#}", life.status(&shoot));
            life.delete(&shoot).await;
            life.settle(&shoot).await;
            assert_same(&life.dump(), &before, "gone");
        });
    }
}

#[test]
fn a_name_that_is_taken_in_another_vpc_is_a_problem_of_the_configuration_that_names_it() {
    let network = "projects/my-project/global/networks/corp-vpc";
    let rule = json!({
        "name": "shoot--p--a-allow-internal-access", "network": network,
        "sourceRanges": ["10.0.0.0/8"], "allowed": [{ "IPProtocol": "tcp" }],
    });
    let subnet = json!({ "name": NODES, "network": network, "ipCidrRange": "10.99.0.0/24" });
    let subnets = format!("regions/{REGION}/subnetworks");
    for (collection, body) in [("global/firewalls", rule), (subnets.as_str(), subnet)] {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            let name = body["name"].as_str().unwrap().to_owned();
            life.hands().insert(collection, body).await.unwrap();
            life.create(&shoot);
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            let (text, codes) = life.failure(&shoot);
            assert!(text.contains(&name) && text.contains(network), "{text}");
            assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);

            // Nor is it taken for the shoot's when that goes.
            life.delete(&shoot).await;
            life.settle(&shoot).await;
            let found = life.hands().get(&format!("{collection}/{name}")).await.unwrap().unwrap();
            assert!(found["network"].as_str().unwrap().ends_with("corp-vpc"), "{found:#}");
        });
    }
}
