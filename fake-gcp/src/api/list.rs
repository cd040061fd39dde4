//! Lists: filter, order, pages. A page token names the last item shown, so items that come or go between two
//! pages neither repeat nor hide others, and a token of another list is seen to be one.
//!
//! A list that may be long comes as what prints it from an item on: so a page costs what is on it, and what the filter skips.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::error::ApiError;
use crate::api::filter::Filter;
use crate::api::json::Object;
use crate::api::mark::{Mark, link, text};
use crate::api::query::Query;
use crate::api::reference::self_link;
use crate::api::status::StatusError;

/// Query parameters that every list takes.
pub const PARAMETERS: [&str; 5] = ["filter", "maxResults", "orderBy", "pageToken", "returnPartialSuccess"];

/// Largest number of items of one page, and the default.
pub const MAX_RESULTS: usize = 500;

struct Page {
    items: Vec<Value>,
    next: Option<String>,
}

/// The reply of a `list` method. `items` come in order of their names; `path` is the collection's.
pub fn list(query: &Query, kind: &str, path: &str, items: Vec<Value>) -> Result<Value, ApiError> {
    printed_when_asked(query, kind, path, |last| behind(items, last))
}

/// The reply of a `list` method whose items are printed only if they are asked for. `items` gives those behind the item with a
/// link, or all, in order of their names.
pub fn printed_when_asked<I: Iterator<Item = Value>>(
    query: &Query,
    kind: &str,
    path: &str,
    items: impl FnOnce(Option<String>) -> I,
) -> Result<Value, ApiError> {
    query.only(&PARAMETERS)?;
    pages(query, kind, path, items)
}

/// The reply of a list method whose items have neither name nor link and come in an order of their own. `parameters` are those of the method. For the
/// time of paging each item bears a link.
pub fn nameless(
    query: &Query,
    parameters: &[&str],
    kind: &str,
    path: &str,
    items: Vec<Value>,
) -> Result<Value, ApiError> {
    query.only(&[PARAMETERS.as_slice(), parameters].concat())?;
    let linked = items.into_iter().enumerate().map(|(index, item)| match item {
        Value::Object(map) => {
            Object::from_map(map).with("selfLink", self_link(&format!("{path}/{index:08}"))).build()
        }
        other => other,
    });
    let linked: Vec<Value> = linked.collect();
    let mut reply = pages(query, kind, path, |last| behind(linked, last))?;
    let items = reply.get_mut("items").and_then(Value::as_array_mut);
    for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
        item.remove("selfLink");
    }
    Ok(reply)
}

/// The reply of a list of a newer service: `items`, which bear unique names, under the name of their collection.
pub fn by_name(query: &Query, collection: &str, mut items: Vec<Value>) -> Result<Value, StatusError> {
    query.only(&["pageSize", "pageToken"])?;
    let size = match query.get("pageSize").map(str::parse::<usize>) {
        None | Some(Ok(0)) => MAX_RESULTS,
        Some(Ok(size)) => size.min(MAX_RESULTS),
        Some(Err(_)) => return Err(StatusError::invalid_argument("Invalid page size.".to_owned())),
    };
    // A page token is the name that was shown last.
    let last = query.get("pageToken").map(|token| {
        let name = Some(token).filter(|name| name.starts_with("projects/"));
        name.ok_or_else(|| StatusError::invalid_argument("Invalid page token.".to_owned()))
    });
    let last = last.transpose()?.unwrap_or_default();
    let name = |item: &Value| text(item, &["name"]);
    items.sort_by_cached_key(name);
    let mut rest = items.into_iter().skip_while(|item| name(item).as_str() <= last);
    let page: Vec<Value> = rest.by_ref().take(size).collect();
    let next = rest.next().and_then(|_| page.last()).map(name);
    Ok(Object::from_map(Map::new()).with_list(collection, page).with_some("nextPageToken", next).build())
}

