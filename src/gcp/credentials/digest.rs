//! A digest of credentials: by it they are known again, and nothing of them can be told from it.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};

/// SHA-256 of all that counts of credentials.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `parts`; where one ends and the next begins counts.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a (impl AsRef<[u8]> + ?Sized + 'a)>) -> Self {
        let mut text = Vec::new();
        for part in parts {
            let part = part.as_ref();
            text.extend_from_slice(&(part.len() as u64).to_be_bytes());
            text.extend_from_slice(part);
        }
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(digest(&SHA256, &text).as_ref()) {
            *to = *from;
        }
        Self(bytes)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest")
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn every_part_counts_and_so_does_where_it_ends() {
        let all = [vec!["a", "b"], vec!["ab"], vec!["", "ab"], vec!["a", "c"], vec!["a"], vec!["a", "b", ""]];
        for (number, one) in all.iter().enumerate() {
            for (other_number, other) in all.iter().enumerate() {
                let same = Digest::of(one.iter().copied()) == Digest::of(other.iter().copied());
                assert_eq!(same, number == other_number, "{one:?} {other:?}");
            }
        }
    }
}
