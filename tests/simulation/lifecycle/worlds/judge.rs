//! The judge: reads what a project holds, the data plane's ledger, the status of Infrastructures and the log of requests, and nothing else;
//! knows nothing of plans.

use std::collections::BTreeSet;

use jiff::Timestamp;
use landscape::cloud::dump::differences;
use serde_json::Value;

use super::beside::owner;
use super::search::{Failure, failed};

/// The secondary range for pods.
const POD_RANGE: &str = "ipv4-pod-cidr";
/// Beginning of the names of what the test puts in the way.
pub(super) const OBSTACLE: &str = "obstacle";

/// The facts of a shoot that the judge goes by.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The Cluster's name.
    pub(super) name: String,
    /// The names of other shoots beside it.
    pub(super) others: Vec<String>,
    /// The names of what hands have taken away, as it was in the way.
    pub(super) removed: Vec<String>,
    /// The range of the pods.
    pub(super) pods: String,
    /// Whether there is an internal subnet.
    pub(super) internal: bool,
    /// Whether the VPC is the shoot's own.
    pub(super) own_vpc: bool,
    /// How the overlap flag stood before anything was begun; none: nobody can know, or may put it back.
    pub(super) flag: Option<bool>,
    /// Whether Google takes IPv6 from a subnet again.
    pub(super) takes_ipv6_back: bool,
    /// The subnet that had IPv6 while the Shoot asked for none: what such a shoot has of it is left over, and may go or stay.
    pub(super) ipv6_before: Option<String>,
    /// The nodes that are there: their VMs and the ranges of their pods.
    pub(super) nodes: Vec<(String, String)>,
    /// VMs, and ranges that their Nodes had before, or that another Node claims for them: such an alias serves nobody, and past the point
    /// of no return it stays.
    pub(super) former: Vec<(String, String)>,
    /// The VMs of which it is written down whether they are reached; of the others nobody knows whether they ever were.
    pub(super) watched: BTreeSet<String>,
}

/// What may open a gap beside hands.
#[derive(Clone, Debug)]
pub(super) struct Excuses {
    /// The ranges that Nodes had before: VM, range, and until when.
    pub(super) former: Vec<(String, String, Timestamp)>,
    /// The VMs that were ever recorded as canaries, which their guests may cut off, one of a worker pool at a time; none: guests may cut off
    /// whoever has an alias, as nobody could measure that.
    pub(super) canaries: Option<BTreeSet<String>>,
    /// The worker pools that had nodes in the beginning; nothing is promised of the guests of others.
    pub(super) pools: BTreeSet<String>,
    /// For how long at most, in seconds.
    pub(super) longest: Option<f64>,
    /// Whether nobody takes aliases off any more, so that a canary stays cut off: it is refused for good, until somebody puts that right, or
    /// the shoot is being deleted, whose migration rests.
    pub(super) kept: bool,
}

/// Every node that was up is up at every instant; what hands did counts for nobody. `log` is that of all requests.
pub(super) fn no_gap(ledger: &Value, log: &[Value], excuses: &Excuses) -> Result<(), Failure> {
    let by_hands: BTreeSet<u64> = log
        .iter()
        .filter(|entry| entry["user_agent"] == super::stage::HANDS)
        .filter_map(|entry| entry["seq"].as_u64())
        .collect();
    let excused = |gap: &Value| {
        let by = &gap["opened_by"];
        by["method"].as_str().is_some_and(|method| method.starts_with("fake."))
            || by["seq"].as_u64().is_some_and(|seq| by_hands.contains(&seq))
    };
    let at = |gap: &Value, field: &str| gap[field].as_str().map(|text| text.parse::<Timestamp>().unwrap());
    let is_former = |gap: &Value| {
        excuses.former.iter().any(|(vm, range, until)| {
            gap["vm"]["name"] == **vm && gap["range"] == **range && at(gap, "from") >= Some(*until)
        })
    };
    let (of_guests, others): (Vec<&Value>, Vec<&Value>) = list(ledger, "gaps")
        .filter(|gap| !excused(gap) && !is_former(gap))
        .partition(|gap| gap["reason"] == "guest-took-alias");
    if let Some(gap) = others.first() {
        return failed("gap", gap.to_string());
    }
    let Some(canaries) = &excuses.canaries else { return Ok(()) };
    let name = |gap: &'_ Value| gap["vm"]["name"].as_str().unwrap_or_default().to_owned();
    let pool = |gap: &Value| pool(&name(gap));
    for gap in of_guests.iter().filter(|gap| excuses.pools.contains(&pool(gap))) {
        if !canaries.contains(&name(gap)) {
            return failed("gap", format!("no canary: {gap}"));
        }
        if gap["to"].is_null() && !excuses.kept {
            return failed("gap", format!("still cut off: {gap}"));
        }
        if excuses.longest.is_some_and(|longest| gap["seconds"].as_f64().is_none_or(|it| it > longest)) {
            return failed("gap", format!("too long: {gap}"));
        }
        let until = |gap: &Value| at(gap, "to").unwrap_or(Timestamp::MAX);
        let beside = of_guests.iter().find(|other| {
            name(other) != name(gap)
                && pool(other) == pool(gap)
                && at(other, "from") < Some(until(gap))
                && at(gap, "from") < Some(until(other))
        });
        if let Some(other) = beside {
            return failed("gap", format!("two of a worker pool at once: {gap}, {other}"));
        }
    }
    Ok(())
}

