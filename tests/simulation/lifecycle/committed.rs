//! Past the point of no return: what the migration does not need may not hold it up.

use http::Method;
use serde_json::json;

use super::documents::Shoot;
use super::life::{Life, Setup};
use super::migrating::{assert_migrated, begin};
use crate::support::{CloudFate, block_on};

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
        assert!(life.notes().iter().any(|note| note.warning && note.text.contains("addresses of the NAT")));

        // Before it, and after it, nothing is done without them.
        life.ask(&shoot, "reconcile").await;
        life.reconcile(&shoot).await;
        assert_eq!(life.failure(&shoot).1, ["ERR_INFRA_UNAUTHORIZED"]);
        life.cloud.faults.end();
        life.settle(&shoot).await;
    });
}
