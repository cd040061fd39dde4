//! IAM service accounts: fields and names.

use serde_json::{Map, Value};

use crate::api::json::Object;
use crate::time::Instant;

/// Version of every account: accounts never change, so none has another than the first.
const ETAG: &str = "MDEwMjE5MjA=";

/// A service account.
#[derive(Debug, Clone)]
pub struct ServiceAccount {
    /// Numeric id of 21 digits.
    pub unique_id: String,
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Part of the e-mail address before the `@`.
    pub account_id: String,
    /// Name for people, `displayName`.
    pub display_name: Option<String>,
    /// Description, as it was sent.
    pub description: Option<String>,
    /// Whether it may not be used.
    pub disabled: bool,
    /// Instant from which it can be read and deleted; its name is taken at once.
    pub visible: Instant,
}

impl ServiceAccount {
    /// The e-mail address of the account.
    pub fn email(&self) -> String {
        email(&self.project, &self.account_id)
    }

    /// The resource as Google prints it.
    pub fn to_json(&self) -> Value {
        let email = self.email();
        Object::from_map(Map::new())
            .with("name", format!("projects/{}/serviceAccounts/{email}", self.project))
            .with("projectId", self.project.clone())
            .with("uniqueId", self.unique_id.clone())
            .with("email", email)
            .with_some("displayName", self.display_name.clone())
            .with_some("description", self.description.clone())
            .with_some("disabled", self.disabled.then_some(true))
            .with("etag", ETAG)
            .with("oauth2ClientId", self.unique_id.clone())
            .build()
    }
}

/// The e-mail address of an account.
pub(crate) fn email(project: &str, account_id: &str) -> String {
    format!("{account_id}@{project}.iam.gserviceaccount.com")
}