/// The worker pool of a VM, by its name.
pub(super) fn pool(vm: &str) -> String {
    vm.rsplitn(4, '-').nth(3).unwrap_or(vm).to_owned()
}

/// Nothing was changed, but for what others are at: the shoots beside it, and the cloud-controller-manager.
pub(super) fn untouched(before: &Value, after: &Value, beside: &[String]) -> Result<(), Failure> {
    let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
    let of_one = |dump: &Value| {
        let leave_out = |kind: &str, it: &Value| {
            is_of(it, &beside) || kind == "routes" && is_googles(it) && !beside.is_empty()
        };
        without(dump, leave_out)
    };
    let mut changed = differences(&of_one(before), &of_one(after));
    // The cloud-controller-manager makes the route of a node that has none.
    changed.retain(|line| !(line.starts_with("+ routes") && line.contains("k8s-node-route")));
    if changed.is_empty() { Ok(()) } else { failed("touched", changed.join("\n")) }
}

/// What belongs to others is as it was; `names` are the shoots. What was put in the way since then counts for nobody, nor what hands took
/// away: that whose names begin as `removed` says.
pub(super) fn foreign(
    before: &Value,
    after: &Value,
    names: &[&str],
    removed: &[&str],
) -> Result<(), Failure> {
    let by_hand = |it: &Value| {
        let named = [name(it), it["router"].as_str().unwrap_or_default()];
        named.iter().any(|name| removed.iter().any(|removed| name.starts_with(removed)))
    };
    let leave_out = |_: &str, it: &Value| is_of(it, names) || is_googles(it) || by_hand(it);
    let (mut before, mut after) = (without(before, leave_out), without(after, leave_out));
    // Who uses an address stands with it.
    for dump in [&mut before, &mut after] {
        without_nats(dump, names);
        for it in dump["addresses"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            it.remove("status");
            it.remove("users");
        }
    }
    let came_by_hand =
        |line: &String| line.starts_with("+ ") && line.contains(&format!("\"name\":\"{OBSTACLE}"));
    let mut changed = differences(&before, &after);
    changed.retain(|line| !came_by_hand(line));
    if changed.is_empty() { Ok(()) } else { failed("foreign", changed.join("\n")) }
}

