//! Time: operations, effects, forks, the ledger; and the admin calls that show them.

use std::time::Duration;

use bytes::Bytes;
use fake_gcp::Settings;
use http::Request;
use serde_json::{Value, json};

use crate::fake::{BASE, Fake};

const DELETE: &str = "DELETE global/routes/shoot-1";
const SUBNET: &str = "regions/europe-west1/subnetworks/nodes";
const SECOND: Duration = Duration::from_secs(1);

fn settings(yaml: &str) -> Settings {
    serde_saphyr::from_str(yaml).unwrap()
}

/// Adds to a subnet with its present fingerprint.
fn patch(fake: &mut Fake, body: Value) {
    let mut body = body;
    body["fingerprint"] = fake.get(SUBNET)["fingerprint"].clone();
    let operation = fake.done(&format!("PATCH {SUBNET}"), &body);
    assert_eq!(operation["error"], Value::Null);
}

fn set_alias(fake: &mut Fake, cidr: &str) {
    let instance = fake.get("zones/europe-west1-b/instances/n1");
    let body = json!({
        "fingerprint": instance["networkInterfaces"][0]["fingerprint"],
        "aliasIpRanges": [{ "ipCidrRange": cidr, "subnetworkRangeName": "pods4" }],
    });
    let call = "PATCH zones/europe-west1-b/instances/n1/updateNetworkInterface?networkInterface=nic0";
    assert_eq!(fake.done(call, &body)["error"], Value::Null);
}

fn watch(fake: &mut Fake) {
    let watch =
        json!({ "project": "p", "zone": "europe-west1-b", "instance": "n1", "range": "100.64.1.0/24" });
    assert_eq!(fake.send("POST", "/_fake/watch", &watch.to_string()), (200, json!({})));
}

#[test]
fn an_operation_takes_its_time_and_then_its_effect() {
    for seed in 0..20 {
        let mut fake = Fake::new(settings(&format!("{{seed: {seed}, latency: recorded}}")));
        let (_, reply) = fake.call(DELETE, &Value::Null);
        assert!(reply["status"] == "PENDING" || reply["status"] == "RUNNING", "seed {seed}: {reply}");
        assert_eq!(reply["endTime"], Value::Null);
        fake.advance(Duration::from_millis(301));
        assert_eq!(fake.operation(&reply)["status"], "RUNNING", "seed {seed}");
        // The shortest of the table, less a millisecond.
        fake.advance(Duration::from_millis(4_000 - 302));
        assert_eq!(fake.operation(&reply)["status"], "RUNNING", "seed {seed}");
        fake.get("global/routes/shoot-1");
        fake.advance(Duration::from_millis(27_000 + 300 - 3_999));
        let done = fake.operation(&reply);
        assert_eq!((&done["status"], &done["progress"]), (&json!("DONE"), &json!(100)), "seed {seed}");
        assert_eq!(fake.call("GET global/routes/shoot-1", &Value::Null).0, 404, "seed {seed}");
    }
}

#[test]
fn an_operation_has_the_fields_that_google_gives() {
    let mut fake = Fake::new(Settings::default());
    let (_, reply) = fake.call("DELETE zones/europe-west1-b/instances/n1", &Value::Null);
    let fields: Vec<&String> = reply.as_object().unwrap().keys().collect();
    let want = [
        "id",
        "insertTime",
        "kind",
        "name",
        "operationType",
        "progress",
        "selfLink",
        "startTime",
        "status",
        "targetId",
        "targetLink",
        "user",
        "zone",
    ];
    assert_eq!(fields, want);
    assert_eq!(reply["status"], "RUNNING");
    assert_eq!(
        reply["targetLink"],
        "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b/instances/n1"
    );
}

/// Field sets of fresh resources in published logs of real traffic.
#[test]
fn fresh_resources_have_the_fields_that_were_recorded() {
    let mut fake = Fake::new(Settings::default());
    fake.done("POST global/networks", &json!({ "name": "fresh", "autoCreateSubnetworks": false }));
    let network = "projects/p/global/networks/fresh";
    let subnet = json!({ "name": "s", "network": network, "ipCidrRange": "10.2.0.0/16", "logConfig": { "enable": false } });
    fake.done("POST regions/us-east1/subnetworks", &subnet);
    let route = json!({
        "name": "r", "network": network, "destRange": "0.0.0.0/0", "nextHopIp": "10.132.1.5", "priority": 100,
    });
    fake.done("POST global/routes", &route);
    for (path, want) in [
        (
            "global/networks/fresh",
            "autoCreateSubnetworks creationTimestamp id kind name networkFirewallPolicyEnforcementOrder routingConfig \
             selfLink selfLinkWithId subnetworks",
        ),
        (
            "regions/us-east1/subnetworks/s",
            "allowSubnetCidrRoutesOverlap creationTimestamp enableFlowLogs fingerprint gatewayAddress id ipCidrRange kind \
             logConfig name network privateIpGoogleAccess privateIpv6GoogleAccess purpose region selfLink stackType",
        ),
        ("global/routes/r", "creationTimestamp destRange id kind name network nextHopIp priority selfLink"),
    ] {
        let seen = fake.get(path);
        let fields: Vec<&str> = seen.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields.join(" "), want, "{path}");
    }
}

