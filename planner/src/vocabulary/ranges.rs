//! IP ranges: how they are parsed, and which of many lie inside another one or meet it. Numbers with leading zeros are refused: some
//! parsers read them as octal, and Google refuses them too.

use std::collections::BTreeMap;

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

/// The entries of `map` whose ranges lie inside `range`, in their order, without looking at the others.
pub fn inside<T>(map: &BTreeMap<Ipv4Net, T>, range: Ipv4Net) -> impl Iterator<Item = (&Ipv4Net, &T)> {
    // Ranges are ordered by their first address, then the broader one first.
    map.range(range.trunc()..=Ipv4Net::from(range.broadcast()))
        .filter(move |(other, _)| range.contains(*other))
}

/// The entries of `map` whose ranges have an address in common with `range`, in their order, without looking at the others. The host
/// bits of all ranges in `map` are zero.
pub fn meeting<T>(map: &BTreeMap<Ipv4Net, T>, range: Ipv4Net) -> impl Iterator<Item = (&Ipv4Net, &T)> {
    let broader = (0..range.prefix_len()).filter_map(move |length| {
        let broader = Ipv4Net::new(range.addr(), length).ok()?.trunc();
        map.get_key_value(&broader)
    });
    broader.chain(inside(map, range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_meet_are_found_as_if_all_were_looked_at() {
        // All ranges of the last four bits of an address, and some far away.
        let near =
            (28..=32).flat_map(|length| "10.0.0.16/28".parse::<Ipv4Net>().unwrap().subnets(length).unwrap());
        let far =
            ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/28", "10.0.0.32/28", "255.255.255.255/32", "0.0.0.0/32"];
        let far = far.map(|range| range.parse::<Ipv4Net>().unwrap());
        let all: Vec<Ipv4Net> = near.chain(far).collect();
        for left_out in 0..3 {
            let some = all.iter().enumerate().filter(|(index, _)| left_out == 0 || index % 3 != left_out);
            let map: BTreeMap<Ipv4Net, ()> = some.map(|(_, range)| (*range, ())).collect();
            for range in all.iter().chain(&["10.0.0.21/30".parse().unwrap()]) {
                let found = |found: &mut dyn Iterator<Item = (&Ipv4Net, &())>| -> Vec<Ipv4Net> {
                    found.map(|(range, ())| *range).collect()
                };
                let those = |holds: &dyn Fn(&Ipv4Net) -> bool| -> Vec<Ipv4Net> {
                    map.keys().copied().filter(holds).collect()
                };
                assert_eq!(
                    found(&mut inside(&map, *range)),
                    those(&|other| range.contains(other)),
                    "{range}"
                );
                let meets = |other: &Ipv4Net| range.contains(other) || other.contains(range);
                assert_eq!(found(&mut meeting(&map, *range)), those(&meets), "{range}");
            }
        }
    }

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
