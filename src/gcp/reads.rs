//! Reads of one object and of whole lists, whatever the kind: the path, the filter and the shape are the caller's.
//!
//! A read says `None` only if the API itself said that the object does not exist. A list is whole or an error.

use std::collections::BTreeSet;

use planner::vocabulary::Region;
use serde::de::DeserializeOwned;

use super::call::Patience;
use super::client::Compute;
use super::error::Error;
use super::filter::Filter;
use super::mutation::Scope;
use super::path::Path;
use super::types::{Quota, Quotas, ResourceUrl};

pub use super::list::Extent;
use planner::text::Excerpt;

/// A selection of items and fields of a list; by default everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The filter for items; `None`: all items.
    pub filter: Option<Filter>,
    /// The field mask from the list's root, with `nextPageToken`, `unreachables` and `warning` in it; `None`: all fields.
    pub fields: Option<&'static str>,
    /// Further parameters, which some lists demand.
    pub more: Vec<(&'static str, String)>,
}

impl Query {
    /// The selection of the items that match `filter`, with all their fields.
    pub fn of(filter: Filter) -> Self {
        Self { filter: Some(filter), ..Self::default() }
    }

    /// The parameters of a call. Those for one region keep places that do not answer from failing the list.
    fn parameters(&self, extent: Extent<'_>) -> Vec<(&'static str, &str)> {
        let partial = match extent {
            Extent::Everywhere => None,
            // Without it, Google may refuse a whole list because of one place.
            Extent::Region(_) => Some(("returnPartialSuccess", "true")),
        };
        let fields = self.fields.map(|fields| ("fields", fields));
        let filter = self.filter.as_ref().map(|filter| ("filter", filter.as_str()));
        let more = self.more.iter().map(|(name, value)| (*name, value.as_str()));
        fields.into_iter().chain(filter).chain(partial).chain(more).collect()
    }
}

impl Compute {
    /// The URL of a network of this project, as the API takes it.
    pub fn network_url(&self, network: &str) -> ResourceUrl {
        ResourceUrl(format!("projects/{}/global/networks/{network}", self.caller.project))
    }

    /// The object at `path`; `None` if it does not exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn get<T: DeserializeOwned>(&self, path: &Path) -> Result<Option<T>, Error> {
        self.caller.find(path).await
    }

    /// All items of the list at `path`, which is global or of one region or zone.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn list<T: DeserializeOwned>(&self, path: &Path, query: &Query) -> Result<Vec<T>, Error> {
        self.caller.list(path, &query.parameters(Extent::Everywhere), Patience::Retry).await
    }

    /// All items of `collection` within `extent`: one list over all scopes. Of one region it can be had while others do not answer.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn aggregated<T: DeserializeOwned>(
        &self,
        collection: &'static str,
        query: &Query,
        extent: Extent<'_>,
    ) -> Result<Vec<T>, Error> {
        self.caller.aggregated(collection, &query.parameters(extent), extent).await
    }

    /// The filter for objects of a network of this project.
    ///
    /// # Errors
    /// [`Error::Name`] if it can be no name.
    pub fn of_network(&self, network: &str) -> Result<Filter, Error> {
        let call = || format!("lists of what is in network {}", Excerpt(network));
        let filter = Filter::of_network(&self.caller.project, network);
        filter.map_err(|problem| Error::Name { call: call(), problem })
    }

    /// The part of `permissions` that the credentials have on the object at `path`, which must exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn permissions(
        &self,
        path: &Path,
        permissions: &BTreeSet<&'static str>,
    ) -> Result<BTreeSet<String>, Error> {
        self.caller.permissions(&path.clone().word("testIamPermissions"), permissions, Patience::Retry).await
    }

    /// The quotas of the project alone.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn project_quotas(&self) -> Result<Vec<Quota>, Error> {
        let call = self.caller.get(&Path::project(), &[("fields", "quotas")])?;
        Ok(self.caller.fetch::<Quotas>(&call, Patience::Retry).await?.quotas)
    }

    /// The quotas of the project and of a region.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn quotas(&self, region: &Region) -> Result<Vec<Quota>, Error> {
        let fields = [("fields", "quotas")];
        let project: Quotas =
            self.caller.fetch(&self.caller.get(&Path::project(), &fields)?, Patience::Once).await?;
        let region = self.caller.get(&Scope::Region(region.clone()).path(), &fields)?;
        let region: Quotas = self.caller.fetch(&region, Patience::Once).await?;
        Ok(project.quotas.into_iter().chain(region.quotas).collect())
    }
}
