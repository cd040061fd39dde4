//! Deserialization of explicit nulls the way Go does it: a null field is an absent one, a null in a list or map an empty value.
//! The other controllers that read and write these documents are written in Go.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// Deserializes a field; null becomes its default value.
pub fn is_absent<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Deserializes a list; null becomes an empty list, and a null in it the default value.
pub fn in_list<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<Vec<T>, D::Error> {
    Ok(in_optional_list(from)?.unwrap_or_default())
}

/// Deserializes a list like [`in_list`], but keeps null apart from an empty list.
pub fn in_optional_list<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let list: Option<Vec<Option<T>>> = Option::deserialize(from)?;
    Ok(list.map(|list| list.into_iter().map(Option::unwrap_or_default).collect()))
}

/// Deserializes a map; null becomes an empty map, and a null in it the default value.
pub fn in_map<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<BTreeMap<String, T>, D::Error> {
    let map: Option<BTreeMap<String, Option<T>>> = Option::deserialize(from)?;
    Ok(map.unwrap_or_default().into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect())
}
