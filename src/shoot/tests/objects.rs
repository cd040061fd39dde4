//! What is read of Nodes, pods and events.

use planner::snapshot::{Endpoint, Guest, Node, Pod, Unhealthy};
use planner::vocabulary::Cadence;
use planner::vocabulary::VmRef;
use serde_json::{Value, json};

use super::script::{Answer, Script, list, refusal};
use crate::shoot::Guests;

/// The Nodes of a shoot that lists `items`, whose Secret `good` has the file, and `bad` has it not.
async fn nodes(items: Vec<Value>, guests: Guests) -> (Vec<Node>, Vec<String>) {
    let script = Script::default();
    let shoot = script.shoot(move |target| {
        let Some(name) = target.strip_prefix("/api/v1/namespaces/kube-system/secrets/") else {
            return list(&items, "");
        };
        let document = match name {
            "good" => {
                "spec: {files: [{path: /etc/default/instance_configs.cfg, content: {inline: {data: \"[IpForwarding]\\nip_aliases = false\"}}}]}"
            }
            "bad" => "spec: {files: []}",
            "none" => return refusal(404),
            _ => "spec: [",
        };
        let data = k8s_openapi::ByteString(document.as_bytes().to_vec());
        let secret = json!({ "metadata": { "annotations": { "checksum/data-script": "c" } }, "data": { "osc.yaml": data } });
        Answer::Status(200, secret.to_string())
    });
    let nodes = shoot.nodes(&"my-project".into(), guests).await;
    (nodes.known().unwrap().clone(), script.targets())
}

fn node(name: &str) -> Value {
    json!({
        "metadata": { "name": name, "labels": {
            "worker.gardener.cloud/pool": "pool1",
            "worker.gardener.cloud/gardener-node-agent-secret-name": "good",
        }, "annotations": { "checksum/cloud-config-data": "c" } },
        "spec": {
            "providerID": format!("gce://my-project/europe-west1-b/{name}"),
            "podCIDR": "100.96.0.0/24", "podCIDRs": ["100.96.0.0/24"],
        },
        "status": {
            "conditions": [{ "type": "MemoryPressure", "status": "False" }, { "type": "Ready", "status": "True" }],
            "nodeInfo": { "osImage": "Garden Linux 1877.4" },
        },
    })
}

/// The one Node with `value` at `pointer` instead.
async fn with(pointer: &str, value: Value) -> Node {
    let mut changed = node("a");
    *changed.pointer_mut(pointer).unwrap() = value;
    nodes(vec![changed], Guests::Read).await.0.remove(0)
}

#[tokio::test]
async fn a_node_is_read_as_kubelet_and_neighbours_write_it() {
    let (found, targets) = nodes(vec![node("a"), node("b")], Guests::Read).await;
    let expected = Node {
        name: "a".to_owned(),
        vm: Some(VmRef { zone: "europe-west1-b".into(), name: "a".into() }),
        pod_range: Some("100.96.0.0/24".parse().unwrap()),
        pool: Some("pool1".to_owned()),
        ready: true,
        schedulable: true,
        going: false,
        image: "Garden Linux 1877.4".to_owned(),
        guest: Guest::AliasesOff,
        unreadable: false,
    };
    assert_eq!(found[0], expected);
    assert_eq!((found.len(), targets.len()), (2, 2), "one Secret serves a whole pool: {targets:?}");
    let (found, targets) = nodes(vec![node("a")], Guests::Unread).await;
    assert_eq!((found[0].guest, targets.len()), (Guest::Unread, 1));
}

#[tokio::test]
async fn a_node_names_a_vm_of_the_project_or_none() {
    for text in [
        "gce://other/europe-west1-b/a",
        "gce://my-project/europe-west1-b",
        "gce://my-project/europe-west1-b/a/b",
        "gce://my-project/europe-west1-b/../a",
        "gce://my-project//a",
        "gce://my-project/europe-west1-b/",
        "gce:///my-project/europe-west1-b/a",
        "aws://my-project/europe-west1-b/a",
        "",
    ] {
        assert_eq!(with("/spec/providerID", json!(text)).await.vm, None, "{text}");
    }
    assert_eq!(with("/spec/providerID", Value::Null).await.vm, None);
}

