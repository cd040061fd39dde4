//! The gardener-node-agent's part: each pool's OperatingSystemConfig lies in a Secret, and a Node says that it has
//! applied it. The configuration tells the guest agent to leave alias IP ranges alone, or does not.

use serde_json::{Value, json};

use super::guest::Guest;
use super::objects::{Kind, Objects};
use super::{Result, Shoot};

/// Node label with the name of the pool's Secret.
const SECRET_LABEL: &str = "worker.gardener.cloud/gardener-node-agent-secret-name";
/// Node annotation with the checksum of what was applied.
const APPLIED: &str = "checksum/cloud-config-data";

const NAMESPACE: &str = "kube-system";
/// Secret annotation with the checksum of what is to be applied.
const CHECKSUM: &str = "checksum/data-script";
/// The configuration, up to its files.
const CONFIG: &str = "\
apiVersion: extensions.gardener.cloud/v1alpha1
kind: OperatingSystemConfig
metadata:
  name: gardener-node-agent
spec:
  type: gardenlinux
  purpose: reconcile
  units:
  - name: google-guest-agent.service
    command: restart
    filePaths:
    - /etc/default/instance_configs.cfg
  files:
  - path: /etc/hosts
    permissions: 0644
    content:
      inline:
        encoding: b64
        data: MTI3LjAuMC4xIGxvY2FsaG9zdAo=
";
/// The file that tells the guest agent.
const FILE: &str = "  - path: /etc/default/instance_configs.cfg
    permissions: 0644
    content:
      inline:
        data: |
          [IpForwarding]
          ip_aliases = false
";

/// Configuration of a pool, with or without the file.
fn config(told: bool) -> String {
    if told { format!("{CONFIG}{FILE}") } else { CONFIG.to_owned() }
}

/// Name of the Secret of a pool whose guests are told, or are not.
fn secret_name(pool: &str, told: bool) -> String {
    format!("gardener-node-agent-{pool}-{}", if told { "told" } else { "untold" })
}

/// Checksum of a configuration, as Secret and Nodes bear it.
fn checksum(config: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, config.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Label and annotation by which the Node of a machine in `pool` says what its guest was told.
pub(super) fn marks(pool: &str, guest: Guest) -> (Value, Value) {
    let applied =
        if guest.has_applied() { checksum(&config(guest.is_told())) } else { checksum("an older one") };
    (json!({SECRET_LABEL: secret_name(pool, guest.is_told())}), json!({APPLIED: applied}))
}

/// Creates the Secrets of all pools of `shoot` in its API; those that exist stay.
pub(super) async fn deploy(api: &kube::Client, shoot: &Shoot) -> Result<()> {
    Objects::cluster_wide(api, Kind::Namespace)
        .ensure(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}))
        .await?;
    let secrets = Objects::within(api, Kind::Secret, NAMESPACE);
    for (pool, told) in shoot.pools.iter().flat_map(|pool| [(pool, true), (pool, false)]) {
        let config = config(told);
        secrets
            .ensure(json!({
                "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
                "metadata": {
                    "name": secret_name(pool, told), "namespace": NAMESPACE,
                    "annotations": {CHECKSUM: checksum(&config)},
                    "labels": {"worker.gardener.cloud/pool": pool},
                },
                "data": {"osc.yaml": super::base64(&config)},
            }))
            .await?;
    }
    Ok(())
}
