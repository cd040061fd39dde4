//! The other controllers: all that was ever stored of an Infrastructure must be such that they can decode it.

use std::collections::BTreeSet;
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
    /// Names of objects whose documents a test has written by hand.
    strangers: Mutex<BTreeSet<String>>,
}

impl Readers {
    /// Those who read in `seed`.
    pub(crate) fn of(seed: &MemorySeed) -> Self {
        Self { seed: seed.clone(), excused: Mutex::default(), strangers: Mutex::default() }
    }

    /// This state is not the controller's.
    pub(crate) fn excuse(&self, state: Value) {
        self.excused.lock().unwrap().push(state);
    }

    /// Nothing of the object called `name` is the controller's.
    pub(crate) fn excuse_all_of(&self, name: &str) {
        self.strangers.lock().unwrap().insert(name.to_owned());
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let (excused, strangers) = (self.excused.lock().unwrap(), self.strangers.lock().unwrap());
        for version in self.seed.versions(&crds::infrastructure()) {
            let name = version["metadata"]["name"].as_str().unwrap_or_default();
            if !strangers.contains(name) && !excused.contains(&version["status"]["state"]) {
                decode(&version).unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }
}
