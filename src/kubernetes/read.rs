//! The decoding of an object whose content others write.
//!
//! It is decoded here: the client library writes what it cannot decode to the log, wholly, whatever stands in it.

use kube::api::{GetParams, Request};
use kube::client::Client;
use planner::text::{Excerpt, remark};
use serde::de::DeserializeOwned;

use super::Error;

/// The longest name of an object, in bytes.
const LONGEST_NAME: usize = 253;

/// Whether `text` can be the name of an object or a namespace, a subdomain as in RFC 1123. Any other text could lead to another path.
pub fn is_object_name(text: &str) -> bool {
    let end = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.len() <= LONGEST_NAME
        && bytes.first().is_some_and(end)
        && bytes.last().is_some_and(end)
        && bytes.iter().all(|byte| end(byte) || matches!(byte, b'-' | b'.'))
}

/// The object called `name` below `url`, the path of its collection. Errors call it `object`.
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

#[cfg(test)]
mod tests {
    use super::is_object_name;

    #[test]
    fn names_of_objects_are_no_paths() {
        for name in ["a", "cloudprovider", "0.a-b", &"x".repeat(253)] {
            assert!(is_object_name(name), "{name}");
        }
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "../a",
            "a?b",
            "a#b",
            "a%2fb",
            "a b",
            "a\nb",
            "-a",
            "a-",
            "A",
            "ä",
            &"x".repeat(254),
        ] {
            assert!(!is_object_name(name), "{name}");
        }
    }
}
