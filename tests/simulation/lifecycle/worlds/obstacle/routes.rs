//! Routes of others around a shoot.

use serde_json::json;

use super::super::super::documents::REGION;
use super::super::draw::Draw;
use super::super::stage::Stage;
use super::{Obstacle, Remedy, of, words};

/// Routes of others, and what routers learn.
pub(super) async fn put(draw: &mut Draw, stage: &Stage, vpc: &str, all: &mut Vec<Obstacle>) {
    let life = stage.life();
    let route = |name: &str, to: &str| json!({ "routes": [of(json!({ "name": name, "network": vpc, "destRange": to, "nextHopIp": "10.250.0.9" }))] });
    if draw.feature("foreign-route", 20).is_some() {
        life.cloud.seed(&route("foreign-route", "192.168.0.0/16").to_string()).await;
    }
    if draw.feature("broader-route", 8).is_some() {
        life.cloud.seed(&route("foreign-broader", "100.0.0.0/8").to_string()).await;
    }
    if let Some(mut random) = draw.feature("obstacle-route", 6) {
        let to = random.pick(&["100.100.0.0/24", "10.250.3.0/24", "100.64.1.0/24"]);
        life.cloud.seed(&route("obstacle-route", to).to_string()).await;
        all.push(Obstacle {
            words: words(&["obstacle-route"]),
            remedy: Remedy::Delete("global/routes/obstacle-route".to_owned()),
        });
    }
    if draw.feature("policy-route", 8).is_some() {
        let policy = of(json!({ "network": vpc, "name": "foreign-policy", "destRange": "100.96.0.0/11" }));
        life.cloud.seed(&json!({ "policyBasedRoutes": [policy] }).to_string()).await;
    }
    if let Some(mut random) = draw.feature("learned-route", 4) {
        let to = random.pick(&["100.99.0.0/16", "192.168.9.0/24"]);
        let router = of(
            json!({ "region": REGION, "network": vpc, "name": "obstacle-router", "bgp": { "asn": 64512 } }),
        );
        let learned = of(
            json!({ "region": REGION, "router": "obstacle-router", "destRange": to, "nextHopIp": "10.0.0.1" }),
        );
        life.cloud.seed(&json!({ "routers": [router], "learnedRoutes": [learned] }).to_string()).await;
        let remedy = Remedy::Delete(format!("regions/{REGION}/routers/obstacle-router"));
        all.push(Obstacle { words: words(&[to, "obstacle-router"]), remedy });
    }
}