fn pages<I: Iterator<Item = Value>>(
    query: &Query,
    kind: &str,
    path: &str,
    items: impl FnOnce(Option<String>) -> I,
) -> Result<Value, ApiError> {
    let within = format!("{path}/");
    let page = page(query, |named| named.starts_with(&within), items)?;
    Ok(Object::kind(kind)
        .with("id", path)
        .with("selfLink", self_link(path))
        .with_list("items", page.items)
        .with_some("nextPageToken", page.next)
        .build())
}

/// The reply of an `aggregatedList` method: items by scope (`zones/Z`), empty scopes with a warning.
pub fn aggregated(
    query: &Query,
    kind: &str,
    path: &str,
    collection: &str,
    scopes: Vec<(String, Vec<Value>)>,
) -> Result<Value, ApiError> {
    let names = scopes.iter().map(|(scope, _)| scope.clone()).collect();
    let items = scopes.into_iter().flat_map(|(_, items)| items).collect();
    let collection = Collection { kind, path, name: collection };
    aggregated_when_asked(query, &collection, names, |last| behind(items, last))
}

/// What an aggregated list is called.
#[derive(Debug, Clone, Copy)]
pub struct Collection<'a> {
    /// Kind of the reply.
    pub kind: &'a str,
    /// Path of the list.
    pub path: &'a str,
    /// Name of the items' collection within each scope.
    pub name: &'a str,
}

/// The reply of an `aggregatedList` method whose items are printed only if they are asked for. `items` gives those behind the
/// item with a link, or all, in order of their scopes and names.
pub fn aggregated_when_asked<I: Iterator<Item = Value>>(
    query: &Query,
    collection: &Collection<'_>,
    scopes: Vec<String>,
    items: impl FnOnce(Option<String>) -> I,
) -> Result<Value, ApiError> {
    query.only(&[PARAMETERS.as_slice(), &["includeAllScopes"]].concat())?;
    let project = collection.path.split_once("/aggregated/").map(|(project, _)| format!("{project}/"));
    let of_it = |named: &str| {
        let of_project = project.as_ref().is_some_and(|project| named.starts_with(project));
        of_project && named.rsplit('/').nth(1) == Some(collection.name)
    };
    let page = page(query, of_it, items)?;
    let mut items: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for item in page.items {
        items.entry(scope(&item)).or_default().push(item);
    }
    let entry = |name: &String| match items.remove(name) {
        Some(items) => json!({ collection.name: items }),
        None => json!({ "warning": no_results(name) }),
    };
    let entries: Vec<Value> = scopes.iter().map(entry).collect();
    let by_scope: Map<String, Value> = scopes.into_iter().zip(entries).collect();
    Ok(Object::kind(collection.kind)
        .with("id", collection.path)
        .with("selfLink", self_link(collection.path))
        .with("items", by_scope)
        .with_some("nextPageToken", page.next)
        .build())
}

/// The scope of an item by its link: `global`, `regions/R` or `zones/Z`.
fn scope(item: &Value) -> String {
    let link = text(item, &["selfLink"]);
    let mut parts = link.split("/projects/").nth(1).unwrap_or_default().split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some(scope @ ("regions" | "zones")), Some(name)) => format!("{scope}/{name}"),
        (Some(scope), _) => scope.to_owned(),
        (None, _) => String::new(),
    }
}

fn no_results(scope: &str) -> Value {
    json!({
        "code": "NO_RESULTS_ON_PAGE",
        "message": format!("There are no results for scope '{scope}' on this page."),
        "data": [{"key": "scope", "value": scope}],
    })
}

