//! The controller's pods: how it is called, what may reach it and what it may reach.

use serde_json::{Value, json};

use crate::rendered::{arguments, object, pod};

fn container(name: &str) -> Value {
    pod(name)["spec"]["containers"][0].clone()
}

#[test]
fn values_become_flags() {
    for (name, flags) in [
        ("default", &["--infrastructure-max-concurrent-reconciles=5", "--log-level=info"][..]),
        (
            "full",
            &[
                "--infrastructure-max-concurrent-reconciles=20",
                "--heartbeat-renew-interval-seconds=15",
                "--ignore-operation-annotation",
                "--metrics-bind-address=:10001",
                "--health-bind-address=:10002",
                "--log-level=debug",
                "--log-format=text",
                "--gardener-version=v1.145.0",
                "--alias-settle=2m",
                "--settle-per-alias=50ms",
                "--freeze-deadline=10m",
                "--look-again-interval=1s",
                "--poll-interval=10s",
                "--wave=50",
            ],
        ),
    ] {
        let arguments = arguments(name);
        for flag in flags {
            assert!(arguments.iter().any(|argument| argument == flag), "{flag}: {arguments:?}");
        }
    }
    // What nobody sets is as the controller has it.
    assert!(!arguments("default").iter().any(|argument| argument.contains("settle")));
}

#[test]
fn an_image_has_a_tag_or_a_digest() {
    assert_eq!(container("default")["image"], "registry.example.com/gardener-extension-infra-gcp:v0.1.0");
    let image = container("full")["image"].as_str().unwrap().to_owned();
    assert!(image.starts_with("registry.example.com/elsewhere/infra-gcp@sha256:"), "{image}");
}

#[test]
fn probes_and_ports_agree() {
    for (name, metrics, health) in [("default", 8080, 8081), ("full", 10001, 10002), ("plain", 9090, 9091)] {
        let container = container(name);
        for (probe, path, delay) in [("livenessProbe", "/healthz", 10), ("readinessProbe", "/readyz", 5)] {
            let expected =
                json!({ "httpGet": { "path": path, "port": health }, "initialDelaySeconds": delay });
            assert_eq!(container[probe], expected, "{name}");
        }
        let ports: Vec<&Value> =
            container["ports"].as_array().unwrap().iter().map(|port| &port["containerPort"]).collect();
        assert_eq!(ports, [metrics, health], "{name}");
    }
    let annotations = pod("full")["metadata"]["annotations"].clone();
    assert_eq!(
        (&annotations["prometheus.io/scrape"], &annotations["prometheus.io/port"]),
        (&"true".into(), &"10001".into())
    );
    assert_eq!(pod("plain")["metadata"]["annotations"]["prometheus.io/scrape"], Value::Null);
}

#[test]
fn the_pod_reaches_the_seed_and_google_and_nothing_else() {
    let labels = pod("default")["metadata"]["labels"].clone();
    let policies = labels.as_object().unwrap().iter().filter(|(key, _)| key.contains("gardener.cloud"));
    let allowed: Vec<&str> =
        policies.filter(|(_, value)| *value == "allowed").map(|(key, _)| key.as_str()).collect();
    let to = ["dns", "private-networks", "public-networks", "runtime-apiserver"];
    assert_eq!(allowed, to.map(|target| format!("networking.gardener.cloud/to-{target}")));
}

#[test]
fn the_pod_has_no_privilege() {
    let (pod, container) = (pod("default"), container("default"));
    assert_eq!(pod["spec"]["priorityClassName"], "gardener-system-900");
    let expected = json!({ "runAsNonRoot": true, "seccompProfile": { "type": "RuntimeDefault" } });
    assert_eq!(pod["spec"]["securityContext"], expected);
    let expected = json!({
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": { "drop": ["ALL"] },
    });
    assert_eq!(container["securityContext"], expected);
}

#[test]
fn a_changed_configuration_starts_new_pods() {
    let configuration = |name: &str| {
        let text = object(name, "ConfigMap")["data"]["config.yaml"].as_str().unwrap().to_owned();
        serde_saphyr::from_str::<Value>(&text).unwrap()
    };
    let checksum = |name: &str| {
        pod(name)["metadata"]["annotations"]["checksum/configmap-gardener-extension-infra-gcp-config"].clone()
    };
    let full = configuration("full");
    assert_eq!(full["kind"], "ControllerConfiguration");
    assert_eq!(full["apiVersion"], "gcp.provider.extensions.config.gardener.cloud/v1alpha1");
    assert_eq!(full["clientConnection"]["qps"], 50);
    assert_eq!(full["featureGates"], json!({ "DisableGardenerServiceAccountCreation": false }));
    assert_eq!(configuration("plain").as_object().unwrap().len(), 2);
    assert!(checksum("full").is_string());
    assert_ne!(checksum("full"), checksum("default"));

    let mount = &container("default")["volumeMounts"][0];
    let volume = &pod("default")["spec"]["volumes"][0];
    assert_eq!(mount["name"], volume["name"]);
    assert_eq!(volume["configMap"]["name"], object("default", "ConfigMap")["metadata"]["name"]);
    let file = format!("--config-file={}/config.yaml", mount["mountPath"].as_str().unwrap());
    assert!(arguments("default").contains(&file), "{file}");
}
