//! Subnets, ranges and peers around a shoot.

use serde_json::json;

use super::super::super::documents::REGION;
use super::super::super::life::PROJECT;
use super::super::draw::Draw;
use super::super::stage::Stage;
use super::{Obstacle, RESERVED, Remedy, change_nodes_subnet, change_subnet, of, words};

/// Subnets, ranges and peers.
pub(super) async fn put(draw: &mut Draw, stage: &Stage, vpc: &str, all: &mut Vec<Obstacle>) {
    let (life, name) = (stage.life(), stage.name());
    let subnet = |name: &str, network: &str, region: &str, range: &str| json!({ "subnetworks": [of(json!({ "region": region, "network": network, "name": name, "ipCidrRange": range }))] });
    if draw.feature("foreign-subnet", 15).is_some() {
        life.cloud.seed(&subnet("foreign", vpc, "us-east1", "10.99.0.0/16").to_string()).await;
    }
    if let Some(mut random) = draw.feature("foreign-purpose", 8) {
        let purpose = random.pick(&["REGIONAL_MANAGED_PROXY", "PRIVATE_SERVICE_CONNECT"]);
        let range = random.pick(&["10.98.0.0/24", "100.97.4.0/24"]);
        insert(stage, "obstacle-purpose", vpc, range, purpose).await;
        let inside = range.starts_with("100.");
        all.push(Obstacle {
            words: if inside { words(&["obstacle-purpose"]) } else { Vec::new() },
            remedy: Remedy::Delete(format!("regions/{REGION}/subnetworks/obstacle-purpose")),
        });
    }
    if let Some(mut random) = draw.feature("obstacle-subnet", 4) {
        let (region, range) =
            (random.pick(&["us-east1", REGION]), random.pick(&["100.97.0.0/16", "100.64.3.0/24"]));
        life.cloud.seed(&subnet("obstacle-subnet", vpc, region, range).to_string()).await;
        let remedy = Remedy::Delete(format!("regions/{region}/subnetworks/obstacle-subnet"));
        all.push(Obstacle { words: words(&["obstacle-subnet"]), remedy });
    }
    if let Some(mut random) = draw.feature("services-there", 4) {
        let elsewhere = random.chance(40);
        let range = random.pick(&["100.64.0.0/13", "100.64.0.0/16"]);
        let network = if elsewhere { "obstacle-vpc" } else { vpc };
        let services = format!("{name}-services");
        let access = random.pick(&[None, None, Some("EXTERNAL"), Some("INTERNAL")]);
        let of_another_purpose = !elsewhere && random.chance(25);
        if of_another_purpose {
            insert(stage, &services, network, range, "REGIONAL_MANAGED_PROXY").await;
        } else {
            let mut fixture = subnet(&services, network, REGION, range);
            if elsewhere {
                fixture["networks"] = json!([of(json!({ "name": network }))]);
            }
            if let Some(access) = access {
                fixture["subnetworks"][0]["stackType"] = json!("IPV4_IPV6");
                fixture["subnetworks"][0]["ipv6AccessType"] = json!(access);
            }
            life.cloud.seed(&fixture.to_string()).await;
        }
        let in_the_way =
            elsewhere || range != "100.64.0.0/13" || access == Some("INTERNAL") || of_another_purpose;
        let remedy = if in_the_way {
            Remedy::Delete(format!("regions/{REGION}/subnetworks/{services}"))
        } else {
            Remedy::None
        };
        all.push(Obstacle { words: if in_the_way { vec![services] } else { Vec::new() }, remedy });
    }
    if let Some(mut random) = draw.feature("reserved-range", 5) {
        let (kind, cidr) = (
            random.pick(&["private-services", "internal-range"]),
            random.pick(&["100.112.0.0/16", "100.65.0.0/16", "172.31.0.0/16"]),
        );
        let range = of(json!({ "network": vpc, "name": RESERVED, "cidr": cidr, "reservation": kind }));
        life.cloud.seed(&json!({ "reservedRanges": [range] }).to_string()).await;
        let inside = cidr.starts_with("100.");
        all.push(Obstacle {
            words: if inside { words(&[RESERVED]) } else { Vec::new() },
            remedy: Remedy::None,
        });
    }
    if let Some(mut random) = draw.feature("peer", 8) {
        let range = random.pick(&["100.98.0.0/16", "100.66.0.0/16", "192.168.7.0/24"]);
        let mut fixture =
            subnet("obstacle-of-peer", "obstacle-peer", random.pick(&[REGION, "us-east1"]), range);
        fixture["networks"] = json!([of(json!({ "name": "obstacle-peer" }))]);
        life.cloud.seed(&fixture.to_string()).await;
        for (here, there) in [(vpc, "obstacle-peer"), ("obstacle-peer", vpc)] {
            let network = format!("projects/{PROJECT}/global/networks/{there}");
            let peering = json!({ "networkPeering": { "name": "obstacle-peer", "network": network, "exchangeSubnetRoutes": true } });
            let _ = stage.hands().insert(&format!("global/networks/{here}/addPeering"), peering).await;
        }
        all.push(Obstacle { words: words(&["obstacle-peer", range]), remedy: Remedy::Part(vpc.to_owned()) });
    }
    if draw.feature("foreign-secondary", 15).is_some() {
        change_nodes_subnet(stage, |subnet| {
            let mut ranges = subnet["secondaryIpRanges"].as_array().cloned().unwrap_or_default();
            ranges.push(json!({ "rangeName": "foreign", "ipCidrRange": "172.30.0.0/16" }));
            json!({ "secondaryIpRanges": ranges })
        })
        .await;
    }
    if draw.feature("flag-before", 8).is_some() {
        change_nodes_subnet(stage, |_| json!({ "allowSubnetCidrRoutesOverlap": true })).await;
    }
    if let Some(mut random) = draw.feature("internal-ipv6", 4) {
        let subnet = format!("{name}-{}", random.pick(&["nodes", "internal"]));
        with_ipv6(stage, vpc, &subnet, "INTERNAL", all).await;
    }
    if let Some(mut random) = draw.feature("ipv6-before", 4) {
        let subnet = format!("{name}-{}", random.pick(&["nodes", "internal"]));
        with_ipv6(stage, vpc, &subnet, "EXTERNAL", all).await;
    }
}

