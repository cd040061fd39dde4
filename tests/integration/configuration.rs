//! The check of the configuration before anything is done (UT-CV): verdicts and texts as rows of a file.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::case::Made;
use crate::environment::{Environment, within};
use crate::expected::read;
use crate::shoot::Shoot;

/// One configuration, and what comes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    title: String,
    /// What the user has made.
    #[serde(default)]
    user: Vec<Made>,
    /// Google refuses to list addresses.
    #[serde(default)]
    listing_fails: bool,
    /// In place of a good `serviceaccount.json`.
    #[serde(default)]
    credential: Option<String>,
    /// The members of `networks` beside the ranges.
    #[serde(default)]
    networks: Value,
    /// The same for a reconcile after that, which comes to the verdict.
    #[serde(default)]
    then: Option<Value>,
    /// The whole text of the error; none: it is ready.
    #[serde(default)]
    error: Option<String>,
    /// Its codes.
    #[serde(default)]
    codes: Vec<String>,
}

/// What is wrong with the verdict on a row.
async fn wrong(environment: &Environment, shoot: &Shoot, row: &Row) -> Option<String> {
    let credential = environment.setting.credential(&shoot.world).await.unwrap();
    let networking = json!({"pods": "100.96.0.0/11", "services": "100.128.0.0/11"});
    shoot.prepare(&json!({"networking": networking}), row.credential.as_deref().unwrap_or(&credential)).await;
    for made in &row.user {
        made.make(shoot).await;
    }
    if row.listing_fails {
        let answer = json!({"status": 403, "reason": "forbidden", "message": "no"});
        let path = format!("projects/{}/", shoot.world.cloud.project());
        let rule = json!({"method": "compute.addresses.list", "path": path, "count": null, "fault": {"refuse": answer}});
        shoot.world.cloud.add_fault(&rule).await.unwrap();
    }
    shoot.create(&config(&row.networks)).await;
    let object = match (&row.then, &row.error) {
        (Some(then), _) => {
            shoot.ready().await;
            shoot.reconcile(Some(&config(then))).await
        }
        (None, None) => shoot.ready().await,
        (None, Some(_)) => shoot.failed("").await,
    };
    let error = &object["status"]["lastError"];
    let expected = match &row.error {
        Some(text) => format!("Error checking infrastructure config: {text}"),
        None => String::new(),
    };
    let text = error["description"].as_str().unwrap_or_default();
    let codes: Vec<&str> =
        error["codes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    (text != expected || codes != row.codes).then(|| format!("{}:\n  {text}\n  {codes:?}", row.title))
}

/// An own or user VPC with one subnet, and what the row says.
fn config(networks: &Value) -> Value {
    let mut config = json!({"networks": networks});
    if networks.is_null() {
        config["networks"] = json!({});
    }
    config["networks"]["workers"] = json!("10.250.0.0/19");
    config
}

#[test]
fn verdicts_on_configurations() {
    within(async |environment| {
        let mut found = Vec::new();
        for index in 0.. {
            let shoot = Shoot::new(environment, &format!("gcp-infrastructure-it--chk{index:02}"));
            let rows: Vec<Row> = read("configuration", &shoot);
            let Some(row) = rows.get(index) else { break };
            found.extend(wrong(environment, &shoot, row).await);
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    });
}
