//! Changes of a subnet that are there already: reads that are late, and the answer that nothing changed. Neither is an error, and
//! nothing is sent for ever.

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot};
use super::life::{Life, Setup};
use crate::support::{CloudFate, block_on};

/// A shoot with flow logs, and the list of its subnets as Google shows it.
async fn created() -> (Life, Shoot, Value) {
    let networks = json!({ "workers": "10.250.0.0/16", "flowLogs": { "flowSampling": 0.2 } });
    let ranges = json!({ "nodes": "10.250.0.0/15", "pods": "100.96.0.0/11", "services": "100.64.0.0/13" });
    let shoot = Shoot { networks, ranges, ..Shoot::usual() };
    let life = Life::new(&Setup::default()).await;
    life.create(&shoot);
    life.settle(&shoot).await;
    life.calls();
    let list = life.hands().get(&format!("regions/{REGION}/subnetworks")).await.unwrap().unwrap();
    (life, shoot, list)
}

/// Changes of the nodes subnet, one request each.
fn changes() -> [Value; 3] {
    [
        json!({ "workers": "10.250.0.0/15" }),
        json!({ "flowLogs": { "flowSampling": 0.3 } }),
        json!({ "flowLogs": null }),
    ]
}

#[test]
fn reads_that_show_what_was_there_before_are_waited_out() {
    for networks in changes() {
        for late in [1, 2] {
            block_on(async {
                let (life, shoot, before) = created().await;
                let mut left = None;
                life.cloud.faults.before(move |request| {
                    if *request.method() != http::Method::GET {
                        left.get_or_insert(late);
                    }
                    let lists = request.uri().path().ends_with("/subnetworks");
                    match left.as_mut().filter(|left| lists && **left > 0) {
                        Some(left) => {
                            *left -= 1;
                            CloudFate::Answer(before.clone())
                        }
                        None => CloudFate::Pass,
                    }
                });
                life.configure(&shoot, &networks).await;
                let next = life.reconcile(&shoot).await;
                let told = format!("{networks}, {late} late: {:#}", life.status(&shoot)["lastError"]);
                assert_eq!(next, Requeue::OnChange, "{told}");
                let sent = life.mutations();
                assert!(sent.len() <= 2 + late, "{told}: {sent:#?}");
            });
        }
    }
}

#[test]
fn the_answer_that_nothing_changed_is_as_good_as_any() {
    for networks in changes() {
        block_on(async {
            let (life, shoot, _) = created().await;
            life.cloud.faults.before(|request| match *request.method() == http::Method::GET {
                true => CloudFate::Pass,
                false => CloudFate::ApplyAndRefuse(304, "notModified"),
            });
            life.configure(&shoot, &networks).await;
            let next = life.reconcile(&shoot).await;
            assert_eq!(next, Requeue::OnChange, "{networks}: {:#}", life.status(&shoot)["lastError"]);
            let sent = life.mutations();
            assert!((1..=2).contains(&sent.len()), "{networks}: {sent:#?}");
        });
    }
}