/// All is as it was in `clean`, but for what is allowed to stay.
pub(super) fn as_before(clean: &Value, after: &Value, status: &Value, facts: &Facts) -> Result<(), Failure> {
    let names = [facts.name.as_str()];
    let others: Vec<&str> = facts.others.iter().map(String::as_str).collect();
    // Nodes come and go, and the cloud-controller-manager gives them routes.
    let leave_out = |kind: &str, it: &Value| {
        is_obstacle(it)
            || is_of(it, &others)
            || facts.removed.iter().any(|removed| name(it) == removed)
            || is_googles(it) && (!is_of(it, &names) || leads_to_what_went(clean, it, facts))
            || matches!(kind, "instances" | "disks")
            || kind == "routes"
                && (is_node_route(it) && is_of(it, &names) || is_ipv6_route(it) && !facts.own_vpc)
    };
    let (mut clean, mut now) = (without(clean, leave_out), without(after, leave_out));
    for dump in [&mut clean, &mut now] {
        without_nats(dump, &others);
    }
    let mut changed = differences(&clean, &now);
    if !facts.takes_ipv6_back {
        changed.retain(|line| !line.contains("subnetworks") && !line.contains("routes"));
    }
    if let Some(subnet) = &facts.ipv6_before {
        let of_ipv6 = [subnet.as_str(), "\"::/0\"", "subnetwork 2600:", "subnetwork fd20:"];
        changed.retain(|line| !of_ipv6.iter().any(|of| line.contains(of)));
    }
    if facts.flag.is_none() {
        changed.retain(|line| !line.contains(&format!("{}-nodes", facts.name)));
    }
    if !changed.is_empty() {
        return failed("not as before", changed.join("\n"));
    }
    if let Some(vm) = list(after, "instances").find(|vm| is_of(vm, &names) && !aliases(vm).is_empty()) {
        return failed("not as before", format!("{} has {:?}", vm["name"], aliases(vm)));
    }
    if status["networking"]["nodes"].as_array().is_some_and(|nodes| nodes.len() > 1) {
        return failed("not as before", "both families are reported");
    }
    no_journal(status)
}

/// Everything as M12 says.
pub(super) fn dual(after: &Value, ledger: &Value, status: &Value, facts: &Facts) -> Result<(), Failure> {
    let wrong = |what: String| failed("not dual-stack", what);
    let subnet = |purpose: &str| {
        let name = format!("{}-{purpose}", facts.name);
        list(after, "subnetworks").find(move |subnet| subnet["name"] == *name)
    };
    let mut purposes = vec!["nodes", "services"];
    if facts.internal {
        purposes.push("internal");
    }
    for purpose in purposes {
        let has_ipv6 = |subnet: &&Value| {
            subnet["stackType"] == "IPV4_IPV6"
                && subnet["ipv6AccessType"] == "EXTERNAL"
                && !subnet["externalIpv6Prefix"].is_null()
        };
        if subnet(purpose).filter(has_ipv6).is_none() {
            return wrong(format!("{purpose}: {}", subnet(purpose).unwrap_or(&Value::Null)));
        }
    }
    let nodes = subnet("nodes").unwrap_or(&Value::Null);
    let ranges = nodes["secondaryIpRanges"].as_array().into_iter().flatten();
    let mut ours = ranges.filter(|range| range["rangeName"] == POD_RANGE);
    if ours.next().is_none_or(|range| range["ipCidrRange"] != *facts.pods) {
        return wrong(format!("no range for pods: {nodes}"));
    }
    let flag = nodes["allowSubnetCidrRoutesOverlap"].as_bool().unwrap_or_default();
    if facts.flag.is_some_and(|before| before != flag) {
        return wrong(format!("the overlap flag is {flag}"));
    }
    let names = [facts.name.as_str()];
    if let Some(route) = list(after, "routes").find(|route| is_node_route(route) && is_of(route, &names)) {
        return wrong(format!("a route is left: {route}"));
    }
    if !list(after, "firewalls")
        .any(|rule| is_of(rule, &names) && rule["name"].as_str().is_some_and(|name| name.ends_with("-ipv6")))
    {
        return wrong("no rules for IPv6".to_owned());
    }
    let never_up: BTreeSet<&str> =
        list(ledger, "never_up").filter_map(|watch| watch["vm"]["name"].as_str()).collect();
    let was_up = |vm: &str| facts.watched.contains(vm) && !never_up.contains(vm);
    for (vm, range) in facts.nodes.iter().filter(|(vm, _)| was_up(vm)) {
        let Some(machine) = list(after, "instances").find(|machine| machine["name"] == **vm) else {
            continue;
        };
        let stale = |alias: &str| facts.former.iter().any(|(of, former)| of == vm && former == alias);
        let own: Vec<&str> = aliases(machine).into_iter().filter(|alias| !stale(alias)).collect();
        if own != [range.as_str()] {
            return wrong(format!("{vm} has {:?} and not {range}", aliases(machine)));
        }
    }
    if status["networking"]["nodes"].as_array().is_none_or(|nodes| nodes.len() != 2) {
        return wrong(format!("reported: {}", status["networking"]));
    }
    no_journal(status)
}

