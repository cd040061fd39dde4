//! A rotated Secret counts at the next reconcile, and what was in the old one and the new one is told nobody.

use serde_json::{Value, json};

use crate::case::Case;
use crate::expected::read;
use crate::shoot::Shoot;
use crate::surroundings::within;

#[test]
fn a_rotated_secret_is_picked_up_at_the_next_reconcile() {
    within(async |surroundings| {
        let shoot = Shoot::new(surroundings, "gcp-infrastructure-it--rotat");
        let case: Case = read("it-1-own-vpc", &shoot);
        let good = surroundings.setting.credential(&shoot.world).await.unwrap();
        let mut unknown: Value =
            serde_json::from_str(&surroundings.setting.credential(&shoot.world).await.unwrap()).unwrap();
        unknown["private_key_id"] = json!("0123456789012345678901234567890123456789");
        let unauthorized = json!(["ERR_INFRA_UNAUTHENTICATED", "ERR_INFRA_UNAUTHORIZED"]);

        shoot.prepare(&case.shoot, &unknown.to_string()).await;
        shoot.create(&case.config).await;
        assert_eq!(shoot.failed().await["status"]["lastError"]["codes"], unauthorized);
        shoot.rotate(&good).await;
        let ready = shoot.reconcile(None).await;
        shoot.rotate(&unknown.to_string()).await;
        let failed = shoot.reconcile_in_vain().await;
        assert_eq!(failed["status"]["lastError"]["codes"], unauthorized);
        shoot.rotate(&good).await;
        shoot.reconcile(None).await;

        let log = std::fs::read_to_string(surroundings.controller.log_path()).unwrap();
        let told = format!("{log}{ready}{failed}{:?}", shoot.events().await);
        assert!(told.contains(shoot.cluster()), "the log is this controller's");
        for key in [serde_json::from_str(&good).unwrap(), unknown] {
            for line in key["private_key"].as_str().unwrap().lines().filter(|line| line.len() > 20) {
                assert!(
                    line.starts_with("-----") || !told.contains(line),
                    "a line of a private key was told"
                );
            }
        }
        assert!(!told.contains("PRIVATE KEY"));
    });
}