#[tokio::test]
async fn the_range_of_a_node_is_the_first_of_ipv4() {
    let range = |text: &str| Some(text.parse().unwrap());
    let dual = with("/spec/podCIDRs", json!(["2600:1900::/112", "100.96.7.0/24", "100.96.8.0/24"])).await;
    assert_eq!(dual.pod_range, range("100.96.7.0/24"));
    assert_eq!(with("/spec/podCIDRs", Value::Null).await.pod_range, range("100.96.0.0/24"));
    let mut none = node("a");
    none["spec"] = json!({ "podCIDR": "2600:1900::/112", "podCIDRs": ["100.96.0.1/24"] });
    assert_eq!(nodes(vec![none], Guests::Unread).await.0[0].pod_range, None);
}

#[tokio::test]
async fn a_node_on_its_way_out_is_known_by_each_sign() {
    assert!(
        with("/metadata", json!({ "name": "a", "deletionTimestamp": "2026-09-01T10:00:00Z" })).await.going
    );
    assert!(!with("/spec", json!({ "unschedulable": true })).await.schedulable);
    let taints = json!({ "taints": [{ "key": "other" }, { "key": "ToBeDeletedByClusterAutoscaler" }] });
    assert!(!with("/spec", taints).await.schedulable);
    assert!(with("/spec", json!({ "taints": [{ "key": "other" }] })).await.schedulable);
    for conditions in [json!([]), json!([{ "type": "Ready", "status": "Unknown" }]), Value::Null] {
        assert!(!with("/status/conditions", conditions).await.ready);
    }
}

#[tokio::test]
async fn the_guest_is_told_what_the_applied_configuration_says() {
    let secret = "/metadata/labels/worker.gardener.cloud~1gardener-node-agent-secret-name";
    assert_eq!(with(secret, json!("bad")).await.guest, Guest::Lacking);
    for unknown in ["none", "broken", "../../secrets/x", ""] {
        assert_eq!(with(secret, json!(unknown)).await.guest, Guest::Unknown, "{unknown}");
    }
    assert_eq!(with("/metadata/labels", Value::Null).await.guest, Guest::Unknown);
    assert_eq!(
        with("/metadata/annotations", json!({ "checksum/cloud-config-data": "d" })).await.guest,
        Guest::NotApplied
    );
    assert_eq!(with("/metadata/annotations", Value::Null).await.guest, Guest::NotApplied);
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_is_an_api_that_cannot_be_read() {
    let script = Script::default();
    let shoot = script.shoot(|target| match target.contains("/secrets/") {
        true => refusal(403),
        false => list(&[node("a")], ""),
    });
    assert_eq!(shoot.nodes(&"my-project".into(), Guests::Read).await.known(), None);
}

#[tokio::test]
async fn users_cannot_have_any_number_of_secrets_read() {
    let many = (0..1000).map(|number| {
        let mut one = node(&format!("n{number}"));
        one["metadata"]["labels"] =
            json!({ "worker.gardener.cloud/gardener-node-agent-secret-name": format!("s{number}") });
        one
    });
    let (found, targets) = nodes(many.collect(), Guests::Read).await;
    assert_eq!((found.len(), targets.len()), (1000, 201));
}

#[tokio::test]
async fn no_object_hides_the_others_or_itself() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let unreadable = |name: &str| Node::unreadable(name.to_owned());
    for (strange, name) in [
        (json!(7), ""),
        (json!(null), ""),
        (json!({}), ""),
        (json!({ "metadata": { "name": 7 } }), ""),
        (json!({ "metadata": { "labels": [] } }), ""),
        (json!({ "metadata": { "name": "a", "labels": [] } }), "a"),
        (json!({ "metadata": { "name": "a" }, "spec": "" }), "a"),
        (json!({ "metadata": { "name": "a" }, "spec": { "taints": "DEEP" } }), "a"),
        (json!({ "spec": "" }), ""),
        (json!("DEEP"), ""),
    ] {
        let text = json!({ "items": [strange, node("b")] }).to_string().replace("\"DEEP\"", &deep);
        let script = Script::default();
        let shoot = script.shoot(move |_| Answer::Status(200, text.clone()));
        let found = shoot.nodes(&"my-project".into(), Guests::Unread).await.known().unwrap().clone();
        assert_eq!((found[0].name.as_str(), found[0].unreadable), ("b", false), "{strange}");
        assert_eq!(found[1..], [unreadable(name)], "{strange}");
    }
    let strange = json!({ "metadata": { "name": "deep", "annotations": null, "managedFields": "DEEP" } });
    let text = json!({ "items": [strange] }).to_string().replace("\"DEEP\"", &deep);
    let script = Script::default();
    let shoot = script.shoot(move |_| Answer::Status(200, text.clone()));
    let found = shoot.nodes(&"my-project".into(), Guests::Unread).await.known().unwrap().clone();
    assert!(matches!(found.as_slice(), [one] if one.name == "deep"), "{found:?}");
}

