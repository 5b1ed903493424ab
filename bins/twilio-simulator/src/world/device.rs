//! What a browser is.

use crate::access_token::Grant;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

/// How many events are kept for a browser that does not read them.
const KEPT: usize = 200;

/// A registered browser.
#[derive(Clone, Debug)]
pub struct Device {
    /// Made here; Twilio has no name for it.
    pub id: String,
    /// What its token allows.
    pub grant: Grant,
    /// Whether it has been told that its token ended: it is no longer called.
    pub(super) has_expired: bool,
    events: VecDeque<(u64, DeviceEvent)>,
    next: u64,
}

/// What happens to a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DeviceEvent {
    /// Somebody calls.
    Incoming {
        /// The leg that rings here.
        call_sid: String,
        /// Who calls.
        from: String,
        /// Under which name.
        to: String,
        /// `<Parameter>`s of the `<Client>`, or those after the `?` of its address; as in the SDK, by name.
        parameters: BTreeMap<String, String>,
    },
    /// They need not answer any more.
    Cancel {
        /// Which call.
        call_sid: String,
    },
    /// The call is answered: by this browser, or by who was called from it.
    Accept {
        /// Which call.
        call_sid: String,
    },
    /// The call is over.
    Disconnect {
        /// Which call.
        call_sid: String,
    },
    /// Something is wrong.
    Error {
        /// Twilio's code.
        code: u32,
        /// For people.
        message: String,
    },
}

impl Device {
    /// When its token ends.
    pub fn expires(&self) -> DateTime<Utc> {
        self.grant.expires
    }

    pub(super) fn new(id: &str, grant: Grant) -> Self {
        Self { id: id.to_owned(), grant, has_expired: false, events: VecDeque::new(), next: 1 }
    }

    pub(super) fn tell(&mut self, event: DeviceEvent) {
        self.events.push_back((self.next, event));
        self.next += 1;
        if self.events.len() > KEPT {
            self.events.pop_front();
        }
    }

    pub(super) fn events_after(&self, after: u64) -> Vec<(u64, DeviceEvent)> {
        self.events.iter().filter(|(number, _)| *number > after).cloned().collect()
    }
}
