//! The other controllers: all that was ever stored of an Infrastructure must be such that they can decode it.

use std::sync::Mutex;

use landscape::crds;
use landscape::neighbours::decoding::decode;
use landscape::seed::MemorySeed;
use serde_json::Value;

/// Reads everything when it is dropped, and so at the end of each test.
pub(crate) struct Readers {
    seed: MemorySeed,
    /// States that a test has written by hand.
    excused: Mutex<Vec<Value>>,
}

impl Readers {
    /// Those who read in `seed`.
    pub(crate) fn of(seed: &MemorySeed) -> Self {
        Self { seed: seed.clone(), excused: Mutex::default() }
    }

    /// This state is not the controller's.
    pub(crate) fn excuse(&self, state: Value) {
        self.excused.lock().unwrap().push(state);
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let excused = self.excused.lock().unwrap();
        for version in self.seed.versions(&crds::infrastructure()) {
            if !excused.contains(&version["status"]["state"]) {
                decode(&version).unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }
}
