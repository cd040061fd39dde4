//! An explicit null is an absent field, and a null in a list or a map is an empty one: so Go reads, in which whoever else reads
//! and writes these documents is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// A field that is null or has a value.
pub fn is_absent<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// A list that is null or has members, each of which is null or has a value.
pub fn in_list<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<Vec<T>, D::Error> {
    Ok(in_optional_list(from)?.unwrap_or_default())
}

/// The same, where no list is not the same as an empty one.
pub fn in_optional_list<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let list: Option<Vec<Option<T>>> = Option::deserialize(from)?;
    Ok(list.map(|list| list.into_iter().map(Option::unwrap_or_default).collect()))
}

/// A map of strings that is null or has members, each of which is null or has a value.
pub fn in_map<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<BTreeMap<String, T>, D::Error> {
    let map: Option<BTreeMap<String, Option<T>>> = Option::deserialize(from)?;
    Ok(map.unwrap_or_default().into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect())
}