#[tokio::test]
async fn a_list_is_read_page_by_page_to_its_end() {
    let script = Script::default();
    let shoot = script.shoot(|target| match target {
        target if target.contains("continue=second") => list(&[node("b")], "third/+"),
        target if target.contains("continue=third%2F%2B") => list(&[node("c")], ""),
        _ => list(&[node("a")], "second"),
    });
    let found = shoot.nodes(&"my-project".into(), Guests::Unread).await;
    let named: Vec<&str> = found.known().unwrap().iter().map(|node| node.name.as_str()).collect();
    assert_eq!(named, ["a", "b", "c"]);
    let targets = script.targets();
    assert!(targets.iter().all(|target| target.contains("limit=500")), "{targets:?}");
}

/// The pods of a shoot that lists these.
async fn pods(items: Vec<Value>) -> Vec<Pod> {
    let shoot = Script::default().shoot(move |_| list(&items, ""));
    shoot.pods(None).await.known().unwrap().clone()
}

/// A pod with these containers.
fn pod(containers: Value) -> Value {
    json!({
        "metadata": { "name": "dns", "namespace": "kube-system", "uid": "u", "labels": { "app": "dns" } },
        "spec": { "nodeName": "a", "containers": containers },
        "status": { "phase": "Running", "conditions": [
            { "type": "Ready", "status": "True", "lastTransitionTime": "2026-09-01T10:00:00Z" },
        ] },
    })
}

#[tokio::test]
async fn a_pod_is_asked_where_its_probes_ask_it_and_where_it_tells_metrics() {
    let found = pods(vec![pod(json!([
        { "ports": [{ "name": "metrics", "containerPort": 9153 }, { "name": "live", "containerPort": 8080 }],
          "livenessProbe": { "httpGet": { "path": "/health", "port": "live", "scheme": "HTTP" }, "periodSeconds": 5, "failureThreshold": 5 },
          "readinessProbe": { "httpGet": { "path": "/ready", "port": 8181, "scheme": "HTTPS" }, "periodSeconds": 10 } },
        { "readinessProbe": { "httpGet": { "path": "ping?a=b", "port": 1 } } },
        { "readinessProbe": { "httpGet": { "path": "/health", "port": 8080 } } },
        { "readinessProbe": { "httpGet": { "path": "/", "port": "unknown" } } },
        { "readinessProbe": { "httpGet": { "port": 0 } }, "livenessProbe": null },
    ]))])
    .await;
    let endpoint = |tls, port, path: &str| Endpoint { tls, port, path: path.to_owned() };
    let expected = [
        endpoint(true, 8181, "/ready"),
        endpoint(false, 1, "/ping?a=b"),
        endpoint(false, 8080, "/health"),
        endpoint(false, 9153, "/metrics"),
    ];
    assert_eq!(found[0].endpoints, expected);
    assert_eq!(found[0].measured, Some(Cadence { period: 10, threshold: 3 }));
    assert_eq!(found[0].ready_since, Some("2026-09-01T10:00:00Z".parse().unwrap()));
    assert_eq!((found[0].node.as_str(), found[0].uid.as_str(), found[0].vpn), ("a", "u", false));
}

