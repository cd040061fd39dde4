//! Past the point of no return: what the migration does not need may not hold it up.

use gardener_extension_infra_gcp::extension::Requeue;
use http::Method;
use landscape::seed::memory::Verdict;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot};
use super::life::{Life, Setup, stored};
use super::migrating::{add_route, add_vms, assert_migrated, begin, go_dual_stack};
use crate::support::{CloudFate, block_on};

/// Calls `once` when the first route is being deleted.
fn at_the_point_of_no_return(life: &Life, once: impl FnOnce() + Send + 'static) {
    let mut once = Some(once);
    life.cloud.faults.before(move |request| {
        let deletes = *request.method() == Method::DELETE;
        if deletes
            && request.uri().path().contains("/global/routes/")
            && let Some(once) = once.take()
        {
            once();
        }
        CloudFate::Pass
    });
}

/// Changes `networks` of the configuration without asking for anything.
fn edit(life: &Life, shoot: &Shoot, networks: Value) -> impl FnOnce() + Send + 'static {
    let (seed, name) = (life.seed.clone(), shoot.name.clone());
    move || {
        let mut object = stored(&seed, &name).unwrap();
        let config = object["spec"]["providerConfig"]["networks"].as_object_mut().unwrap();
        config.extend(networks.as_object().unwrap().clone());
        seed.put(&object).unwrap();
    }
}

fn nat(addresses: &[&str]) -> Value {
    let names: Vec<Value> = addresses.iter().map(|name| json!({ "name": name })).collect();
    json!({ "cloudNAT": { "natIPNames": names } })
}

/// What is reported is what the NAT has, whatever the user wants meanwhile.
#[test]
fn addresses_that_are_asked_for_meanwhile_are_reported_once_the_nat_has_them() {
    for (wanted, exists) in [(["egress-2", "egress-3"], true), (["egress-1", "there-is-none"], false)] {
        block_on(async {
            let (life, mut shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            shoot.networks["cloudNAT"] = nat(&["egress-1", "egress-2"])["cloudNAT"].clone();
            at_the_point_of_no_return(&life, edit(&life, &shoot, nat(&wanted)));
            // The reports of the migration and of what it put off.
            let (reports, reported) = std::sync::mpsc::channel();
            life.before_each_call(move |call| {
                if call.method == "PATCH"
                    && call.body.pointer("/status/lastOperation/state") == Some(&json!("Succeeded"))
                {
                    reports.send(call.body["status"]["egressCIDRs"][0].clone()).unwrap();
                }
                Verdict::Pass
            });
            let (vms, _) = begin(&life, &shoot).await;
            let reported: Vec<Value> = reported.try_iter().collect();
            let (first, second) = (json!("203.0.113.10/32"), json!("203.0.113.11/32"));
            if exists {
                assert_eq!(
                    reported,
                    [first.clone(), first, second],
                    "created, migrated, and what was put off"
                );
                assert_migrated(&life, &shoot, &vms);
            } else {
                assert_eq!(reported, [first.clone(), first], "created and migrated");
                let (text, codes) = life.failure(&shoot);
                assert!(text.contains("there-is-none"), "{text}");
                assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);
            }
        });
    }
}

#[test]
fn addresses_that_are_asked_for_together_with_dual_stack_are_reported_with_it() {
    for (wanted, ip) in [(nat(&["egress-2"]), Some("203.0.113.11")), (json!({ "cloudNAT": null }), None)] {
        block_on(async {
            let (life, mut shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            shoot.networks["cloudNAT"] = nat(&["egress-1"])["cloudNAT"].clone();
            life.create(&shoot);
            life.settle(&shoot).await;
            let vms = add_vms(&life, &shoot).await;
            for vm in &vms {
                add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
            }
            let both = json!({ "spec": { "networking": { "ipFamilies": ["IPv4", "IPv6"] } } });
            life.edit_shoot(&shoot, &both).await;
            life.configure(&shoot, &wanted).await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
            assert_migrated(&life, &shoot, &vms);
            let ips = life.status(&shoot)["providerStatus"]["networks"]["natIPs"].clone();
            assert_eq!(ips, ip.map_or(Value::Null, |ip| json!([{ "ip": ip }])));
        });
    }
}

#[test]
fn another_vpc_that_is_asked_for_meanwhile_does_not_hold_the_migration_up() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vpc = json!({ "vpc": { "name": "corp-vpc", "cloudRouter": { "name": "corp-router" } } });
        at_the_point_of_no_return(&life, edit(&life, &shoot, vpc));
        let (vms, _) = begin(&life, &shoot).await;
        assert_migrated(&life, &shoot, &vms);
        assert_eq!(life.status(&shoot)["providerStatus"]["networks"]["vpc"]["name"], "shoot--p--a");
    });
}

