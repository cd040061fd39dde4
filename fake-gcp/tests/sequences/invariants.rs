//! What must hold of every world, read from what it prints.

use std::collections::BTreeSet;

use fake_gcp::api::reference::path_of;
use ipnet::Ipv4Net;
use serde_json::Value;

use crate::Fake;

/// What does not hold, in words.
pub(crate) fn broken(fake: &mut Fake) -> Vec<String> {
    fake.world.advance_to(fake.now);
    let all = fake.world.resources("p").unwrap();
    let mut broken = ranges_that_overlap(&all);
    broken.extend(what_is_taken_twice_or_outside(&all));
    broken.extend(dangling_references(&all));
    broken.extend(wrong_counters(fake, &all));
    broken
}

fn items<'a>(all: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    all[kind].as_array().into_iter().flatten()
}

fn text<'a>(item: &'a Value, field: &str) -> &'a str {
    item[field].as_str().unwrap_or_default()
}

fn net(text: &str) -> Ipv4Net {
    text.parse().unwrap()
}

/// The ranges of a subnet by name; the primary one has none.
fn ranges(subnet: &Value) -> Vec<(&str, Ipv4Net)> {
    let secondary = subnet["secondaryIpRanges"].as_array().into_iter().flatten();
    let secondary = secondary.map(|range| (text(range, "rangeName"), net(text(range, "ipCidrRange"))));
    std::iter::once(("", net(text(subnet, "ipCidrRange")))).chain(secondary).collect()
}

/// Pairs that overlap, among ranges that must be apart.
fn overlaps(nets: &[(String, Ipv4Net)]) -> Vec<String> {
    let pairs =
        nets.iter().enumerate().flat_map(|(index, one)| nets[..index].iter().map(move |other| (one, other)));
    let overlap = pairs.filter(|((_, a), (_, b))| a.contains(b) || b.contains(a));
    overlap.map(|(one, other)| format!("{one:?} overlaps {other:?}")).collect()
}

fn ranges_that_overlap(all: &Value) -> Vec<String> {
    let networks = items(all, "networks").map(|network| text(network, "selfLink"));
    let of = |network: &str| -> Vec<(String, Ipv4Net)> {
        let subnets = items(all, "subnetworks").filter(|subnet| text(subnet, "network") == network);
        let named = |subnet| {
            ranges(subnet)
                .into_iter()
                .map(move |(name, net)| (format!("{} {name}", text(subnet, "name")), net))
        };
        subnets.flat_map(named).collect()
    };
    networks.flat_map(|network| overlaps(&of(network))).collect()
}

fn what_is_taken_twice_or_outside(all: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    for subnet in items(all, "subnetworks") {
        let ranges = ranges(subnet);
        let mut taken = Vec::new();
        for instance in items(all, "instances") {
            for nic in
                items(instance, "networkInterfaces").filter(|nic| nic["subnetwork"] == subnet["selfLink"])
            {
                let address = net(&format!("{}/32", text(nic, "networkIP")));
                let aliases = items(nic, "aliasIpRanges")
                    .map(|alias| (text(alias, "subnetworkRangeName"), net(text(alias, "ipCidrRange"))));
                for (name, cidr) in aliases.chain([("", address)]) {
                    let inside = ranges.iter().any(|(range, net)| *range == name && net.contains(&cidr));
                    if !inside {
                        broken.push(format!(
                            "{cidr} of {} is outside its range '{name}'",
                            text(instance, "name")
                        ));
                    }
                    taken.push((text(instance, "name").to_owned(), cidr));
                }
            }
        }
        broken.extend(overlaps(&taken));
        let reserved = items(all, "addresses").filter(|address| address["subnetwork"] == subnet["selfLink"]);
        let reserved: Vec<_> = reserved
            .map(|address| {
                (text(address, "name").to_owned(), net(&format!("{}/32", text(address, "address"))))
            })
            .collect();
        broken.extend(overlaps(&reserved));
    }
    broken
}

fn dangling_references(all: &Value) -> Vec<String> {
    let links: BTreeSet<&str> = ["networks", "subnetworks"]
        .into_iter()
        .flat_map(|kind| items(all, kind))
        .map(|item| text(item, "selfLink"))
        .collect();
    let nics = items(all, "instances").flat_map(|instance| items(instance, "networkInterfaces"));
    let kinds = ["subnetworks", "routes", "firewalls", "addresses", "routers", "forwardingRules"];
    let holders = kinds.into_iter().flat_map(|kind| items(all, kind)).chain(nics);
    let references = holders.flat_map(|holder| [text(holder, "network"), text(holder, "subnetwork")]);
    let dangling = references.filter(|link| !link.is_empty() && !links.contains(link));
    dangling.map(|link| format!("{} does not exist", path_of(link, "p").unwrap_or_default())).collect()
}

/// Usages of quotas that are not what is there and what is being inserted.
fn wrong_counters(fake: &mut Fake, all: &Value) -> Vec<String> {
    let (_, project) = fake.call("GET", "", &Value::Null);
    let (_, operations) = fake.call("GET", "global/operations", &Value::Null);
    let (_, regional) = fake.call("GET", "regions/europe-west1/operations", &Value::Null);
    let inserts = |collection: &str| {
        let all = items(&operations, "items").chain(items(&regional, "items"));
        let open = all.filter(|one| one["operationType"] == "insert" && one["status"] != "DONE");
        open.filter(|one| text(one, "targetLink").contains(&format!("/{collection}/"))).count()
    };
    let metrics = [("NETWORKS", "networks"), ("SUBNETWORKS", "subnetworks"), ("FIREWALLS", "firewalls")];
    let usage =
        |metric: &str| items(&project, "quotas").find(|quota| quota["metric"] == metric)?["usage"].as_f64();
    let wrong = metrics.into_iter().filter_map(|(metric, collection)| {
        let there = items(all, collection).count() + inserts(collection);
        let told = usage(metric)?;
        (told != there as f64).then(|| format!("{metric} is {told}, but {there} are there"))
    });
    wrong.collect()
}
