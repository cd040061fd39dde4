//! What a migration makes for IPv6, and how each subnet stood before it: what the way back puts right.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::vocabulary::Purpose;

/// How a subnet stood before a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Before {
    /// There was none.
    Absent,
    /// The subnet had IPv4 only.
    Ipv4,
    /// The subnet had external IPv6 already.
    Dual,
}

/// How the subnets stood before a migration, by purpose. Written ahead of the first change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Made(BTreeMap<Purpose, Before>);

impl Made {
    /// How the subnet for `purpose` stood; `None` if that is not recorded, as the migration does not concern it.
    pub fn before(&self, purpose: Purpose) -> Option<Before> {
        self.0.get(&purpose).copied()
    }
}

impl FromIterator<(Purpose, Before)> for Made {
    fn from_iter<I: IntoIterator<Item = (Purpose, Before)>>(subnets: I) -> Self {
        Self(subnets.into_iter().collect())
    }
}

const WORDS: [(Before, &str); 3] =
    [(Before::Absent, "absent"), (Before::Ipv4, "IPV4_ONLY"), (Before::Dual, "IPV4_IPV6")];

/// The form `nodes=IPV4_ONLY,internal=absent,services=absent`.
impl fmt::Display for Made {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word =
            |before: &Before| WORDS.iter().find(|(known, _)| known == before).map_or("", |(_, word)| word);
        let parts: Vec<String> =
            self.0.iter().map(|(purpose, before)| format!("{}={}", purpose.as_str(), word(before))).collect();
        formatter.write_str(&parts.join(","))
    }
}

impl FromStr for Made {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let part = |part: &str| {
            let (purpose, before) = part.split_once('=').ok_or(())?;
            let purpose = Purpose::ALL.into_iter().find(|known| known.as_str() == purpose).ok_or(())?;
            let (before, _) = WORDS.into_iter().find(|(_, word)| *word == before).ok_or(())?;
            Ok((purpose, before))
        };
        text.split(',').filter(|text| !text.is_empty()).map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Before, Made};
    use crate::vocabulary::Purpose;

    #[test]
    fn what_is_written_is_read() {
        let text = "nodes=IPV4_ONLY,internal=IPV4_IPV6,services=absent";
        let made: Made = text.parse().unwrap();
        assert_eq!((made.to_string().as_str(), made.before(Purpose::Nodes)), (text, Some(Before::Ipv4)));
        assert_eq!("".parse(), Ok(Made::default()));
        for wrong in ["nodes", "nodes=ipv4", "vms=absent"] {
            assert_eq!(wrong.parse::<Made>(), Err(()), "{wrong}");
        }
    }
}
