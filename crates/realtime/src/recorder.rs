use std::mem;

use chrono::{DateTime, Utc};
use switchboard_domain::calls::Told;
use switchboard_domain::log::LogEntry;

/// How much may wait to be noted, while the database is slow or away: what is more is not noted.
const MOST: usize = 1_000;

/// Keeps in mind what went out to the screens, until it is noted in the timelines of those calls and messages. One write
/// runs at a time.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// Twilio's ids of what came in, and is about to go out.
    announced: Vec<String>,
    /// How many who asked were answered with them.
    answered: usize,
    told: Vec<Told>,
    is_writing: bool,
}

impl Recorder {
    /// These are about to go out.
    pub(crate) fn expect(&mut self, entries: &[LogEntry]) {
        self.announced.extend(entries.iter().filter_map(LogEntry::announces));
    }

    /// So many screens that asked were answered with them.
    pub(crate) fn answered(&mut self, screens: usize) {
        self.answered += screens;
    }

    /// Now they did, to so many sockets too; what is to be noted, if nothing is being written.
    pub(crate) fn went_out(&mut self, at: DateTime<Utc>, sockets: usize) -> Option<Vec<Told>> {
        let screens = sockets + mem::take(&mut self.answered);
        let told = self.announced.drain(..).map(|sid| Told { sid, at, screens });
        if screens > 0 {
            self.told.extend(told);
            self.told.truncate(MOST);
        }
        if self.is_writing || self.told.is_empty() {
            return None;
        }
        self.is_writing = true;
        Some(mem::take(&mut self.told))
    }

    /// What was to be written is, or never will be.
    pub(crate) fn wrote(&mut self) {
        self.is_writing = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sms(sid: &str) -> LogEntry {
        let payload = format!(
            r#"{{"messageSid":"{sid}","from":"a","to":"b","body":"","contactName":null,"leadId":null,"contactId":null,"timestamp":"t"}}"#
        );
        let name = "incoming-sms".to_owned();
        LogEntry { seq: 1, name, payload, occurred_at: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn what_went_out_is_noted_once_and_one_write_at_a_time() {
        let mut recorder = Recorder::default();
        let now = DateTime::UNIX_EPOCH;
        let sids =
            |told: Option<Vec<Told>>| told.map(|told| told.into_iter().map(|it| it.sid).collect::<Vec<_>>());
        recorder.expect(&[sms("SM0")]);
        assert_eq!(recorder.went_out(now, 0), None, "nobody was there");
        recorder.expect(&[sms("SM1"), LogEntry { name: "call-ended".to_owned(), ..sms("SM0") }]);
        assert_eq!(sids(recorder.went_out(now, 3)), Some(vec!["SM1".to_owned()]));
        recorder.expect(&[sms("SM2")]);
        assert_eq!(recorder.went_out(now, 3), None, "one is being written");
        recorder.expect(&[sms("SM3")]);
        recorder.wrote();
        assert_eq!(sids(recorder.went_out(now, 3)), Some(vec!["SM2".to_owned(), "SM3".to_owned()]));
        recorder.expect(&vec![sms("SM4"); 2 * MOST]);
        assert_eq!(recorder.went_out(now, 3), None);
        recorder.wrote();
        assert_eq!(recorder.went_out(now, 3).map(|told| told.len()), Some(MOST));
    }
}
