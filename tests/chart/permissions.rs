//! What the chart lets the controller do is what its code does, and no more.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::rendered::{arguments, object, root};

/// A permission, and the code that needs it: file and words, blanks aside.
struct Need(&'static str, &'static str, &'static str, &'static str, &'static str);

const EXTENSIONS: &str = "extensions.gardener.cloud";
const SEED: &str = "src/kubernetes/seed.rs";
const NEIGHBOURS: &str = "src/kubernetes/neighbours.rs";
const LEASE: &str = "src/kubernetes/lease.rs";

/// On the whole seed.
const NEEDS: &[Need] = &[
    Need(EXTENSIONS, "infrastructures", "get", SEED, "self.infrastructures_in(namespace).get_opt(name)"),
    Need(EXTENSIONS, "infrastructures", "list", SEED, "all.list(&ListParams::default())"),
    Need(EXTENSIONS, "infrastructures", "watch", "src/extension/controller.rs", "watcher("),
    Need(EXTENSIONS, "infrastructures", "patch", SEED, "self.infrastructures_in(namespace).patch(name"),
    Need(EXTENSIONS, "infrastructures/status", "patch", "src/kubernetes/status.rs", ".patch_status("),
    Need(EXTENSIONS, "clusters", "get", SEED, "DynamicObject::url_path(&cluster_resource(), None)"),
    Need("", "namespaces", "get", SEED, "Api::<v1::Namespace>::all(self.client.clone()).get(name)"),
    Need("", "secrets", "get", SEED, "v1::Secret::url_path(&(), Some(namespace))"),
    Need("", "configmaps", "get", "src/kubernetes/terraform.rs", "self.artefact::<ConfigMap>("),
    Need("resources.gardener.cloud", "managedresources", "get", NEIGHBOURS, ".managed_resources().get("),
    Need(
        "resources.gardener.cloud",
        "managedresources",
        "patch",
        NEIGHBOURS,
        "self.managed_resources().patch(",
    ),
    Need("apps", "deployments", "get", NEIGHBOURS, "deployment.get(CCM_DEPLOYMENT)"),
    Need("apps", "deployments/scale", "patch", NEIGHBOURS, ".patch_scale(CCM_DEPLOYMENT"),
    Need("", "pods", "list", NEIGHBOURS, "pods.list(&ListParams::default().labels(CCM_POD_LABELS))"),
    Need("events.k8s.io", "events", "create", "src/kubernetes/event_writer.rs", "api.create(&PostParams"),
    Need("events.k8s.io", "events", "patch", "src/kubernetes/event_writer.rs", "api.patch(&said.name"),
];

/// In the controller's own namespace.
const OWN_NEEDS: &[Need] = &[
    Need("coordination.k8s.io", "leases", "get", LEASE, "self.api.get_opt(&self.name)"),
    Need("coordination.k8s.io", "leases", "create", LEASE, "self.api.create("),
    Need("coordination.k8s.io", "leases", "update", LEASE, "self.api.replace(&self.name"),
    Need("coordination.k8s.io", "leases", "patch", LEASE, "self.api.patch(&self.name"),
];

fn strings(value: &Value) -> Vec<String> {
    serde_json::from_value(value.clone()).unwrap()
}

/// Every combination of group, resource and verb of a role, in words.
fn permissions(role: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for rule in role["rules"].as_array().unwrap() {
        for group in strings(&rule["apiGroups"]) {
            for resource in strings(&rule["resources"]) {
                for verb in strings(&rule["verbs"]) {
                    assert!(all.insert(format!("{verb} {resource}.{group}")), "twice: {rule}");
                }
            }
        }
    }
    all
}

#[test]
fn the_roles_are_what_the_code_needs() {
    for (kind, needs) in [("ClusterRole", NEEDS), ("Role", OWN_NEEDS)] {
        let needed = needs.iter().map(|Need(group, resource, verb, ..)| format!("{verb} {resource}.{group}"));
        assert_eq!(permissions(&object("default", kind)), needed.collect(), "{kind}");
    }
}

#[test]
fn what_is_allowed_is_done_somewhere() {
    let words = |text: &str| text.split_whitespace().collect::<String>();
    for Need(_, resource, verb, file, code) in NEEDS.iter().chain(OWN_NEEDS) {
        let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
        assert!(words(&text).contains(&words(code)), "{verb} {resource}: {file} does no `{code}` any more");
    }
}

#[test]
fn nothing_is_allowed_wholesale() {
    for kind in ["ClusterRole", "Role"] {
        let role = object("default", kind);
        for permission in permissions(&role) {
            assert!(!permission.contains('*'), "{permission}");
            assert!(!permission.starts_with("delete"), "{permission}");
        }
        assert!(!role.to_string().contains("nonResourceURLs"), "{role:#}");
    }
    let everywhere = permissions(&object("default", "ClusterRole"));
    for verb in ["list", "watch", "create", "update", "patch"] {
        assert!(!everywhere.contains(&format!("{verb} secrets.")), "{verb} secrets");
    }
}

/// A Lease has no name yet when it is made; all else is granted by name.
#[test]
fn in_its_own_namespace_it_has_two_leases() {
    let role = object("default", "Role");
    let by_name: Vec<&Value> =
        role["rules"].as_array().unwrap().iter().filter(|rule| !rule["resourceNames"].is_null()).collect();
    assert_eq!(by_name.len(), 1);
    let names = strings(&by_name[0]["resourceNames"]);
    let election = format!("--leader-election-id={}", names[0]);
    assert!(arguments("default").contains(&election), "{election}");
    assert_eq!(names[1..], ["gardener-extension-heartbeat"], "gardenlet looks for this name");
}

#[test]
fn the_roles_are_bound_to_the_identity_of_the_pods_and_to_nobody_else() {
    let account = object("default", "ServiceAccount");
    let pod = crate::rendered::pod("default");
    assert_eq!(pod["spec"]["serviceAccountName"], account["metadata"]["name"]);
    assert_eq!(account["automountServiceAccountToken"], false);
    for (binding, role) in [("ClusterRoleBinding", "ClusterRole"), ("RoleBinding", "Role")] {
        let (binding, name) = (object("default", binding), &object("default", role)["metadata"]["name"]);
        assert_eq!((&binding["roleRef"]["kind"], &binding["roleRef"]["name"]), (&role.into(), name));
        let subjects = binding["subjects"].as_array().unwrap();
        assert_eq!(subjects.len(), 1);
        assert_eq!(subjects[0]["kind"], "ServiceAccount");
        for field in ["name", "namespace"] {
            assert_eq!(subjects[0][field], account["metadata"][field], "{field}");
        }
    }
}
