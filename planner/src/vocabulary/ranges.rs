//! Parsing of IP ranges. Numbers with leading zeros are refused: some parsers read them as octal, and Google refuses them too.

use ipnet::{IpNet, Ipv4Net};

/// Parses an IPv4 range.
///
/// # Errors
/// The reason, for people.
pub fn ipv4(text: &str) -> Result<Ipv4Net, String> {
    let range: Ipv4Net = text.parse().map_err(|error: ipnet::AddrParseError| error.to_string())?;
    if range.to_string() == text { Ok(range) } else { Err("its numbers have leading zeros".to_owned()) }
}

/// Parses a range of either family.
///
/// # Errors
/// The reason, for people.
pub fn any(text: &str) -> Result<IpNet, String> {
    match text.parse() {
        Ok(IpNet::V4(_)) => ipv4(text).map(IpNet::V4),
        Ok(range) => Ok(range),
        Err(error) => Err(error.to_string()),
    }
}

/// Parses an IPv4 range whose host bits are zero. Set host bits are a typing mistake that Google would refuse later.
///
/// # Errors
/// The reason, for people.
pub fn canonical(text: &str) -> Result<Ipv4Net, String> {
    let range = ipv4(text)?;
    if range.trunc() == range {
        Ok(range)
    } else {
        Err(format!("its host bits are not zero, write {}", range.trunc()))
    }
}

/// Whether `text` is an IPv4 address without leading zeros.
pub fn is_address(text: &str) -> bool {
    ipv4(&format!("{text}/32")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_spelt_in_one_way() {
        for text in ["10.250.0.0/16", "0.0.0.0/0", "100.96.0.0/11"] {
            assert!(canonical(text).is_ok() && any(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "x",
            "010.250.0.0/16",
            "10.250.0.0",
            "10.250.0.0/016",
            "10.250.0.0/33",
            " 10.0.0.0/8",
            "2600::/64",
        ] {
            assert!(ipv4(text).is_err(), "{text}");
        }
        assert_eq!(
            canonical("10.250.0.1/16").unwrap_err(),
            "its host bits are not zero, write 10.250.0.0/16"
        );
        assert!(any("2600:1900::1/64").is_ok() && any("010.0.0.0/8").is_err());
        assert!(is_address("203.0.113.1") && !is_address("203.0.113.01") && !is_address("203.0.113.1/32"));
    }
}
