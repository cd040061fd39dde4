//! The question which permissions the credentials have, that several APIs answer in the same way.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::call::{Caller, Patience};
use super::error::Error;
use super::path::Path;

#[derive(Deserialize)]
struct Held {
    /// Absent if there are none.
    #[serde(default)]
    permissions: BTreeSet<String>,
}

impl Caller {
    /// The part of `permissions` that the credentials have, as the method at `path` says. It changes nothing, and may be sent again.
    pub(super) async fn permissions(
        &self,
        path: &Path,
        permissions: &BTreeSet<&'static str>,
        patience: Patience,
    ) -> Result<BTreeSet<String>, Error> {
        let body = Bytes::from(json!({ "permissions": permissions }).to_string());
        let call = self.call(Method::POST, path, &[], body, true)?;
        Ok(self.fetch::<Held>(&call, patience).await?.permissions)
    }
}
