use super::World;
use chrono::{DateTime, Utc};

/// How many alerts are remembered.
const KEPT: usize = 200;

/// An entry of Twilio's debugger that is about no webhook.
#[derive(Clone, Debug)]
pub struct Alert {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose it is.
    pub account_sid: String,
    /// What it is about.
    pub sid: String,
    /// <https://www.twilio.com/docs/api/errors>
    pub code: u32,
    /// For people.
    pub message: String,
}

impl World {
    /// Writes something into Twilio's debugger.
    pub(crate) fn alert(&mut self, account_sid: &str, sid: &str, code: u32, message: impl Into<String>) {
        if self.alerts.len() == KEPT {
            self.alerts.pop_front();
        }
        let (account_sid, sid) = (account_sid.to_owned(), sid.to_owned());
        self.alerts.push_back(Alert { at: self.now, account_sid, sid, code, message: message.into() });
    }

    /// Writes something about a call into Twilio's debugger.
    pub(super) fn alert_call(&mut self, call_sid: &str, code: u32, message: impl Into<String>) {
        self.alert(&self.account_of(call_sid), call_sid, code, message);
    }
}
