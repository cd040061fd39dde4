//! What the server knows about each kind of resource.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use serde_json::Value;

use super::built_in;
use super::failure::Failure;
use super::schema::Schema;
use super::target::Target;
use crate::crds::DEFINITIONS;
use crate::json::{at, text};
use crate::seed::SeedError;

/// One served kind.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
    pub(super) plural: String,
    pub(super) namespaced: bool,
    /// Has the subresource `status`.
    pub(super) status: bool,
    /// Has the subresource `scale`.
    pub(super) scale: bool,
    pub(super) generation: Generation,
    /// A replacement must bear the present version.
    pub(super) versioned: bool,
    pub(super) shape: Shape,
}

/// What changes `metadata.generation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// The kind has none.
    None,
    /// Everything but metadata and status.
    Spec,
    /// Annotations too.
    SpecAndAnnotations,
}

/// How an object is brought into shape.
#[derive(Debug)]
pub(super) enum Shape {
    /// By a definition's schema.
    Custom(Box<Schema>),
    /// By a type.
    BuiltIn(fn(Value) -> Result<Value, serde_json::Error>),
}

impl Kind {
    /// `<group>/<version>`, or the version alone.
    pub(super) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// As it is called in messages: `<plural>.<group>`, or the plural alone.
    pub(super) fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    pub(super) fn is_custom(&self) -> bool {
        matches!(self.shape, Shape::Custom(_))
    }

    /// Prunes, defaults, validates.
    pub(super) fn shape(&self, object: Value, old: Option<&Value>) -> Result<Value, Failure> {
        match &self.shape {
            Shape::BuiltIn(through) => through(object).map_err(|cause| {
                Failure::bad_request(format!("{} in version {:?}: {cause}", self.kind, self.api_version()))
            }),
            Shape::Custom(schema) => {
                let mut object = object;
                schema.prune(&mut object);
                let causes = schema.validate(&object, old);
                if causes.is_empty() {
                    return Ok(object);
                }
                let name = text(&object, "/metadata/name");
                Err(Failure::invalid(&format!("{}.{}", self.kind, self.group), name, causes))
            }
        }
    }
}

/// All served kinds.
#[derive(Debug)]
pub(super) struct Kinds(Vec<Kind>);

impl Kinds {
    /// The built-in ones and those of this project's definitions.
    pub(super) fn load() -> Result<Self, SeedError> {
        let mut kinds = built_in::kinds();
        for text in DEFINITIONS {
            kinds.extend(custom(text)?);
        }
        Ok(Self(kinds))
    }

    pub(super) fn of_target(&self, target: &Target) -> Option<&Kind> {
        self.0.iter().find(|kind| {
            (&kind.group, &kind.version, &kind.plural) == (&target.group, &target.version, &target.plural)
        })
    }

    pub(super) fn of_object(&self, object: &Value) -> Option<&Kind> {
        self.0.iter().find(|kind| {
            text(object, "/kind") == kind.kind && text(object, "/apiVersion") == kind.api_version()
        })
    }
}

fn custom(text: &str) -> Result<Vec<Kind>, SeedError> {
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
