//! Reading one object whose content others write.
//!
//! It is decoded here: the client library writes what it cannot decode to the log, wholly, whatever stands in it.

use kube::api::{GetParams, Request};
use kube::client::Client;
use serde::de::DeserializeOwned;

use super::Error;
use crate::excerpt::{Excerpt, remark};

/// The object called `name` below `url`, the path of its collection; `object` is what errors call it.
///
/// # Errors
/// [`Error::Missing`], [`Error::Call`], or [`Error::NotUnderstood`] with the field.
pub(super) async fn read<T: DeserializeOwned>(
    client: &Client,
    url: String,
    name: &str,
    object: String,
) -> Result<T, Error> {
    let call = |source| Error::call("get", object.clone())(source);
    let request = Request::new(url).get(name, &GetParams::default());
    let request = request.map_err(|error| call(kube::Error::BuildRequest(error)))?;
    let text = client.request_text(request).await.map_err(call)?;
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let (field, problem) = (error.path().to_string(), remark(&error.inner().to_string()));
        Error::NotUnderstood { object: object.clone(), field: Excerpt(&field).to_string(), problem }
    })
}
