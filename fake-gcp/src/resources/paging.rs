//! Pages of lists of resources that are kept by place and name: a page costs what is on it, and what its filter skips.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::list;
use crate::api::reference;
use crate::model::placed::{Placed, Resource};
use crate::resources::call::{Answer, Call};

/// What a list is called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    /// Kind of the list of a place, such as `compute#addressList`.
    pub(super) list: &'a str,
    /// Kind of the list of all places.
    pub(super) aggregated: &'a str,
    /// Name of the collection in paths.
    pub(super) collection: &'a str,
}

/// Answers `list`: the resources of the region or zone that the call names, or the global ones.
pub(super) fn of_place<T: Resource>(
    table: Option<&Placed<T>>,
    call: &Call<'_>,
    names: Names<'_>,
    print: impl Fn(&T) -> Value,
) -> Result<Answer, ApiError> {
    let (region, zone) = (call.param("region"), call.param("zone"));
    let (scope, place) = match (region, zone) {
        ("", "") => ("global".to_owned(), ""),
        ("", zone) => (format!("zones/{zone}"), zone),
        (region, _) => (format!("regions/{region}"), region),
    };
    let path = format!("projects/{}/{scope}/{}", call.project, names.collection);
    let items = |last: Option<String>| {
        let name = last.as_deref().and_then(|link| link.rsplit('/').next()).unwrap_or_default().to_owned();
        let behind = table.into_iter().flat_map(move |table| table.after((place.to_owned(), name.clone())));
        behind.take_while(|(of, _)| of.0 == place).map(|(_, resource)| print(resource))
    };
    list::printed_when_asked(&call.query, names.list, &path, items).map(Answer::Read)
}

/// Answers `aggregatedList`: the resources of all `scopes`. `global` are those that another table has, which come first.
pub(super) fn of_all_places<T: Resource>(
    table: Option<&Placed<T>>,
    call: &Call<'_>,
    names: Names<'_>,
    scopes: Vec<String>,
    global: Vec<Value>,
    print: impl Fn(&T) -> Value,
) -> Result<Answer, ApiError> {
    let path = format!("projects/{}/aggregated/{}", call.project, names.collection);
    let collection = list::Collection { kind: names.aggregated, path: &path, name: names.collection };
    let items = |last: Option<String>| {
        let named = last.as_deref().and_then(|link| reference::parse(link, call.project, names.collection));
        let place = named.map(|(_, place, name)| (place, name)).unwrap_or_default();
        let in_global = place.0.is_empty();
        let global = list::behind(global, last.filter(|_| in_global)).filter(move |_| in_global);
        let start = if in_global { (String::new(), String::new()) } else { place };
        let behind = table.into_iter().flat_map(move |table| table.after(start.clone()));
        global.chain(behind.map(|(_, resource)| print(resource)))
    };
    list::aggregated_when_asked(&call.query, &collection, scopes, items).map(Answer::Read)
}