#[tokio::test]
async fn a_pod_is_measured_if_all_its_probes_come_over_the_network() {
    let http = json!({ "httpGet": { "port": 1 }, "periodSeconds": 1, "failureThreshold": 2 });
    let exec = json!({ "exec": { "command": ["true"] } });
    let other = json!({ "httpGet": { "port": 1, "host": "10.0.0.1" } });
    let elsewhere = json!({ "tcpSocket": { "port": 1, "host": "10.0.0.1" } });
    let tcp = json!({ "tcpSocket": { "port": 1 }, "periodSeconds": 20, "failureThreshold": 1 });
    let grpc = json!({ "grpc": { "port": 1 }, "periodSeconds": 0 });
    let cadence = |period, threshold| Some(Cadence { period, threshold });
    for (readiness, liveness, expected) in [
        (&http, &Value::Null, cadence(1, 2)),
        (&Value::Null, &http, cadence(1, 2)),
        (&http, &tcp, cadence(20, 1)),
        (&grpc, &http, cadence(10, 3)),
        (&http, &exec, None),
        (&exec, &Value::Null, None),
        (&other, &http, None),
        (&elsewhere, &http, None),
        (&Value::Null, &Value::Null, None),
    ] {
        let containers = json!([{ "readinessProbe": readiness, "livenessProbe": liveness }, {}]);
        let found = pods(vec![pod(containers.clone())]).await;
        assert_eq!(found[0].measured, expected, "{readiness} {liveness}");
        let mut gated = pod(containers);
        gated["spec"]["readinessGates"] = json!([{ "conditionType": "x" }]);
        assert_eq!(pods(vec![gated]).await[0].measured, None);
    }
    let found = pods(vec![pod(json!([{ "readinessProbe": other }]))]).await;
    assert_eq!(found[0].endpoints, []);
}

#[tokio::test]
async fn pods_that_show_nothing_are_marked_or_left_out() {
    let mut vpn = pod(json!([]));
    vpn["metadata"]["labels"] = json!({ "app": "vpn-shoot" });
    let mut elsewhere = vpn.clone();
    elsewhere["metadata"]["namespace"] = json!("default");
    let mut host = pod(json!([]));
    host["spec"]["hostNetwork"] = json!(true);
    host["metadata"]["deletionTimestamp"] = json!("2026-09-01T10:00:00Z");
    let mut waiting = pod(json!([]));
    waiting["spec"]["nodeName"] = Value::Null;
    let mut unready = pod(json!([]));
    unready["status"]["conditions"][0]["status"] = json!("False");
    let found = pods(vec![vpn, elsewhere, host, waiting, unready]).await;
    let marks: Vec<_> =
        found.iter().map(|pod| (pod.vpn, pod.host_network, pod.going, pod.ready_since.is_some())).collect();
    assert_eq!(
        marks,
        [
            (true, false, false, true),
            (false, false, false, true),
            (false, true, true, true),
            (false, false, false, false)
        ]
    );
}

#[tokio::test]
async fn pods_are_asked_for_by_their_node_where_that_is_enough() {
    let script = Script::default();
    let shoot = script.shoot(|_| list(&[], ""));
    shoot.pods(None).await;
    shoot.pods(Some("a")).await;
    let targets = script.targets();
    let ended = "status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed";
    assert!(targets[0].contains(&format!("fieldSelector=spec.nodeName%21%3D%2C{ended}")), "{targets:?}");
    assert!(targets[1].contains(&format!("fieldSelector=spec.nodeName%3Da%2C{ended}")), "{targets:?}");
}

#[tokio::test]
async fn events_of_a_pod_are_added_up_whoever_wrote_them() {
    let event = |uid: &str, more: Value| {
        let mut event = json!({ "involvedObject": { "uid": uid } });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let script = Script::default();
    let items = [
        event("a", json!({ "lastTimestamp": "2026-09-01T10:00:00Z", "count": 4 })),
        event(
            "a",
            json!({ "eventTime": "2026-09-01T10:00:01.5Z", "series": { "count": 2, "lastObservedTime": "2026-09-01T10:00:07Z" } }),
        ),
        event("b", json!({ "eventTime": "garbage", "count": null, "series": null })),
        event("", json!({})),
    ];
    let shoot = script.shoot(move |_| list(&items, ""));
    let found = shoot.unhealthy().await.known().unwrap().clone();
    let last = |text: &str| Some(text.parse().unwrap());
    assert_eq!(
        found,
        [
            Unhealthy { uid: "a".to_owned(), last: last("2026-09-01T10:00:07Z"), count: 6 },
            Unhealthy { uid: "b".to_owned(), last: None, count: 1 },
        ]
    );
    assert!(script.targets()[0].contains("reason%3DUnhealthy%2CinvolvedObject.kind%3DPod"));
}
