//! The gardener-node-agent's part: each pool's OperatingSystemConfig lies in a Secret, and a Node says that it has
//! applied it. The configuration tells the guest agent to leave alias IP ranges alone.

use serde_json::json;

use super::Result;
use super::objects::{Kind, Objects};

/// Node label with the name of the pool's Secret.
pub(super) const SECRET_LABEL: &str = "worker.gardener.cloud/gardener-node-agent-secret-name";
/// Node annotation with the checksum of what was applied.
pub(super) const APPLIED: &str = "checksum/cloud-config-data";

const NAMESPACE: &str = "kube-system";
/// Secret annotation with the checksum of what is to be applied.
const CHECKSUM: &str = "checksum/data-script";
const CONFIG: &str = "\
apiVersion: extensions.gardener.cloud/v1alpha1
kind: OperatingSystemConfig
metadata:
  name: gardener-node-agent
spec:
  type: gardenlinux
  purpose: reconcile
  files:
  - path: /etc/default/instance_configs.cfg
    permissions: 0644
    content:
      inline:
        data: |
          [IpForwarding]
          ip_aliases = false
  units:
  - name: google-guest-agent.service
    command: restart
    filePaths:
    - /etc/default/instance_configs.cfg
";

/// Name of a pool's Secret.
pub(super) fn secret_name(pool: &str) -> String {
    format!("gardener-node-agent-{pool}")
}

/// Checksum of the configuration, as Secret and Nodes bear it.
pub(super) fn checksum() -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, CONFIG.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Creates the Secrets of all `pools`; those that exist stay.
pub(super) async fn deploy(shoot: &kube::Client, pools: &[String]) -> Result<()> {
    Objects::cluster_wide(shoot, Kind::Namespace)
        .ensure(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}))
        .await?;
    let secrets = Objects::within(shoot, Kind::Secret, NAMESPACE);
    for pool in pools {
        secrets
            .ensure(json!({
                "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
                "metadata": {
                    "name": secret_name(pool), "namespace": NAMESPACE,
                    "annotations": {CHECKSUM: checksum()},
                    "labels": {"worker.gardener.cloud/pool": pool},
                },
                "data": {"osc.yaml": super::base64(CONFIG)},
            }))
            .await?;
    }
    Ok(())
}
