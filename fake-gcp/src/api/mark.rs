//! Page tokens: the place of an item in a list, from which on the next page goes.

use std::cmp::Reverse;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::reference::path_of;

/// The place of an item in a list, which a page token tells. It is there even if the item is not any more.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    /// Instant of its creation, where the list goes by it.
    created: Option<Reverse<String>>,
    /// Link of the item, unique within a list.
    pub(super) link: String,
}

impl Mark {
    /// The place of an item in a list that goes by names.
    pub(super) fn by_name(item: &Value) -> Self {
        Self { created: None, link: link(item) }
    }

    /// The place of an item in a list that goes by age.
    pub(super) fn newest_first(item: &Value) -> Self {
        let created = text(item, &["creationTimestamp", "insertTime"]);
        Self { created: Some(Reverse(created)), link: link(item) }
    }

    /// The token that tells the place.
    pub(super) fn token(self) -> String {
        let created = self.created.map(|created| format!("{} ", created.0)).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(created + &self.link)
    }

    /// Reads a token; 400 `invalid` if it is of another order, or of another list: `is_own` says of the path of a resource whether
    /// it can be one of the list.
    pub(super) fn read(
        token: &str,
        newest_first: bool,
        is_own: impl Fn(&str) -> bool,
    ) -> Result<Self, ApiError> {
        let mark = decode(token).map(|text| match text.split_once(' ') {
            Some((created, link)) => {
                Self { created: Some(Reverse(created.to_owned())), link: link.to_owned() }
            }
            None => Self { created: None, link: text },
        });
        let good = |mark: &Self| {
            mark.created.is_some() == newest_first
                && path_of(&mark.link, "").is_some_and(|path| is_own(&path))
        };
        mark.filter(good).ok_or_else(|| ApiError::invalid("pageToken", token, "The page token is not valid."))
    }
}

/// What is in a page token.
fn decode(token: &str) -> Option<String> {
    URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok())
}

/// The first of some fields that is a text; empty if none is.
pub(super) fn text(item: &Value, fields: &[&str]) -> String {
    fields.iter().find_map(|field| item.get(field)).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The item's self link, unique within a list.
pub(super) fn link(item: &Value) -> String {
    text(item, &["selfLink"])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_of_other_lists_are_refused() {
        let item =
            json!({"selfLink": "https://x/compute/v1/projects/p/global/routes/a", "creationTimestamp": "t"});
        let own = |path: &str| path.starts_with("projects/p/global/routes/");
        for (newest_first, mark) in [(false, Mark::by_name(&item)), (true, Mark::newest_first(&item))] {
            let token = mark.token();
            let read = Mark::read(&token, newest_first, own).unwrap();
            assert_eq!(read.link, link(&item));
            assert!(Mark::read(&token, !newest_first, own).is_err(), "another order");
            assert!(Mark::read(&token, newest_first, |_| false).is_err(), "another list");
        }
        for token in ["", "!", "eA"] {
            assert_eq!(Mark::read(token, false, |_| true).unwrap_err().reason, "invalid", "{token}");
        }
    }
}
