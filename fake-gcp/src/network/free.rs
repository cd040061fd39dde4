//! Free blocks of a range.

use ipnet::Ipv4Net;

/// Whether two ranges have an address in common.
pub fn overlap(a: &Ipv4Net, b: &Ipv4Net) -> bool {
    a.contains(b) || b.contains(a)
}

/// The lowest free block of `range` with the given prefix length.
pub fn first_free(range: &Ipv4Net, prefix_len: u8, taken: &[Ipv4Net]) -> Option<Ipv4Net> {
    let mut taken: Vec<Ipv4Net> = taken.iter().copied().filter(|net| overlap(net, range)).collect();
    taken.sort_by_key(Ipv4Net::network);
    let blocks = range.subnets(prefix_len).ok()?;
    // Both run upwards: what ends before a block cannot overlap any later one.
    let mut next = 0;
    for block in blocks {
        while taken.get(next).is_some_and(|net| net.broadcast() < block.network()) {
            next += 1;
        }
        if !taken
            .iter()
            .skip(next)
            .take_while(|net| net.network() <= block.broadcast())
            .any(|net| overlap(net, &block))
        {
            return Some(block);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    #[test]
    fn finds_the_lowest_gap() {
        for (range, len, taken, want) in [
            ("10.0.0.0/22", 24, vec![], Some("10.0.0.0/24")),
            ("10.0.0.0/22", 24, vec!["10.0.0.0/24", "10.0.2.0/24"], Some("10.0.1.0/24")),
            ("10.0.0.0/22", 24, vec!["10.0.1.7/32", "10.0.0.0/25"], Some("10.0.2.0/24")),
            ("10.0.0.0/24", 24, vec!["10.0.0.9/32"], None),
            ("10.0.0.0/24", 24, vec!["10.0.0.0/8"], None),
            ("10.0.0.0/24", 23, vec![], None),
            ("10.0.0.0/30", 32, vec!["10.0.0.0/31"], Some("10.0.0.2/32")),
        ] {
            let taken: Vec<Ipv4Net> = taken.into_iter().map(net).collect();
            assert_eq!(first_free(&net(range), len, &taken), want.map(net), "{range} /{len} {taken:?}");
        }
    }
}
