//! Lists over all their pages, whole or not at all.
//!
//! What a list lacks looks deleted. So a page with a warning, an unreachable part, or a page that leads back to itself
//! is an error, never a shorter list. Only whoever asks for one region is not told of what others lack.

use std::collections::BTreeMap;

use planner::text::listed;
use planner::vocabulary::Region;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::call::{Caller, Patience};
use super::error::Error;
use super::path::Path;
use super::types::ResourceUrl;

/// The largest page that the API makes.
const PAGE_SIZE: &str = "500";

/// The only warning that a whole list bears: nothing is in this scope.
const NOTHING_HERE: &str = "NO_RESULTS_ON_PAGE";
/// The warning that a place does not answer.
const UNREACHABLE: &str = "UNREACHABLE";

/// The places of which a list has to be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent<'a> {
    /// All places.
    Everywhere,
    /// A region and its zones.
    Region(&'a Region),
}

impl Extent<'_> {
    /// Whether `place`, e.g. `zones/Z`, surely lies outside of the extent.
    fn excludes(self, place: &str) -> bool {
        let Self::Region(region) = self else { return false };
        let place = ResourceUrl(place.to_owned());
        let zone_elsewhere =
            |zone: &str| !zone.strip_prefix(region.as_str()).is_some_and(|rest| rest.starts_with('-'));
        place.zone().is_some_and(zone_elsewhere) || place.region().is_some_and(|other| *region != *other)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<I> {
    items: Option<I>,
    next_page_token: Option<String>,
    warning: Option<Warning>,
    #[serde(default)]
    unreachables: Vec<String>,
}

/// The scopes of an aggregated list. Each has members by name: the items under the name of their collection, and perhaps a warning.
type Scopes = BTreeMap<String, BTreeMap<String, Box<RawValue>>>;

#[derive(Deserialize)]
struct Warning {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl Caller {
    /// All items of the list at `path`.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        path: &Path,
        query: &[(&str, &str)],
        patience: Patience,
    ) -> Result<Vec<T>, Error> {
        let pages = self.pages::<Vec<T>>(path, query, patience, Extent::Everywhere).await?;
        Ok(pages.into_iter().flatten().collect())
    }

    /// All items of `collection` within `extent`, out of the list over all scopes.
    pub(super) async fn aggregated<T: DeserializeOwned>(
        &self,
        collection: &'static str,
        query: &[(&str, &str)],
        extent: Extent<'_>,
    ) -> Result<Vec<T>, Error> {
        let path = &Path::of("aggregated").word(collection);
        let mut all = Vec::new();
        for page in self.pages::<Scopes>(path, query, Patience::Retry, extent).await? {
            for (place, scope) in page.into_iter().filter(|(place, _)| !extent.excludes(place)) {
                whole(path, &place, member(path, &scope, "warning")?)?;
                all.extend(member::<Vec<T>>(path, &scope, collection)?.into_iter().flatten());
            }
        }
        Ok(all)
    }

    async fn pages<I: DeserializeOwned>(
        &self,
        path: &Path,
        query: &[(&str, &str)],
        patience: Patience,
        extent: Extent<'_>,
    ) -> Result<Vec<I>, Error> {
        let mut pages = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let mut query = query.to_vec();
            query.push(("maxResults", PAGE_SIZE));
            query.extend(token.as_deref().map(|token| ("pageToken", token)));
            let page: Page<I> = self.fetch(&self.get(path, &query)?, patience).await?;
            let (elsewhere, unreachables): (Vec<String>, Vec<String>) =
                page.unreachables.into_iter().partition(|place| extent.excludes(place));
            if !unreachables.is_empty() {
                return Err(incomplete(path, format!("unreachable: {}", listed(unreachables, ", "))));
            }
            // The warning of a page says no more than that some places, which it lists, could not be reached.
            let explained = |warning: &Warning| warning.code == UNREACHABLE && !elsewhere.is_empty();
            whole(path, "the list", page.warning.filter(|warning| !explained(warning)))?;
            pages.extend(page.items);
            let next = page.next_page_token.filter(|next| !next.is_empty());
            match next {
                None => return Ok(pages),
                Some(next) if token.as_ref() == Some(&next) => {
                    return Err(incomplete(path, "a page leads back to itself".to_owned()));
                }
                next => token = next,
            }
        }
    }
}

/// The member `name` of a scope; `None` if it is absent or null.
fn member<T: DeserializeOwned>(
    path: &Path,
    scope: &BTreeMap<String, Box<RawValue>>,
    name: &str,
) -> Result<Option<T>, Error> {
    let member = scope.get(name).map(|member| serde_json::from_str::<Option<T>>(member.get()));
    member
        .transpose()
        .map(Option::flatten)
        .map_err(|error| Error::Decode { call: format!("GET {path}"), problem: error.to_string() })
}

fn whole(path: &Path, place: &str, warning: Option<Warning>) -> Result<(), Error> {
    match warning {
        Some(Warning { code, message }) if code != NOTHING_HERE => {
            Err(incomplete(path, format!("{place}: {code} {message}")))
        }
        _ => Ok(()),
    }
}

fn incomplete(path: &Path, problem: String) -> Error {
    Error::Incomplete { call: format!("GET {path}"), problem }
}
