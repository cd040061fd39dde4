//! The kinds of credentials, which their JSON tells by its member `type`.

use serde_json::{Map, Value};

use super::digest::Digest;
use super::document::Document;
use super::error::{CredentialError, presentable};
use super::external_account::ExternalAccount;
use super::service_account::ServiceAccountKey;

/// Credentials of a kind that can be used.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// The key of a service account, which signs its own tokens.
    ServiceAccount(ServiceAccountKey),
    /// A workload identity, whose tokens are exchanged for others.
    ExternalAccount(Box<ExternalAccount>),
}

impl Credentials {
    /// Reads the JSON of a key file or of the configuration of a workload identity.
    ///
    /// # Errors
    /// Names the first member that is missing or malformed. Whether a key signs shows with the first token.
    pub fn from_json(json: &[u8]) -> Result<Self, CredentialError> {
        let json = serde_json::from_slice(json)
            .map_err(|error| CredentialError::NotJson { line: error.line(), column: error.column() })?;
        match json {
            Value::Object(members) => Self::from_members(members),
            _ => Err(CredentialError::NotAnObject),
        }
    }

    /// Reads the members of an object that is JSON, or was YAML.
    ///
    /// # Errors
    /// Names the first member that is missing or malformed.
    pub fn from_members(members: Map<String, Value>) -> Result<Self, CredentialError> {
        let document = Document(members);
        match document.member("type")?.as_str() {
            "service_account" => ServiceAccountKey::read(document).map(Self::ServiceAccount),
            "external_account" => {
                ExternalAccount::read(&document).map(|account| Self::ExternalAccount(Box::new(account)))
            }
            other => Err(CredentialError::UnknownType { named: presentable(other) }),
        }
    }

    /// The digest by which the same credentials are known again.
    pub fn digest(&self) -> Digest {
        match self {
            Self::ServiceAccount(key) => key.digest(),
            Self::ExternalAccount(account) => account.digest(),
        }
    }

