//! The golden files are what helm makes of the chart.

use std::process::Command;

use crate::rendered::{documents, golden_path, object, root};

/// Where the demonstration finds the chart's permissions, too.
const NAMESPACE: &str = "extension-infra-gcp";

/// The chart's own values; all of them changed; everything off that can be.
const CASES: [&str; 3] = ["default", "full", "plain"];

/// Helm, built by Go on first use and kept in Go's cache.
fn render(name: &str) -> String {
    let chart = root().join("charts/gardener-extension-infra-gcp");
    let values = root().join("testdata/chart").join(format!("{name}.values.yaml"));
    let mut helm = Command::new("go");
    helm.arg("-C").arg(root().join("tools/helm")).args(["tool", "helm", "template", "infra-gcp"]);
    helm.arg(chart).args(["--namespace", NAMESPACE]);
    if values.exists() {
        helm.arg("--values").arg(values);
    }
    let output = helm.output().unwrap_or_else(|error| panic!("Go, which builds helm: {error}"));
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_rendered_chart_is_what_its_files_say() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    for name in CASES {
        let rendered = render(name);
        let golden = golden_path(name);
        if update {
            std::fs::write(&golden, &rendered).unwrap();
        }
        let wanted = std::fs::read_to_string(&golden).unwrap_or_default();
        assert!(rendered == wanted, "{} is not what helm renders:\n{rendered}", golden.display());
    }
}

#[test]
fn every_object_has_its_place_and_the_same_labels() {
    for name in CASES {
        for document in documents(&golden_path(name)) {
            let is_cluster_wide = document["kind"].as_str().unwrap().starts_with("Cluster");
            let namespace = document["metadata"]["namespace"].as_str();
            assert_eq!(namespace, Some(NAMESPACE).filter(|_| !is_cluster_wide), "{document:#}");
            let label = &document["metadata"]["labels"]["app.kubernetes.io/name"];
            assert_eq!(label, "gardener-extension-infra-gcp", "{document:#}");
        }
    }
}

#[test]
fn what_is_switched_off_is_not_rendered() {
    let kinds = |name| {
        let documents = documents(&golden_path(name));
        documents.iter().map(|document| document["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (all, fewer) = (kinds("default"), kinds("plain"));
    for kind in ["PodDisruptionBudget", "VerticalPodAutoscaler", "Service"] {
        assert!(all.contains(&kind.to_owned()) && !fewer.contains(&kind.to_owned()), "{kind}");
    }
    assert_eq!(all.len(), fewer.len() + 3);
}

#[test]
fn values_arrive_where_they_belong() {
    assert_eq!(object("full", "Deployment")["spec"]["replicas"], 2);
    assert_eq!(object("full", "PodDisruptionBudget")["spec"]["maxUnavailable"], "50%");
    assert_eq!(object("full", "VerticalPodAutoscaler")["spec"]["updatePolicy"]["updateMode"], "Off");
    let budget = object("default", "PodDisruptionBudget");
    assert_eq!(budget["spec"]["unhealthyPodEvictionPolicy"], "AlwaysAllow");
    let labels = &crate::rendered::pod("default")["metadata"]["labels"];
    for (key, value) in budget["spec"]["selector"]["matchLabels"].as_object().unwrap() {
        assert_eq!(&labels[key], value, "the budget selects the pods by {key}");
    }
    let scraped = "networking.resources.gardener.cloud/from-all-seed-scrape-targets-allowed-ports";
    let allowed = object("full", "Service")["metadata"]["annotations"][scraped].clone();
    assert_eq!(allowed, r#"[{"port":10001,"protocol":"TCP"}]"#);
}