/// `is_own` says of the path of a resource whether it can be one of the list.
fn page<I: Iterator<Item = Value>>(
    query: &Query,
    is_own: impl Fn(&str) -> bool,
    items: impl FnOnce(Option<String>) -> I,
) -> Result<Page, ApiError> {
    let size = match query.get("maxResults") {
        None => MAX_RESULTS,
        Some(text) => match text.parse::<usize>() {
            Ok(0) => MAX_RESULTS,
            Ok(size) if size <= MAX_RESULTS => size,
            _ => return Err(ApiError::invalid("maxResults", text, "Values must be between 0 and 500.")),
        },
    };
    let newest_first = match query.get("orderBy") {
        None | Some("name" | "name asc") => false,
        Some("creationTimestamp desc") => true,
        Some(other) => {
            return Err(ApiError::invalid(
                "orderBy",
                other,
                "Only 'name' and 'creationTimestamp desc' can be sorted by.",
            ));
        }
    };
    let filter = query.get("filter").map(Filter::parse).transpose()?;
    let mark = query.get("pageToken").map(|token| Mark::read(token, newest_first, is_own)).transpose()?;
    let wanted = |item: &Value| filter.as_ref().is_none_or(|filter| filter.matches(item));
    if newest_first {
        let mut all: Vec<Value> = items(None).filter(wanted).collect();
        all.sort_by_cached_key(Mark::newest_first);
        let shown = mark.map_or(0, |mark| all.partition_point(|item| Mark::newest_first(item) <= mark));
        Ok(cut(all.into_iter().skip(shown), size, Mark::newest_first))
    } else {
        Ok(cut(items(mark.map(|mark| mark.link)).filter(wanted), size, Mark::by_name))
    }
}

fn cut(mut items: impl Iterator<Item = Value>, size: usize, mark: fn(&Value) -> Mark) -> Page {
    let page: Vec<Value> = items.by_ref().take(size).collect();
    let next = items.next().and_then(|_| page.last()).map(|item| mark(item).token());
    Page { items: page, next }
}

/// The items behind the one with a link; if that one is gone, behind those whose links sort before it.
pub(crate) fn behind(items: Vec<Value>, last: Option<String>) -> impl Iterator<Item = Value> {
    let shown = last.map_or(0, |last| {
        let place = items.iter().position(|item| link(item) == last).map(|index| index + 1);
        place.unwrap_or_else(|| items.iter().take_while(|item| link(item) < last).count())
    });
    items.into_iter().skip(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(names: &[&str]) -> Vec<Value> {
        // Those whose names come first are the oldest.
        let item = |name: &&str| json!({"name": name, "creationTimestamp": name, "selfLink": self_link(&format!("{PATH}/{name}"))});
        names.iter().map(item).collect()
    }

    const PATH: &str = "projects/p/global/routes";

    fn names(reply: &Value) -> Vec<String> {
        let items = reply.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        items.iter().map(|item| text(item, &["name"])).collect()
    }

    #[test]
    fn pages_join_to_the_whole_even_if_items_go_between() {
        for (order, first, left, second) in [
            ("", ["a", "b"], ["a", "c", "d"], ["c", "d"]),
            ("&orderBy=creationTimestamp+desc", ["d", "c"], ["a", "b", "d"], ["b", "a"]),
        ] {
            let query = |more: &str| Query::parse(Some(&format!("maxResults=2{order}{more}")));
            let page = list(&query(""), "k", PATH, items(&["a", "b", "c", "d"])).unwrap();
            assert_eq!(names(&page), first, "{order}");
            let more = format!("&pageToken={}", page["nextPageToken"].as_str().unwrap());
            assert_eq!(names(&list(&query(&more), "k", PATH, items(&left)).unwrap()), second, "{order}");
        }
    }

    #[test]
    fn empty_lists_have_no_items() {
        let reply = list(&Query::parse(Some("pageToken=&%24alt=json")), "k", "p", vec![]).unwrap();
        assert_eq!(
            reply,
            json!({"kind": "k", "id": "p", "selfLink": "https://www.googleapis.com/compute/v1/p"})
        );
    }

    #[test]
    fn bad_parameters() {
        for (query, reason) in [
            ("maxResults=501", "invalid"),
            ("maxResults=-1", "invalid"),
            ("orderBy=id", "invalid"),
            ("pageToken=!", "invalid"),
            ("filter=name", "invalid"),
            ("nonsense=1", "notImplemented"),
        ] {
            let error = list(&Query::parse(Some(query)), "k", "p", vec![]).unwrap_err();
            assert_eq!(error.reason, reason, "{query}");
        }
    }
}
