//! Events of an Infrastructure, as `kubectl describe` shows them.

use kube::Resource;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};

use super::{Error, Seed};
use crate::api::infrastructure::{Infrastructure, infrastructure_resource};

/// The longest text that the API takes, in bytes.
const TEXT_LIMIT: usize = 1024;

/// Writes events; what is repeated within minutes is counted, not written again.
pub struct Events {
    recorder: Recorder,
}

impl Events {
    /// Events on `seed`, reported by `controller`.
    pub fn new(seed: &Seed, controller: &str) -> Self {
        let reporter = Reporter { controller: controller.to_owned(), instance: None };
        Self { recorder: Recorder::new(seed.client.clone(), reporter) }
    }

    /// Writes an event about `infrastructure`.
    ///
    /// # Errors
    /// [`Error::Call`] and its kin.
    pub async fn publish(
        &self,
        infrastructure: &Infrastructure,
        warning: bool,
        reason: &str,
        text: &str,
    ) -> Result<(), Error> {
        let event = Event {
            type_: if warning { EventType::Warning } else { EventType::Normal },
            reason: reason.to_owned(),
            note: Some(cut(text)),
            action: "Reconcile".to_owned(),
            secondary: None,
        };
        let about = infrastructure.object_ref(&infrastructure_resource());
        let object = format!("an event of Infrastructure {}", about.name.clone().unwrap_or_default());
        self.recorder.publish(&event, &about).await.map_err(Error::call("write", object))
    }
}

/// At most [`TEXT_LIMIT`] bytes, cut between characters.
fn cut(text: &str) -> String {
    let fits = |(at, character): &(usize, char)| at + character.len_utf8() <= TEXT_LIMIT;
    text.char_indices().take_while(fits).map(|(_, character)| character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"ä".repeat(600)).len(), 1024);
        assert_eq!(cut(&format!("a{}", "ä".repeat(600))).len(), 1023);
    }
}
