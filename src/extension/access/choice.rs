//! The choice among the credentials of a Secret, and of the project for all calls.

use planner::vocabulary::ProjectId;

use super::workload_identity_config::WorkloadIdentityConfig;
use crate::gcp::credentials::{CredentialError, Credentials, check_project};
use crate::kubernetes::Secret;

/// The key of a service account's key file, which wins over all else.
const SERVICE_ACCOUNT: &str = "serviceaccount.json";
/// The key of a workload identity's configuration.
const CREDENTIALS_CONFIG: &str = "credentialsConfig";
/// The key of a `WorkloadIdentityConfig`, from which the configuration is derived where nobody has done so yet.
const CONFIG: &str = "config";
/// The key of the project, for credentials that name none.
const PROJECT_ID: &str = "projectID";

/// The labels that a Secret must bear for a workload identity in it to count: by them somebody fills in its token.
const LABELS: [(&str, &str); 2] = [
    ("security.gardener.cloud/purpose", "workload-identity-token-requestor"),
    ("workloadidentity.security.gardener.cloud/provider", "gcp"),
];

/// The chosen credentials, and the project of all calls.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) credentials: Credentials,
    pub(super) project: ProjectId,
}

impl Choice {
    /// The choice for `secret`.
    ///
    /// # Errors
    /// Names the key, member or label that is missing or wrong.
    pub(super) fn of(secret: &Secret) -> Result<Self, CredentialError> {
        let mut configured = None;
        let credentials = match (key(secret, SERVICE_ACCOUNT), key(secret, CREDENTIALS_CONFIG)) {
            (Some(json), _) | (None, Some(json)) => Credentials::from_json(json)?,
            (None, None) => {
                let config = key(secret, CONFIG).ok_or(CredentialError::NoCredentials)?;
                let config = WorkloadIdentityConfig::from_yaml(config)?;
                configured = Some(config.project);
                Credentials::from_members(config.credentials)?
            }
        };
        if matches!(credentials, Credentials::ExternalAccount(_)) {
            check_labels(secret)?;
        }
        let project = match (credentials.project_id(), configured) {
            (Some(project), _) => project.to_owned(),
            (None, Some(project)) => project,
            (None, None) => String::from_utf8_lossy(key(secret, PROJECT_ID).unwrap_or_default()).into_owned(),
        };
        check_project(PROJECT_ID, &project)?;
        Ok(Self { credentials, project: project.into() })
    }
}

/// The value of the key `name`; an empty value counts as none.
fn key<'a>(secret: &'a Secret, name: &str) -> Option<&'a [u8]> {
    secret.data.get(name).map(|value| value.trim_ascii()).filter(|value| !value.is_empty())
}

fn check_labels(secret: &Secret) -> Result<(), CredentialError> {
    match LABELS.iter().find(|(label, value)| secret.labels.get(*label).is_none_or(|found| found != value)) {
        Some((label, value)) => Err(CredentialError::NotForWorkloadIdentity { label, value }),
        None => Ok(()),
    }
}