/// Nothing of the shoot is left.
pub(super) fn gone(after: &Value, facts: &Facts) -> Result<(), Failure> {
    let names = [facts.name.as_str()];
    let kinds = after.as_object().into_iter().flatten().filter(|(kind, _)| *kind != "operations");
    let mut left =
        kinds.flat_map(|(kind, all)| all.as_array().into_iter().flatten().map(move |it| (kind, it)));
    match left.find(|(kind, it)| is_of(it, &names) && !(*kind == "routes" && is_obstacle(it))) {
        Some((kind, it)) => failed("not gone", format!("{kind} {it}")),
        None => Ok(()),
    }
}

/// An error says what is in the way: one of `words`.
pub(super) fn names_a_way_out(text: &str, words: &[String]) -> Result<(), Failure> {
    if words.iter().any(|word| text.contains(word.as_str())) {
        return Ok(());
    }
    failed("no way out named", format!("{text:?} says none of {words:?}"))
}

fn no_journal(status: &Value) -> Result<(), Failure> {
    let state = &status["state"];
    let keys = state["data"].as_object().into_iter().flatten();
    // Where a migration rests is told for as long as it does.
    let rests = status["lastOperation"]["state"] != "Succeeded";
    let lasting = [
        "migration/words",
        "migration/refused",
        "migration/canary-failed",
        "migration/stays",
        if rests { "migration/step" } else { "" },
    ];
    let key = keys
        .map(|(key, _)| key)
        .find(|key| key.starts_with("migration/") && !lasting.contains(&key.as_str()));
    match (key, state.get("routes")) {
        (None, None | Some(Value::Null)) => Ok(()),
        (key, routes) => failed("journal", format!("{key:?} is left, and {routes:?}")),
    }
}

fn list<'a>(dump: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    dump[kind].as_array().into_iter().flatten()
}

fn aliases(vm: &Value) -> Vec<&str> {
    let aliases = vm["networkInterfaces"][0]["aliasIpRanges"].as_array().into_iter().flatten();
    aliases
        .filter(|alias| alias["subnetworkRangeName"] == POD_RANGE)
        .filter_map(|alias| alias["ipCidrRange"].as_str())
        .collect()
}

fn name(it: &Value) -> &str {
    it["name"].as_str().unwrap_or_default()
}

fn is_obstacle(it: &Value) -> bool {
    name(it).starts_with(OBSTACLE) || it["router"].as_str().is_some_and(|router| router.starts_with(OBSTACLE))
}

fn is_node_route(it: &Value) -> bool {
    it["description"] == "k8s-node-route"
}

/// Whether Google made it with something else: a route to a subnet, or to the IPv6 internet.
fn is_googles(it: &Value) -> bool {
    let made = it["description"].as_str().unwrap_or_default().starts_with("Default local route");
    made || is_ipv6_route(it) && name(it).starts_with("default-route")
}

/// Whether `route` is the one that Google made for a subnet in `dump` that the test put in the way, or that hands took away.
fn leads_to_what_went(dump: &Value, route: &Value, facts: &Facts) -> bool {
    list(dump, "subnetworks").any(|subnet| {
        let went = is_obstacle(subnet) || facts.removed.iter().any(|removed| name(subnet) == removed);
        let ranges = ["ipCidrRange", "internalIpv6Prefix", "externalIpv6Prefix"];
        // With the last subnet that has external IPv6 goes the route to the IPv6 internet.
        let last = is_ipv6_route(route) && !subnet["externalIpv6Prefix"].is_null();
        went && (last || ranges.iter().any(|range| subnet[*range] == route["destRange"]))
            && subnet["network"] == route["network"]
    })
}

fn is_ipv6_route(it: &Value) -> bool {
    it["destRange"] == "::/0"
}

/// Whether it is one of a shoot of these names, or lives in its VPC, by its name.
fn is_of(it: &Value, shoots: &[&str]) -> bool {
    let (name, network) = (name(it), it["network"].as_str().unwrap_or_default());
    shoots.iter().any(|shoot| {
        owner(name) == Some(*shoot) && !name.ends_with("-of-somebody")
            || network.ends_with(&format!("/{shoot}"))
                && (name.starts_with("default-route") || name.starts_with("subnet-"))
    })
}

