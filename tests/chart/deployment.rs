//! The controller's pods: how it is called, what may reach it and what it may reach.

use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::rendered::{arguments, object, pod};

fn container(name: &str) -> Value {
    pod(name)["spec"]["containers"][0].clone()
}

fn controller(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gardener-extension-infra-gcp"))
        .arg("controller")
        .args(arguments)
        .env_remove("KUBECONFIG")
        .output()
        .unwrap()
}

/// The ConfigMap's one file.
fn configuration(name: &str) -> String {
    object(name, "ConfigMap")["data"]["config.yaml"].as_str().unwrap().to_owned()
}

/// It is started with them as they are: it goes on until it misses its kubeconfig.
#[test]
fn the_binary_takes_every_flag_and_the_configuration() {
    for name in ["default", "full", "plain"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        std::fs::write(&file, configuration(name)).unwrap();
        let file = format!("--config-file={}", file.display());
        let arguments = arguments(name);
        assert_eq!(arguments[0], "controller");
        let mut given: Vec<&str> = arguments[1..].iter().map(String::as_str).collect();
        let config_file = given.iter_mut().find(|flag| flag.starts_with("--config-file=")).unwrap();
        *config_file = &file;
        given.extend(["--kubeconfig=/nonexistent", "--leader-election-namespace=own"]);
        let output = controller(&given);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("cannot read the kubeconfig /nonexistent"), "{name}: {given:?}: {text}");
    }
    let wrong = controller(&["--config-file=/nonexistent", "--kubeconfig=/nonexistent"]);
    let text = String::from_utf8(wrong.stderr).unwrap();
    assert!(!text.contains("kubeconfig"), "the configuration is read before that: {text}");
}

#[test]
fn every_flag_and_variable_is_one_that_the_help_names() {
    let help = String::from_utf8(controller(&["--help"]).stdout).unwrap();
    let words = help.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    let known: Vec<&str> = words.collect();
    for name in ["default", "full", "plain"] {
        for argument in &arguments(name)[1..] {
            let flag = argument.split('=').next().unwrap();
            assert!(known.contains(&flag), "{flag} in\n{help}");
        }
        for variable in container(name)["env"].as_array().unwrap() {
            assert!(known.contains(&variable["name"].as_str().unwrap()), "{variable} in\n{help}");
        }
    }
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
                "--canary-interval=3s",
                "--canary-pod-age=10m",
                "--canary-timeout=5m",
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
fn the_pod_reaches_the_seed_google_and_the_shoots_and_nothing_else() {
    let labels = pod("default")["metadata"]["labels"].clone();
    let policies = labels.as_object().unwrap().iter().filter(|(key, _)| key.contains("gardener.cloud"));
    let allowed: Vec<&str> =
        policies.filter(|(_, value)| *value == "allowed").map(|(key, _)| key.as_str()).collect();
    let to = [
        "networking.gardener.cloud/to-dns",
        "networking.gardener.cloud/to-private-networks",
        "networking.gardener.cloud/to-public-networks",
        "networking.gardener.cloud/to-runtime-apiserver",
        "networking.resources.gardener.cloud/to-all-shoots-kube-apiserver-tcp-443",
    ];
    assert_eq!(allowed, to);
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
    let configuration = |name: &str| serde_saphyr::from_str::<Value>(&configuration(name)).unwrap();
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
