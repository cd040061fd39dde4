//! Names as Google takes them: labels of RFC 1035, which are also what may become a part of a URL.

/// The longest name that Compute takes, in characters.
pub const LONGEST_NAME: usize = 63;
/// Whether `text` is a label of RFC 1035, as Compute names everything: networks, routers, addresses, VMs, zones, regions.
pub fn is_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= LONGEST_NAME
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_google_takes() {
        for name in ["a", "shoot--p--a", "europe-west1", "a-0", &"x".repeat(63)] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "",
            "-a",
            "a-",
            "0a",
            "A",
            "a_b",
            "a.b",
            "a/b",
            "..",
            ".",
            "a b",
            "a%2Fb",
            "ä",
            "a\n",
            "projects/h/global/networks/x",
            &"x".repeat(64),
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