#[test]
fn wait_is_held_until_the_end_but_two_minutes_at_most() {
    let mut fake = Fake::new(settings("{latency: recorded, seed: 3}"));
    let (_, reply) =
        fake.call(&format!("POST {SUBNET}/expandIpCidrRange"), &json!({ "ipCidrRange": "10.248.0.0/13" }));
    // 10.251.0.0/24 of another subnet is in the way; a free one is not.
    assert_eq!(reply["error"]["code"], 400);
    let far = "POST regions/us-east1/subnetworks/far/expandIpCidrRange";
    let (_, reply) = fake.call(far, &json!({ "ipCidrRange": "10.252.0.0/20" }));
    let name = reply["name"].as_str().unwrap();
    let wait = |method: &str| {
        let uri = format!("{BASE}regions/us-east1/operations/{name}/wait");
        Request::builder().method(method).uri(uri).body(Bytes::new()).unwrap()
    };
    let ends = fake.world.wait_ends_at(fake.now, &wait("POST")).unwrap();
    assert!(
        ends.since(fake.now) >= Duration::from_secs(60) && ends.since(fake.now) <= Duration::from_secs(120)
    );
    assert_eq!(fake.world.wait_ends_at(fake.now, &wait("GET")), None);
    fake.advance(Duration::from_secs(181));
    fake.world.advance_to(fake.now);
    assert_eq!(fake.world.wait_ends_at(fake.now, &wait("POST")), None);
    let (status, reply) = fake.call(&format!("POST regions/us-east1/operations/{name}/wait"), &Value::Null);
    assert_eq!((status, &reply["status"]), (200, &json!("DONE")));
}

