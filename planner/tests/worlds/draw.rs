//! Randomness by feature: each feature of a world has a generator of its own, so that a world without one feature is otherwise the same.

use std::collections::BTreeSet;

/// A generator of random numbers (SplitMix64), which is the same on every machine and in every version.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The generator for `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number from 0 to `end` - 1.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap();
        usize::try_from(self.number() % end).unwrap()
    }

    /// Whether something happens that does in `percent` of all cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// The draw of one world: its seed, the features that it shall not have, and those that it got.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    seed: u64,
    without: BTreeSet<String>,
    got: Vec<String>,
}

impl Draw {
    /// The draw of the world `seed`, without some of its features.
    pub(crate) fn new(seed: u64, without: BTreeSet<String>) -> Self {
        Self { seed, without, got: Vec::new() }
    }

    /// The generator for what `feature` is like, if the world has it, which `percent` of all worlds do.
    pub(crate) fn feature(&mut self, feature: &str, percent: usize) -> Option<Random> {
        let mut random = self.random(feature);
        let has = random.chance(percent) && !self.without.contains(feature);
        if has {
            self.got.push(feature.to_owned());
        }
        has.then_some(random)
    }

    /// The generator for what every world has.
    pub(crate) fn random(&self, what: &str) -> Random {
        let mut hash = Random(self.seed);
        let start = hash.number();
        let mixed = what.bytes().fold(start, |hash, byte| Random(hash ^ u64::from(byte)).number());
        Random::new(mixed)
    }

    /// The features that the world got.
    pub(crate) fn got(&self) -> &[String] {
        &self.got
    }

    /// The same draw without one more feature.
    pub(crate) fn less(&self, feature: &str) -> Self {
        let mut without = self.without.clone();
        without.insert(feature.to_owned());
        Self::new(self.seed, without)
    }

    /// The command that draws this world once more, with these options beside.
    pub(crate) fn command(&self, options: &str) -> String {
        let without: Vec<&str> = self.without.iter().map(String::as_str).collect();
        let without =
            if without.is_empty() { String::new() } else { format!(" WITHOUT={}", without.join(",")) };
        format!("make worlds {options}SEED={}{without}", self.seed)
    }
}