/// Makes a subnet by hand that is for something else than VMs.
async fn insert(stage: &Stage, name: &str, vpc: &str, range: &str, purpose: &str) {
    let mut subnet = json!({
        "name": name, "network": format!("projects/{PROJECT}/global/networks/{vpc}"), "ipCidrRange": range, "purpose": purpose,
    });
    if purpose == "REGIONAL_MANAGED_PROXY" {
        subnet["role"] = json!("ACTIVE");
    }
    let _ = stage.hands().insert(&format!("regions/{REGION}/subnetworks"), subnet).await;
}

/// Gives a subnet of the shoot IPv6 by hand, if it is there and has none.
async fn with_ipv6(stage: &Stage, vpc: &str, subnet: &str, access: &str, all: &mut Vec<Obstacle>) {
    let path = format!("regions/{REGION}/subnetworks/{subnet}");
    let _ = stage
        .hands()
        .patch(&format!("global/networks/{vpc}"), json!({ "enableUlaInternalIpv6": true }))
        .await;
    change_subnet(stage, &path, |_| json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": access })).await;
    let there = stage.hands().get(&path).await.ok().flatten();
    if there.is_none_or(|there| there["ipv6AccessType"] != access) || access == "EXTERNAL" {
        return;
    }
    // Google takes no IPv6 of this kind from a subnet, and that of the nodes is in use.
    let in_use = subnet.ends_with("-nodes");
    let remedy = if in_use { Remedy::None } else { Remedy::Delete(path) };
    all.push(Obstacle { words: words(&[subnet]), remedy });
}
