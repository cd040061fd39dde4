//! The CCM's configuration of the cloud, as provider-gcp's ConfigMap `cloud-provider-config` has it.

use crate::neighbours::Shoot;

/// Content of `cloudprovider.conf` for `shoot`, whose cloud is at the base URL `cloud` instead of at Google's.
pub fn cloud_config(shoot: &Shoot, cloud: &str) -> String {
    let zone = shoot.zones.first().map_or("", String::as_str);
    let Shoot { name, project, vpc, .. } = shoot;
    // Without the subnetwork it asks the metadata server of the VM on which it runs.
    format!(
        "[Global]
project-id=\"{project}\"
network-name=\"{vpc}\"
subnetwork-name=\"{name}-internal\"
multizone=true
local-zone=\"{zone}\"
token-url=nil
node-tags=\"{name}\"
api-endpoint=\"{cloud}/compute/v1/\"
container-api-endpoint=\"{cloud}/\"
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cloud_is_where_it_is_said_to_be() {
        let shoot = Shoot { vpc: "net".to_owned(), ..Shoot::new("shoot--p--a", "p") };
        let config = cloud_config(&shoot, "http://127.0.0.1:1");
        for line in [
            "project-id=\"p\"",
            "network-name=\"net\"",
            "node-tags=\"shoot--p--a\"",
            "api-endpoint=\"http://127.0.0.1:1/compute/v1/\"",
        ] {
            assert!(config.lines().any(|found| found == line), "{line} is not in\n{config}");
        }
    }
}
