//! Free blocks of a range.

use ipnet::Ipv4Net;

use super::Blocks;

/// The lowest free block of `range` with the given prefix length: it overlaps none of `taken`.
pub fn first_free(range: &Ipv4Net, prefix_len: u8, taken: &[&Blocks]) -> Option<Ipv4Net> {
    let mut block = Ipv4Net::new(range.network(), prefix_len).ok()?;
    while range.contains(&block) {
        let Some(last) = taken.iter().filter_map(|taken| taken.run_over(&block)).max() else {
            return Some(block);
        };
        // What overlaps it overlaps all blocks up to its end.
        let end = u32::from(Ipv4Net::new(last.into(), prefix_len).ok()?.broadcast());
        block = Ipv4Net::new(end.checked_add(1)?.into(), prefix_len).ok()?;
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
            let (one, other) = taken.split_at(taken.len() / 2);
            let (one, other) = (one.iter().collect::<Blocks>(), other.iter().collect());
            let found = first_free(&net(range), len, &[&one, &other]);
            assert_eq!(found, want.map(net), "{range} /{len} {taken:?}");
        }
    }
}