#[test]
fn addresses_of_the_nat_that_cannot_be_looked_up_are_reported_as_before() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let mut shoot = Shoot::usual();
        shoot.networks["cloudNAT"] =
            json!({ "natIPNames": [{ "name": "egress-2" }, { "name": "egress-1" }] });
        let (mut committed, mut refused) = (false, 0);
        let (counts, counted) = std::sync::mpsc::channel();
        life.cloud.faults.before(move |request| {
            let path = request.uri().path();
            committed |= *request.method() == Method::DELETE && path.contains("/global/routes/");
            if committed && path.ends_with("/addresses") {
                refused += 1;
                counts.send(refused).unwrap();
                return CloudFate::Refuse(403, "forbidden");
            }
            CloudFate::Pass
        });
        let (vms, _) = begin(&life, &shoot).await;
        assert!(counted.try_iter().count() > 1, "it was tried");
        assert_migrated(&life, &shoot, &vms);
        let networks = &life.status(&shoot)["providerStatus"]["networks"];
        assert_eq!(networks["natIPs"], json!([{ "ip": "203.0.113.11" }, { "ip": "203.0.113.10" }]));
        assert!(
            life.events().iter().any(|event| event.warning && event.text.contains("addresses of the NAT"))
        );

        // Before it, and after it, nothing is done without them.
        life.ask(&shoot, "reconcile").await;
        life.reconcile(&shoot).await;
        assert_eq!(life.failure(&shoot).1, ["ERR_INFRA_UNAUTHORIZED"]);
        life.cloud.faults.end();
        life.settle(&shoot).await;
    });
}

/// The answer of a list over all zones while a zone does not answer.
fn without(zone: &str) -> CloudFate {
    let place = format!("zones/{zone}");
    let warning = json!({ "code": "UNREACHABLE", "message": place });
    CloudFate::Amend(json!({
        "items": { &place: { "instances": null, "warning": warning } }, "unreachables": [&place], "warning": warning,
    }))
}

/// It begins as late as it can: the routes are being deleted, and the cloud-controller-manager is at zero.
#[test]
fn a_region_that_fails_past_the_point_of_no_return_is_nothing_to_a_shoot_that_is_not_there() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let (mut committed, (counts, counted)) = (false, std::sync::mpsc::channel());
        life.cloud.faults.before(move |request| {
            let path = request.uri().path();
            committed |= *request.method() == Method::DELETE && path.contains("/global/routes/");
            if committed && path.ends_with("/aggregated/instances") {
                counts.send(()).unwrap();
                return without("us-east1-b");
            }
            CloudFate::Pass
        });
        let (vms, _) = begin(&life, &shoot).await;
        assert!(counted.try_iter().count() > 1, "it was met");
        assert_migrated(&life, &shoot, &vms);
    });
}

/// A VM that is not listed would be cut off by a migration, so none is begun; nor goes one on without the shoot's own zones.
#[test]
fn a_zone_that_does_not_answer_forbids_to_begin_and_one_of_the_shoots_own_to_go_on() {
    for zone in ["us-east1-b".to_owned(), format!("{REGION}-b")] {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            let is_ours = zone.starts_with(REGION);
            let mut committed = false;
            life.cloud.faults.before(move |request| {
                let path = request.uri().path();
                committed |= *request.method() == Method::DELETE && path.contains("/global/routes/");
                match path.ends_with("/aggregated/instances") && committed == is_ours {
                    true => without(&zone),
                    false => CloudFate::Pass,
                }
            });
            let (vms, _) = begin(&life, &shoot).await;
            let (text, codes) = life.failure(&shoot);
            assert!(text.contains("unreachable") && codes.is_empty(), "{text}");
            life.cloud.faults.end();
            go_dual_stack(&life, &shoot).await;
            assert_migrated(&life, &shoot, &vms);
        });
    }
}

/// It can only go forward there, so the error names that alone.
#[test]
fn a_route_that_google_does_not_delete_is_told_with_what_comes_next() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        life.cloud.faults.before(|request| {
            let route =
                *request.method() == Method::DELETE && request.uri().path().contains("/global/routes/");
            if route { CloudFate::Refuse(403, "forbidden") } else { CloudFate::Pass }
        });
        let (vms, _) = begin(&life, &shoot).await;
        let (text, codes) = life.failure(&shoot);
        let next = "put that right, and the migration goes on by itself, which is the only way past the point of no return";
        assert!(text.contains("M9/") && text.contains(next) && !text.contains("undo"), "{text}");
        assert_eq!(codes, [""; 0], "none ends gardenlet's retries");
        life.cloud.faults.end();
        go_dual_stack(&life, &shoot).await;
        assert_migrated(&life, &shoot, &vms);
    });
}
