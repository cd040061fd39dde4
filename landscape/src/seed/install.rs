//! The preparation of a seed before its first shoot: Gardener's definitions, and namespaces.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, ListParams, PostParams};
use kube::core::{ApiResource, DynamicObject};
use kube::{Client, ResourceExt as _};
use tokio::time::{sleep, timeout};

use super::SeedError;
use crate::crds::DEFINITIONS;

const SERVED_DEADLINE: Duration = Duration::from_secs(15);
const SERVED_POLL: Duration = Duration::from_millis(20);

/// Creates the definitions in `crds/` and waits until their resources can be listed. Those that are there stay.
pub async fn install_definitions(client: &Client) -> Result<(), SeedError> {
    let api: Api<CustomResourceDefinition> = Api::all(client.clone());
    for text in DEFINITIONS {
        let definition: CustomResourceDefinition =
            serde_saphyr::from_str(text).map_err(|cause| SeedError::Definition {
                definition: text.lines().next().unwrap_or_default().to_owned(),
                cause: cause.to_string(),
            })?;
        let name = definition.name_any();
        match api.create(&PostParams::default(), &definition).await {
            Err(kube::Error::Api(status)) if status.is_already_exists() => {}
            created => drop(created.map_err(SeedError::api(format!("creating definition {name}")))?),
        }
        timeout(SERVED_DEADLINE, served(client, &definition))
            .await
            .map_err(|_| SeedError::NotServed { definition: name, waited: SERVED_DEADLINE })??;
    }
    Ok(())
}

/// Creates a namespace with labels; a namespace that exists stays as it is.
pub async fn create_namespace(client: &Client, name: &str, labels: &[(&str, &str)]) -> Result<(), SeedError> {
    let labels: BTreeMap<_, _> =
        labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let mut namespace = Namespace::default();
    namespace.metadata.name = Some(name.to_owned());
    namespace.metadata.labels = Some(labels);
    match Api::all(client.clone()).create(&PostParams::default(), &namespace).await {
        Err(kube::Error::Api(status)) if status.is_already_exists() => Ok(()),
        created => created.map(drop).map_err(SeedError::api(format!("creating namespace {name}"))),
    }
}

/// Returns when every served version answers a list; before that the path itself is unknown, a 404 without `Status`.
async fn served(client: &Client, definition: &CustomResourceDefinition) -> Result<(), SeedError> {
    for version in definition.spec.versions.iter().filter(|version| version.served) {
        let resource = ApiResource {
            group: definition.spec.group.clone(),
            version: version.name.clone(),
            api_version: format!("{}/{}", definition.spec.group, version.name),
            kind: definition.spec.names.kind.clone(),
            plural: definition.spec.names.plural.clone(),
        };
        let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource);
        loop {
            match api.list(&ListParams::default().limit(1)).await {
                Ok(_) => break,
                Err(kube::Error::Api(status)) if status.code == 404 => sleep(SERVED_POLL).await,
                Err(error) => return Err(SeedError::api(format!("listing {}", resource.plural))(error)),
            }
        }
    }
    Ok(())
}
