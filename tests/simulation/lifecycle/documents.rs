//! What gardenlet and the seed write around one shoot, as plain JSON.

use serde::Deserialize;
use serde_json::{Value, json};

use super::life::PROJECT;

/// The region of all shoots here.
pub(super) const REGION: &str = "europe-west1";

/// One shoot, as its owner wants it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Shoot {
    /// The Cluster's name.
    pub(super) name: String,
    /// `shoot.spec.networking.ipFamilies`.
    pub(super) families: Vec<String>,
    /// `shoot.spec.networking`, but for the families.
    pub(super) ranges: Value,
    /// `networks` of the InfrastructureConfig.
    pub(super) networks: Value,
}

impl Shoot {
    /// `shoot--p--a`, IPv4, with a VPC and an internal subnet of its own.
    pub(super) fn usual() -> Self {
        Self {
            name: "shoot--p--a".to_owned(),
            families: vec!["IPv4".to_owned()],
            ranges: json!({ "nodes": "10.250.0.0/16", "pods": "100.96.0.0/11", "services": "100.64.0.0/13" }),
            networks: json!({ "workers": "10.250.0.0/16", "internal": "10.251.0.0/24" }),
        }
    }

    /// The same with both families.
    pub(super) fn dual_stack() -> Self {
        Self { families: vec!["IPv4".to_owned(), "IPv6".to_owned()], ..Self::usual() }
    }

    /// The same in the VPC and on the router of the user, with fixed addresses.
    pub(super) fn in_user_vpc() -> Self {
        Self {
            networks: json!({
                "workers": "10.250.0.0/16",
                "vpc": { "name": "corp-vpc", "cloudRouter": { "name": "corp-router" } },
                "cloudNAT": { "natIPNames": [{ "name": "egress-1" }, { "name": "egress-2" }] },
            }),
            ..Self::usual()
        }
    }

    /// All but the Infrastructure.
    pub(super) fn around(&self) -> [Value; 3] {
        let name = &self.name;
        let mut networking = self.ranges.clone();
        networking["ipFamilies"] = json!(self.families);
        networking["type"] = json!("calico");
        let core = "core.gardener.cloud/v1beta1";
        [
            json!({
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": { "name": name, "labels": { "gardener.cloud/role": "shoot" } },
            }),
            json!({
                "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
                "metadata": { "name": "cloudprovider", "namespace": name },
                "data": { "serviceaccount.json": "e30=" },
            }),
            json!({
                "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Cluster",
                "metadata": { "name": name },
                "spec": {
                    "cloudProfile": { "apiVersion": core, "kind": "CloudProfile" },
                    "seed": { "apiVersion": core, "kind": "Seed" },
                    "shoot": {
                        "apiVersion": core, "kind": "Shoot",
                        "metadata": { "name": "a", "namespace": "garden-p", "finalizers": ["gardener"] },
                        "spec": { "region": REGION, "networking": networking },
                        "status": { "technicalID": name },
                    },
                },
            }),
        ]
    }

    /// The Infrastructure, asking for `operation`.
    pub(super) fn infrastructure(&self, operation: &str) -> Value {
        json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
            "metadata": {
                "name": self.name, "namespace": self.name,
                "annotations": { "gardener.cloud/operation": operation },
            },
            "spec": {
                "type": "gcp", "region": REGION,
                "secretRef": { "name": "cloudprovider", "namespace": self.name },
                "providerConfig": {
                    "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1",
                    "kind": "InfrastructureConfig",
                    "networks": self.networks,
                },
            },
        })
    }

    /// The path of the router that its NAT is on, below the project.
    pub(super) fn nat(&self) -> String {
        format!("{}-cloud-nat", self.name)
    }
}

/// The change that marks a Shoot as deleted; its finalizer keeps it until all of it is gone.
pub(super) fn going() -> Value {
    json!({ "metadata": { "deletionTimestamp": "2026-09-01T09:00:00Z" } })
}

/// The resource called `name` in the list `kind` of a dump of the project.
pub(super) fn resource<'a>(dump: &'a Value, kind: &str, name: &str) -> Option<&'a Value> {
    dump[kind].as_array()?.iter().find(|resource| resource["name"] == name)
}

/// The partial URL of something of the project's region.
pub(super) fn regional(path: &str) -> String {
    format!("projects/{PROJECT}/regions/{REGION}/{path}")
}

/// Asserts that two dumps of a project are the same, and names the resources that differ.
pub(super) fn assert_same(after: &Value, before: &Value, what: &str) {
    let resources = |dump: &Value| -> Vec<(String, Value)> {
        let lists = dump.as_object().unwrap().iter();
        let each = lists.flat_map(|(kind, list)| {
            list.as_array().unwrap().iter().map(|item| (kind.clone(), item.clone()))
        });
        each.collect()
    };
    let (after, before) = (resources(after), resources(before));
    let only = |these: &[(String, Value)], those: &[(String, Value)]| -> Vec<String> {
        let others = these.iter().filter(|resource| !those.contains(resource));
        others.map(|(kind, resource)| format!("{kind}: {resource}")).collect()
    };
    assert_eq!(
        only(&after, &before),
        only(&before, &after),
        "{what}: after on the left, before on the right"
    );
}

/// What Google draws anew for each thing that is made.
const DRAWN: [&str; 8] = [
    "creationTimestamp",
    "description",
    "fingerprint",
    "id",
    "labelFingerprint",
    "oauth2ClientId",
    "selfLinkWithId",
    "uniqueId",
];

/// A dump of a project without what differs from one creation to the next.
pub(super) fn essence(mut dump: Value) -> Value {
    for list in dump.as_object_mut().unwrap().values_mut() {
        let resources = list.as_array_mut().unwrap();
        resources.iter_mut().for_each(strip);
        resources.sort_by_key(Value::to_string);
    }
    dump
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|field, _| !DRAWN.contains(&field.as_str()));
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::String(text) if text.ends_with("::/64") => *text = "an IPv6 range".to_owned(),
        Value::String(text) => {
            if let Some(at) = text.find("default-route-") {
                text.truncate(at + "default-route".len());
            }
        }
        _ => {}
    }
}
