//! The properties of one kind of resource that the server serves.

use serde_json::Value;

use super::failure::Failure;
use super::schema::Schema;
use crate::json::text;

/// A served kind.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
    pub(super) plural: String,
    pub(super) namespaced: bool,
    /// Whether the kind has the subresource `status`.
    pub(super) status: bool,
    /// Whether the kind has the subresource `scale`.
    pub(super) scale: bool,
    pub(super) generation: Generation,
    /// Whether a replacement must bear the present version.
    pub(super) versioned: bool,
    pub(super) shape: Shape,
}

/// The changes that `metadata.generation` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// The kind has no generation.
    None,
    /// All fields count but metadata and status.
    Spec,
    /// All fields count but the status and metadata other than annotations.
    SpecAndAnnotations,
}

/// The means by which an object is brought into shape.
#[derive(Debug)]
pub(super) enum Shape {
    /// A definition's schema.
    Custom(Box<Schema>),
    /// A type into which the object is decoded.
    BuiltIn(fn(Value) -> Result<Value, serde_json::Error>),
}

impl Kind {
    /// API version: `<group>/<version>`, or the version alone.
    pub(super) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// Name in messages: `<plural>.<group>`, or the plural alone.
    pub(super) fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    pub(super) fn is_custom(&self) -> bool {
        matches!(self.shape, Shape::Custom(_))
    }

    /// The object pruned, with defaults, and validated; `old` is the object that it replaces.
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