/// Takes the NATs of these shoots out of all routers of `dump`, as several shoots may share one.
fn without_nats(dump: &mut Value, shoots: &[&str]) {
    for it in dump["routers"].as_array_mut().into_iter().flatten() {
        if let Some(nats) = it.get_mut("nats").and_then(Value::as_array_mut) {
            nats.retain(|nat| !is_of(nat, shoots));
        }
    }
}

fn without(dump: &Value, leave_out: impl Fn(&str, &Value) -> bool) -> Value {
    let mut dump = dump.clone();
    for (kind, all) in dump.as_object_mut().into_iter().flatten() {
        if let Some(all) = all.as_array_mut() {
            all.retain(|it| !leave_out(kind, it));
            // A VPC names the subnets in it, and its peers.
            for it in all.iter_mut().filter(|_| kind == "networks").filter_map(Value::as_object_mut) {
                it.remove("subnetworks");
                it.remove("peerings");
            }
        }
    }
    dump
}

mod tests {
    use serde_json::{Value, json};

    use super::{Excuses, Facts, as_before, no_gap};

    fn facts() -> Facts {
        Facts {
            name: "shoot--p--a".to_owned(),
            others: vec!["shoot--p--aa".to_owned()],
            removed: Vec::new(),
            pods: "100.96.0.0/11".to_owned(),
            internal: false,
            own_vpc: false,
            flag: Some(false),
            takes_ipv6_back: true,
            ipv6_before: None,
            nodes: Vec::new(),
            former: Vec::new(),
            watched: Default::default(),
        }
    }

    /// A project with the router that two shoots share, and their NATs.
    fn project(own: &[&str], neighbours: &[&str]) -> Value {
        let nat = |name: &str, subnets: &[&str]| json!({ "name": name, "subnetworks": subnets });
        let nats = [nat("shoot--p--a-cloud-nat", own), nat("shoot--p--aa-cloud-nat", neighbours)];
        json!({ "routers": [{ "name": "corp-router", "nats": nats }] })
    }

    #[test]
    fn the_nat_of_the_neighbour_on_a_shared_router_is_its_own_affair() {
        let (before, status) = (project(&["nodes"], &["nodes"]), json!({}));
        let judge = |after: &Value| as_before(&before, after, &status, &facts());
        assert!(judge(&project(&["nodes"], &["nodes", "services"])).is_ok());
        let text = judge(&project(&["nodes", "services"], &["nodes"])).unwrap_err().text;
        assert!(text.contains("shoot--p--a-cloud-nat"), "{text}");
    }

    /// Guests cut canaries off, one of a worker pool at a time, until that is known; nobody stays cut off.
    #[test]
    fn a_gap_is_a_canarys_and_ends() {
        let gap = |vm: &str, from: &str, to: Option<&str>| {
            json!({
                "vm": { "name": format!("shoot--p--a-{vm}") }, "range": "100.96.0.0/24", "reason": "guest-took-alias", "seconds": 60.0,
                "from": format!("2026-09-01T10:{from}:00Z"), "to": to.map(|to| format!("2026-09-01T10:{to}:00Z")),
                "opened_by": { "method": "compute.instances.updateNetworkInterface", "seq": 1 },
            })
        };
        let judge = |gaps: &[Value]| {
            let canaries = ["one-z1-abcde-x", "one-z1-abcde-y", "two-z1-abcde-x"];
            let excuses = Excuses {
                former: Vec::new(),
                canaries: Some(canaries.map(|vm| format!("shoot--p--a-{vm}")).into()),
                pools: ["shoot--p--a-one", "shoot--p--a-two"].map(str::to_owned).into(),
                longest: None,
                kept: false,
            };
            no_gap(&json!({ "gaps": gaps }), &[], &excuses).map_err(|failure| failure.text)
        };
        let ended = gap("one-z1-abcde-x", "01", Some("03"));
        assert_eq!(judge(&[ended.clone(), gap("two-z1-abcde-x", "02", Some("03"))]), Ok(()));
        for (other, wrong) in [
            (gap("one-z1-abcde-z", "04", Some("05")), "no canary"),
            (gap("one-z1-abcde-y", "04", None), "still cut off"),
            (gap("one-z1-abcde-y", "02", Some("04")), "two of a worker pool at once"),
        ] {
            let text = judge(&[ended.clone(), other]).unwrap_err();
            assert!(text.starts_with(wrong), "{text}");
        }
    }
}
