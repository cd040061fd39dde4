//! All that Compute v1 has: its methods, parameters and fields, by Google's own description of it.
//!
//! It tells apart what Google lacks, which is refused as Google does, from what only the fake lacks, which is 501. The
//! table is made from Google's discovery document by `make compute-api`.

mod check;
mod names;
mod table;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

pub use check::{check_body, check_mask, check_query};
pub use names::{json_body, json_query};

/// The table, whose first line names the version.
const TABLE: &str = include_str!("compute-v1.txt");

/// Fields that Google takes although its description lacks them, each with its schema. Terraform sends them always.
const UNLISTED: [(&str, &str); 2] =
    [("NetworkRoutingConfig", "deleteBgpAlwaysCompareMed"), ("RouterNat", "initialNatIps")];

static COMPUTE: LazyLock<Api> = LazyLock::new(|| {
    let mut api = table::parse(TABLE);
    for (schema, field) in UNLISTED {
        api.schemas.entry(schema).or_default().insert(field, Holds::Value);
    }
    api
});

/// An API as its discovery document describes it.
#[derive(Debug, Default)]
pub struct Api {
    parameters: HashSet<&'static str>,
    methods: HashMap<&'static str, Method>,
    schemas: HashMap<&'static str, Schema>,
}

/// A method of an API.
#[derive(Debug)]
pub struct Method {
    /// Name of the method, such as `compute.routes.list`.
    pub id: &'static str,
    /// HTTP method, in capitals.
    pub http: &'static str,
    /// Path below the API's version, with `{names}`; `{+name}` stands for several parts.
    pub path: &'static str,
    request: Option<&'static str>,
    response: Option<&'static str>,
    parameters: Vec<&'static str>,
}

/// The fields of an object by name.
type Schema = HashMap<&'static str, Holds>;

/// What is in a field, or in each entry of it if it is a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Value,
    Object(&'static str),
    Map(Option<&'static str>),
}

/// Compute v1.
pub fn compute() -> &'static Api {
    &COMPUTE
}

impl Api {
    /// The method of this name.
    pub fn method(&self, id: &str) -> Option<&Method> {
        self.methods.get(id)
    }

    /// The method of an HTTP method and a path below the API's version.
    pub fn method_at(&self, http: &str, path: &str) -> Option<&Method> {
        self.methods.values().find(|method| method.http == http && is_at(method.path, path))
    }

    /// All methods, in order of their names.
    pub fn methods(&self) -> impl Iterator<Item = &Method> {
        let mut all: Vec<&Method> = self.methods.values().collect();
        all.sort_by_key(|method| method.id);
        all.into_iter()
    }

    /// Whether every method takes a query parameter.
    pub fn has_parameter(&self, name: &str) -> bool {
        self.parameters.contains(name)
    }
}

fn is_at(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
    let mut wanted = pattern.split('/').peekable();
    while let Some(want) = wanted.next() {
        if want.starts_with("{+") {
            let until = wanted.peek().copied();
            if parts.next().is_none() {
                return false;
            }
            while parts.peek().is_some_and(|part| Some(*part) != until) {
                parts.next();
            }
        } else if !parts.next().is_some_and(|part| want.starts_with('{') || want == part) {
            return false;
        }
    }
    parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_that_is_named_is_there() {
        let api = compute();
        let fields = api.schemas.values().flat_map(HashMap::values);
        let held = fields.filter_map(|holds| match holds {
            Holds::Object(name) => Some(*name),
            Holds::Map(name) => *name,
            Holds::Value => None,
        });
        let methods = api.methods.values();
        let bodies = methods.flat_map(|method| [method.request, method.response]).flatten();
        for name in held.chain(bodies) {
            assert!(api.schemas.contains_key(name), "{name}");
        }
    }

    #[test]
    fn what_is_unlisted_is_so() {
        let api = table::parse(TABLE);
        for (schema, field) in UNLISTED {
            assert!(!api.schemas[schema].contains_key(field), "{field} is no longer unlisted");
        }
    }

    #[test]
    fn methods_are_found_by_path() {
        for (http, path, id) in [
            ("GET", "projects/p/global/networks/n", Some("compute.networks.get")),
            ("PUT", "projects/p/global/networks/n", None),
            ("GET", "projects/p/global/nonsense", None),
            (
                "GET",
                "projects/p/zones/z/reservations/r/reservationBlocks/b/reservationSlots",
                Some("compute.reservationSlots.list"),
            ),
        ] {
            assert_eq!(compute().method_at(http, path).map(|method| method.id), id, "{http} {path}");
        }
    }
}
