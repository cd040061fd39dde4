//! The kinds of a CustomResourceDefinition, one for each version. Their shape is the definition's schema.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use serde_json::Value;

use super::kind::{Generation, Kind, Shape};
use super::schema::Schema;
use crate::json::at;
use crate::seed::SeedError;

/// The kinds that a definition, as YAML, defines.
pub(super) fn kinds(text: &str) -> Result<Vec<Kind>, SeedError> {
    let named = |name: &str| {
        let definition = name.to_owned();
        move |cause: String| SeedError::Definition { definition, cause }
    };
    let definition: CustomResourceDefinition =
        serde_saphyr::from_str(text).map_err(|cause| named("built in")(cause.to_string()))?;
    let name = definition.metadata.name.clone().unwrap_or_default();
    // The schema is read from the text and not from k8s-openapi's type, which would drop keywords that it lacks.
    let raw: Value = serde_saphyr::from_str(text).map_err(|cause| named(&name)(cause.to_string()))?;
    let spec = definition.spec;
    let mut kinds = Vec::new();
    for (index, version) in spec.versions.into_iter().enumerate() {
        let schema = at(&raw, &format!("/spec/versions/{index}/schema/openAPIV3Schema")).clone();
        let schema: Schema =
            serde_json::from_value(schema).map_err(|cause| named(&name)(cause.to_string()))?;
        kinds.push(Kind {
            group: spec.group.clone(),
            version: version.name,
            kind: spec.names.kind.clone(),
            plural: spec.names.plural.clone(),
            namespaced: spec.scope == "Namespaced",
            status: version.subresources.is_some_and(|subresources| subresources.status.is_some()),
            scale: false,
            generation: Generation::Spec,
            versioned: true,
            shape: Shape::Custom(Box::new(schema)),
        });
    }
    Ok(kinds)
}