#[test]
fn the_same_seed_and_requests_give_the_same_answers() {
    let run = |seed: u64| {
        let mut fake = Fake::new(settings(&format!("{{seed: {seed}, latency: recorded}}")));
        let (_, reply) = fake.call(DELETE, &Value::Null);
        fake.advance(Duration::from_secs(60));
        (reply, fake.admin("snapshot"), fake.admin("operations"))
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn a_fork_is_a_future_of_its_own() {
    let mut fake = Fake::new(Settings::default());
    fake.call(DELETE, &Value::Null);
    let mut fork = fake.clone();
    fork.advance(SECOND);
    assert_eq!(fork.call("GET global/routes/shoot-1", &Value::Null).0, 404);
    assert_eq!(fake.call("GET global/routes/shoot-1", &Value::Null).0, 200);
}

#[test]
fn the_prefix_comes_after_the_operation() {
    let mut fake = Fake::new(settings("lags: {external_ipv6_prefix: 7s}"));
    patch(&mut fake, json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL" }));
    let before = fake.get(SUBNET);
    assert_eq!(before["externalIpv6Prefix"], Value::Null);
    // One second passed since the request, the operation took a millisecond of it.
    fake.advance(Duration::from_secs(6));
    assert_eq!(fake.get(SUBNET)["externalIpv6Prefix"], Value::Null);
    fake.advance(Duration::from_millis(1));
    let after = fake.get(SUBNET);
    let prefix = after["externalIpv6Prefix"].as_str().unwrap();
    assert!(prefix.starts_with("2600:1900:") && prefix.ends_with("::/64"), "{prefix}");
    assert_ne!(before["fingerprint"], after["fingerprint"]);
}

#[test]
fn breaking_before_making_shows_in_the_ledger() {
    let mut fake = Fake::new(settings("dataplane: {}"));
    watch(&mut fake);
    fake.advance(Duration::from_secs(60));
    fake.done(DELETE, &Value::Null);
    patch(
        &mut fake,
        json!({ "secondaryIpRanges": [{ "rangeName": "pods4", "ipCidrRange": "100.64.0.0/12" }] }),
    );
    set_alias(&mut fake, "100.64.1.0/24");
    fake.advance(Duration::from_secs(60));
    let ledger = fake.admin("ledger");
    assert_eq!(ledger["gaps"].as_array().unwrap().len(), 1, "{ledger}");
    assert!(ledger["gaps"][0].to_string().contains("compute.routes.delete"), "{ledger}");
}

#[test]
fn making_before_breaking_does_not() {
    let mut fake = Fake::new(Settings::default());
    watch(&mut fake);
    let settle = Duration::from_secs(60);
    patch(&mut fake, json!({ "allowSubnetCidrRoutesOverlap": true }));
    fake.advance(settle);
    patch(
        &mut fake,
        json!({ "secondaryIpRanges": [{ "rangeName": "pods4", "ipCidrRange": "100.64.0.0/12" }] }),
    );
    set_alias(&mut fake, "100.64.1.0/24");
    fake.advance(settle);
    fake.done(DELETE, &Value::Null);
    fake.advance(settle);
    patch(&mut fake, json!({ "allowSubnetCidrRoutesOverlap": false }));
    fake.advance(settle);
    let ledger = fake.admin("ledger");
    assert_eq!((&ledger["gaps"], &ledger["never_up"]), (&json!([]), &json!([])), "{ledger}");
    assert_eq!(ledger["states"]["alias"], 1, "{ledger}");
}

#[test]
fn whether_a_range_is_reached_is_told_of_any_vm_watched_or_not() {
    let mut fake = Fake::new(Settings::default());
    let reach = |fake: &mut Fake, of: &str| fake.admin(&format!("reach?project=p&zone=europe-west1-b&{of}"));
    let own = "instance=n1&range=100.64.1.0/24";
    assert_eq!(reach(&mut fake, own), json!({ "path": "route" }));
    assert_eq!(reach(&mut fake, "instance=n1&range=100.64.9.0/24"), json!({ "reason": "no-route" }));
    assert_eq!(reach(&mut fake, "instance=gone&range=100.64.1.0/24"), json!({ "reason": "vm-absent" }));
    let wrong = reach(&mut fake, "instance=n1&range=x").to_string();
    assert!(wrong.contains("query parameter range=x: must be an IPv4 range"), "{wrong}");

    let guest = json!({ "project": "p", "zone": "europe-west1-b", "name": "n1", "guestIpAliases": true });
    assert_eq!(fake.send("POST", "/_fake/instances", &guest.to_string()), (200, json!({})));
    patch(&mut fake, json!({ "allowSubnetCidrRoutesOverlap": true }));
    patch(
        &mut fake,
        json!({ "secondaryIpRanges": [{ "rangeName": "pods4", "ipCidrRange": "100.64.0.0/12" }] }),
    );
    set_alias(&mut fake, "100.64.1.0/24");
    fake.advance(Duration::from_secs(60));
    assert_eq!(reach(&mut fake, own), json!({ "reason": "guest-took-alias" }));
    fake.done(DELETE, &Value::Null);
    assert_eq!(fake.admin("ledger")["watched"], 0, "asking watches nothing");
}

#[test]
fn a_vm_that_stops_is_not_missed_and_its_interface_is_another_one_afterwards() {
    let mut fake = Fake::new(Settings::default());
    watch(&mut fake);
    let nic = |fake: &mut Fake| fake.get("zones/europe-west1-b/instances/n1")["networkInterfaces"][0].clone();
    let before = nic(&mut fake);
    for (status, routed, unserved) in [("TERMINATED", 0, 1), ("RUNNING", 1, 0)] {
        fake.advance(Duration::from_secs(30));
        let change = json!({ "project": "p", "zone": "europe-west1-b", "name": "n1", "status": status });
        assert_eq!(fake.send("POST", "/_fake/instances", &change.to_string()), (200, json!({})));
        let ledger = fake.admin("ledger");
        assert_eq!(
            (&ledger["states"]["route"], &ledger["states"]["none"]),
            (&json!(routed), &json!(unserved))
        );
    }
    assert_ne!(nic(&mut fake)["fingerprint"], before["fingerprint"]);
    assert_eq!(fake.admin("ledger")["gaps"], json!([]));
}

#[test]
fn what_is_seeded_first_is_programmed_and_what_comes_later_is_not_yet() {
    let mut fake = Fake::new(Settings::default());
    watch(&mut fake);
    assert_eq!(fake.admin("ledger")["states"]["route"], 1);
    fake.done("DELETE zones/europe-west1-c/instances/n2", &Value::Null);
    let late = "
routes: [{project: p, name: shoot-2, network: vpc, destRange: 100.64.2.0/24, nextHopInstance: zones/europe-west1-b/instances/n1}]
watches: [{project: p, zone: europe-west1-b, instance: n1, range: 100.64.2.0/24}]";
    assert_eq!(fake.send("POST", "/_fake/fixture", late).0, 200);
    assert_eq!(fake.admin("ledger")["states"]["route"], 1);
    fake.advance(Duration::from_secs(21));
    assert_eq!(fake.admin("ledger")["states"]["route"], 2);
}

#[test]
fn calls_are_counted_by_agent() {
    let mut fake = Fake::new(Settings::default());
    fake.get("global/networks");
    fake.get("global/networks");
    fake.done(DELETE, &Value::Null);
    fake.call("GET global/nonsense", &Value::Null);
    let seen = fake.admin("requests?agent=test/");
    assert_eq!(
        (&seen["total"], &seen["reads"], &seen["mutations"]),
        (&json!(5), &json!(4), &json!(1)),
        "{seen}"
    );
    assert_eq!(seen["by_method"]["compute.networks.list"], 2);
    assert_eq!(seen["by_method"]["compute.routes.delete"], 1);
    assert_eq!(seen["by_method"]["unknown"], 1);
    assert_eq!(seen["entries"], Value::Null);
    let entries = fake.admin("requests?agent=test/&since=3&entries=true")["entries"].clone();
    assert_eq!(entries.as_array().unwrap().len(), 3);
    let entry = &entries[0];
    assert_eq!(
        (&entry["seq"], &entry["kind"], &entry["status"]),
        (&json!(3), &json!("mutation"), &json!(200))
    );
    assert!(entry["operation"].as_str().unwrap().starts_with("operation-"));
    assert_eq!(fake.admin("requests?agent=other")["total"], 0);
}

#[test]
fn pages_join_to_the_whole_list() {
    let mut fake = Fake::new(Settings::default());
    let (mut names, mut token) = (Vec::new(), String::new());
    loop {
        let page = fake.get(&format!("global/routes?maxResults=2&pageToken={token}"));
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        names.extend(items.iter().map(|item| item["name"].clone()));
        match page["nextPageToken"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => break,
        }
    }
    let all = fake.get("global/routes");
    let want: Vec<Value> = all["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, want);
    assert!(names.len() > 5);
}

#[test]
fn resources_are_found_by_id_too() {
    let mut fake = Fake::new(Settings::default());
    for (collection, name) in [
        ("global/networks", "vpc"),
        ("regions/europe-west1/subnetworks", "nodes"),
        ("zones/europe-west1-b/instances", "n1"),
        ("regions/europe-west1/addresses", "egress"),
        ("regions/europe-west1/routers", "router"),
        ("global/firewalls", "internal"),
        ("regions/europe-west1/targetPools", "lb"),
        ("regions/europe-west1/forwardingRules", "public"),
    ] {
        let by_name = fake.get(&format!("{collection}/{name}"));
        let id = by_name["id"].as_str().unwrap();
        assert_eq!(fake.get(&format!("{collection}/{id}")), by_name);
    }
}

#[test]
fn operations_are_polled_by_one_filter() {
    let mut fake = Fake::new(Settings::default());
    let (_, a) = fake.call(DELETE, &Value::Null);
    let route = json!({ "name": "r", "network": "global/networks/vpc", "destRange": "100.65.0.0/24", "nextHopIp": "10.0.0.1" });
    let (_, b) = fake.call("POST global/routes", &route);
    fake.call("POST global/networks", &json!({ "name": "x" }));
    let (a, b) = (a["name"].as_str().unwrap(), b["name"].as_str().unwrap());
    let filter: String =
        url::form_urlencoded::byte_serialize(format!("name eq \"({a}|{b})\"").as_bytes()).collect();
    let page = fake.get(&format!("global/operations?filter={filter}&fields=items(name)"));
    let mut want = [json!({ "name": a }), json!({ "name": b })];
    want.sort_by_key(Value::to_string);
    assert_eq!(page, json!({ "items": want }));
}

#[test]
fn seeds_are_read_strictly() {
    let mut fake = Fake::new(Settings::default());
    for (seed, part) in [
        ("networks: [{project: p, name: a, colour: red}]", "colour"),
        ("nets: []", "nets"),
        ("networks: [{project: p, name: A}]", "networks[0].name"),
        (
            "subnetworks: [{project: p, region: us-east1, name: s, network: none, ipCidrRange: 10.0.0.0/24}]",
            "projects/p/global/networks/none",
        ),
        (
            "subnetworks: [{project: p, region: mars, name: s, network: vpc, ipCidrRange: 10.0.0.0/24}]",
            "subnetworks[0].region",
        ),
        ("instances: [{project: p, zone: us-east1-b, name: i, subnetwork: none}]", "instances[0].subnetwork"),
        (
            "routes: [{project: p, name: r, network: vpc, destRange: 10.0.0.0/24, nextHopInstance: n1}]",
            "routes[0].nextHopInstance",
        ),
        ("addresses: [{project: p, region: mars, name: a}]", "addresses[0].region"),
        (
            "routers: [{project: p, region: us-east1, name: r, network: none}]",
            "routers[0]: Invalid value for field 'resource.network'",
        ),
        ("routers: [{project: p, region: us-east1, name: r, network: vpc, colour: red}]", "resource.colour"),
        ("firewalls: [{project: p, name: f, network: vpc}]", "firewalls[0]: "),
        ("addresses: [{project: p, region: us-east1, name: a, subnetwork: none}]", "addresses[0]: "),
        ("targetPools: [{project: p, region: us-east1, name: t, colour: red}]", "resource.colour"),
        (
            "forwardingRules: [{project: p, region: us-east1, name: f, target: regions/us-east1/targetPools/t}]",
            "forwardingRules[0]: Invalid value for field 'resource.target'",
        ),
        ("serviceAccounts: [{project: p, accountId: x}]", "serviceAccounts[0].accountId"),
    ] {
        let (status, reply) = fake.send("POST", "/_fake/fixture", seed);
        assert_eq!(status, 400, "{seed}");
        assert!(reply["error"]["message"].as_str().unwrap().contains(part), "{seed}: {reply}");
    }
    assert_eq!(fake.send("POST", "/_fake/nonsense", "").0, 404);
}

#[test]
fn a_clock_is_shown() {
    let mut fake = Fake::new(Settings::default());
    assert_eq!(fake.admin("clock")["now"], "2025-12-31T16:00:00.000-08:00");
}

#[test]
fn a_call_that_nobody_was_let_in_for_is_no_list() {
    let mut fake = Fake::new(Settings::default());
    let path = "/compute/v1/projects/p/global/networks";
    let request = Request::get(path).body(Bytes::new()).unwrap();
    assert_eq!(fake.world.handle(fake.now, &request).status(), 401);
    let seen = fake.admin("requests");
    assert_eq!((&seen["total"], &seen["unauthenticated"], &seen["reads"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!(seen["by_method"], json!({}));
}

#[test]
fn a_wrong_body_is_told_by_its_field_and_with_one_that_is_right() {
    let mut fake = Fake::new(Settings::default());
    for (path, body, field, example) in [
        ("watch", "{project: p, zone: z, instance: i, rang: 10.0.0.0/24}", "rang", "range: 100.96.0.0/24"),
        ("watch", "[{project: p, zone: z, instance: i}]", "range", "instance: node-1"),
        ("faults", "{method: compute.routes.delete, fault: {refus: {}}}", "refus", "refuse: {status: 503"),
        ("faults", "[{method: compute.routes.delete}]", "fault", "nth: 2"),
        ("instances", "{project: p, zone: z, name: n, state: TERMINATED}", "state", "status: TERMINATED"),
    ] {
        let (status, answer) = fake.send("POST", &format!("/_fake/{path}"), body);
        let message = answer["error"]["message"].as_str().unwrap();
        assert_eq!(status, 400, "{message}");
        assert!(message.contains(field) && message.contains(example), "{body}: {message}");
    }
}

#[test]
fn the_past_is_kept_by_count_and_by_age() {
    let settings = "{authentication: anonymous, keep: {operations: 3, requests: 5, age: 1h}}";
    let mut fake = Fake::new(serde_saphyr::from_str(settings).unwrap());
    for round in 0..6 {
        fake.done(
            "POST global/networks",
            &json!({"name": format!("n{round}"), "autoCreateSubnetworks": false}),
        );
    }
    let seen = fake.admin("requests");
    assert_eq!((&seen["total"], &seen["oldest_seq"], &seen["next_seq"]), (&json!(5), &json!(8), &json!(13)));
    assert_eq!(fake.get("global/operations")["items"].as_array().unwrap().len(), 3);
    fake.advance(Duration::from_secs(2 * 3_600));
    fake.done("DELETE global/networks/n0", &Value::Null);
    assert_eq!(fake.get("global/operations")["items"].as_array().unwrap().len(), 1);
    assert_eq!(fake.admin("requests")["total"], 3);
}