    /// The id of the project that the credentials name. A key always names one.
    pub fn project_id(&self) -> Option<&str> {
        match self {
            Self::ServiceAccount(key) => Some(key.project_id()),
            Self::ExternalAccount(account) => account.project_id(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Endpoints;
    use super::*;
    use serde_json::json;

    fn key() -> Value {
        json!({
            "type": "service_account",
            "project_id": "my-project",
            "client_email": "robot@my-project.iam.gserviceaccount.com",
            "private_key_id": "0123456789abcdef0123456789abcdef01234567",
            "private_key": "-----BEGIN PRIVATE KEY-----\nTOPSECRET\n-----END PRIVATE KEY-----\n",
        })
    }

    fn identity() -> Value {
        json!({
            "type": "external_account",
            "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/TOPSECRET/providers/p",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": "https://sts.googleapis.com/v1/token",
            "credential_source": { "file": "/TOPSECRET" },
        })
    }

    fn with(mut document: Value, member: &str, value: Value) -> Vec<u8> {
        document[member] = value;
        document.to_string().into_bytes()
    }

    #[test]
    fn each_defect_is_named_by_its_member_and_no_value_is_shown() {
        let missing = |member| CredentialError::Missing { member };
        let malformed = |member, expected| CredentialError::Malformed { member, expected };
        let unknown = |named: Option<&str>| CredentialError::UnknownType { named: named.map(str::to_owned) };
        let cases: Vec<(Vec<u8>, CredentialError)> = vec![
            (b"TOPSECRET".to_vec(), CredentialError::NotJson { line: 1, column: 1 }),
            (b"[\"TOPSECRET\"]".to_vec(), CredentialError::NotAnObject),
            (with(key(), "type", Value::Null), missing("type")),
            (with(key(), "type", json!("TOPSECRET")), unknown(None)),
            (with(key(), "type", json!("authorized_user")), unknown(Some("authorized_user"))),
            (with(key(), "project_id", json!("")), missing("project_id")),
            (with(key(), "project_id", json!(7)), malformed("project_id", "a string")),
            (
                with(key(), "project_id", json!("TOPSECRET/..")),
                malformed("project_id", "the id of a project"),
            ),
            (with(key(), "client_email", Value::Null), missing("client_email")),
            (with(key(), "private_key_id", json!("")), missing("private_key_id")),
            (with(key(), "private_key", Value::Null), missing("private_key")),
            (with(key(), "private_key", json!("TOPSECRET")), malformed("private_key", "a PKCS#8 PEM block")),
            (with(identity(), "audience", Value::Null), missing("audience")),
            (with(identity(), "subject_token_type", json!("")), missing("subject_token_type")),
            (
                with(identity(), "project_id", json!("TOPSECRET/..")),
                malformed("project_id", "the id of a project"),
            ),
            (
                with(identity(), "universe_domain", json!("10.0.0.1")),
                malformed("universe_domain", "a domain"),
            ),
            (
                with(identity(), "universe_domain", json!("localhost")),
                malformed("universe_domain", "a domain"),
            ),
            (with(identity(), "universe_domain", json!("x.test/")), malformed("universe_domain", "a domain")),
        ];
        for (json, expected) in cases {
            let error = Credentials::from_json(&json).unwrap_err();
            assert_eq!(error, expected);
            assert!(!format!("{error} {error:?}").contains("TOPSECRET"), "{error}");
        }
    }

    #[test]
    fn a_workload_identity_shows_its_project_and_nothing_else() {
        let credentials = Credentials::from_json(&with(identity(), "project_id", json!("p-1"))).unwrap();
        assert_eq!(credentials.project_id(), Some("p-1"));
        assert_eq!(
            format!("{credentials:?}"),
            "ExternalAccount(ExternalAccount { project_id: Some(\"p-1\"), .. })"
        );
    }

    /// The URLs that the exchanges of an identity with these members go to.
    fn destinations(
        members: &[(&str, &str)],
        endpoints: &Endpoints,
    ) -> Result<(String, Option<String>), CredentialError> {
        let mut document = identity();
        for (member, value) in members {
            document[member] = json!(value);
        }
        match Credentials::from_json(document.to_string().as_bytes())? {
            Credentials::ExternalAccount(account) => {
                let plan = account.plan(endpoints)?;
                Ok((plan.token_url.to_string(), plan.impersonation_url.map(String::from)))
            }
            other => panic!("{other:?}"),
        }
    }

    const IMPERSONATION: &str =
        "/v1/projects/-/serviceAccounts/a@p.iam.gserviceaccount.com:generateAccessToken";

    #[test]
    fn tokens_go_to_google_or_to_the_universe_of_the_credentials() {
        let none = Endpoints::default();
        let sts = |members: &[(&str, &str)]| destinations(members, &none).map(|(url, _)| url);
        let universe = ("universe_domain", "apis.example.test");
        for (members, expected) in [
            (vec![], "https://sts.googleapis.com/v1/token"),
            (vec![("token_url", "")], "https://sts.googleapis.com/v1/token"),
            (vec![universe, ("token_url", "")], "https://sts.apis.example.test/v1/token"),
            (vec![universe], "https://sts.googleapis.com/v1/token"),
            (
                vec![("token_url", "https://sts.europe-west1.rep.googleapis.com/v1/token")],
                "https://sts.europe-west1.rep.googleapis.com/v1/token",
            ),
            (
                vec![("token_url", "https://europe-west1-sts.googleapis.com/v1/token")],
                "https://europe-west1-sts.googleapis.com/v1/token",
            ),
        ] {
            assert_eq!(sts(&members).unwrap(), expected, "{members:?}");
        }
        for url in [
            "TOPSECRET",
            "http://sts.googleapis.com/v1/token",
            "https://sts.googleapis.com:8443/v1/token",
            "https://TOPSECRET@sts.googleapis.com/v1/token",
            "https://sts.googleapis.com/v1/token?to=TOPSECRET",
            "https://sts.evilgoogleapis.com/v1/token",
            "https://sts.googleapis.com.topsecret.test/v1/token",
            "https://storage.googleapis.com/topsecret",
            "https://googleapis.com/v1/token",
            "https://sts.apis.example.test/v1/token",
            "https://127.0.0.1/v1/token",
            "file:///TOPSECRET",
        ] {
            let error = sts(&[("token_url", url)]).unwrap_err();
            assert!(
                matches!(error, CredentialError::Malformed { member: "token_url", .. }),
                "{url}: {error}"
            );
            assert!(!error.to_string().to_lowercase().contains("topsecret"), "{error}");
        }
        let member = "service_account_impersonation_url";
        let impersonation = |url: String| destinations(&[(member, &url)], &none).map(|(_, url)| url);
        let url = format!("https://iamcredentials.googleapis.com{IMPERSONATION}");
        assert_eq!(impersonation(url.clone()).unwrap(), Some(url));
        for url in [
            format!("https://iam.googleapis.com{IMPERSONATION}"),
            format!("https://iamcredentials.example.test{IMPERSONATION}"),
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a/keys/b:generateAccessToken".to_owned(),
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a%2fb:generateAccessToken".to_owned(),
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/../a:generateAccessToken".to_owned(),
            "https://iamcredentials.googleapis.com/v2/x:generateAccessToken".to_owned(),
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a:signBlob".to_owned(),
        ] {
            let error = impersonation(url.clone()).unwrap_err();
            assert!(matches!(error, CredentialError::Malformed { .. }), "{url}: {error}");
        }
    }

    #[test]
    fn an_endpoint_takes_the_place_of_the_host_whatever_it_is() {
        let endpoints = Endpoints {
            sts: Some("http://127.0.0.1:1/fake/".parse().unwrap()),
            iam: Some("https://iam.test".parse().unwrap()),
        };
        let impersonation = format!("https://iamcredentials.other.test{IMPERSONATION}");
        let members =
            [("token_url", "https://x.test/v1/token"), ("service_account_impersonation_url", &impersonation)];
        assert_eq!(
            destinations(&members, &endpoints).unwrap(),
            ("http://127.0.0.1:1/fake/v1/token".to_owned(), Some(format!("https://iam.test{IMPERSONATION}")))
        );
    }
}
