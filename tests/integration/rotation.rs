//! A rotated Secret counts at the next reconcile, and what was in the old one and the new one is told nobody.

use serde_json::{Value, json};

use crate::case::Case;
use crate::environment::within;
use crate::expected::read;
use crate::secrecy::{assert_untold, told};
use crate::shoot::Shoot;

/// What is said of a key that Google does not know, and of one that cannot sign.
const REFUSED: &str = "401";
const UNUSABLE: &str = "cannot sign";

/// The private key of a key file.
fn private_key(credential: &str) -> String {
    let credential: Value = serde_json::from_str(credential).unwrap();
    credential["private_key"].as_str().unwrap().to_owned()
}

/// `credential` with another value of one member.
fn with(credential: &str, member: &str, value: &str) -> String {
    let mut credential: Value = serde_json::from_str(credential).unwrap();
    credential[member] = json!(value);
    credential.to_string()
}

#[test]
fn a_rotated_secret_is_picked_up_at_the_next_reconcile_and_no_key_is_told() {
    within(async |environment| {
        let shoot = Shoot::new(environment, "gcp-infrastructure-it--rotat");
        let case: Case = read("it-1-own-vpc", &shoot);
        let credential = async || environment.setting.credential(&shoot.world).await.unwrap();
        let (old, new) = (credential().await, credential().await);
        let unknown = with(&credential().await, "private_key_id", &"0123456789".repeat(4));
        let (key, other) = (private_key(&credential().await), private_key(&credential().await));
        // A line of one key amid those of another; a file that was cut off.
        let spoilt = key.replacen(key.lines().nth(3).unwrap(), other.lines().nth(5).unwrap(), 1);
        let spoilt = with(&old, "private_key", &spoilt);
        let cut = old.trim_end().strip_suffix('}').unwrap();

        let mut all = String::new();
        let codes = |object: &Value| object["status"]["lastError"]["codes"].clone();
        let unauthorized = json!(["ERR_INFRA_UNAUTHENTICATED", "ERR_INFRA_UNAUTHORIZED"]);
        shoot.prepare(&case.shoot, &unknown).await;
        shoot.create(&case.config).await;
        assert_eq!(codes(&shoot.failed(REFUSED).await), unauthorized);
        all += &told(environment, &shoot).await;
        for good in [&old, &new] {
            shoot.rotate(good).await;
            shoot.reconcile(None).await;
            all += &told(environment, &shoot).await;
            for (bad, why) in [(unknown.as_str(), REFUSED), (&spoilt, UNUSABLE), (cut, "are not JSON")] {
                shoot.rotate(bad).await;
                let failed = shoot.reconcile_in_vain(why).await;
                assert_eq!(codes(&failed), unauthorized, "{:#}", failed["status"]["lastError"]);
                all += &told(environment, &shoot).await;
            }
        }
        shoot.rotate(&new).await;
        shoot.reconcile(None).await;
        all += &told(environment, &shoot).await;
        assert!(all.contains("\"DEBUG\""), "all that could be logged was logged");
        let keys = [&old, &new, &unknown].map(|credential| private_key(credential));
        assert_untold(&all, &[&keys[0], &keys[1], &keys[2], &key, &other]);
    });
}
