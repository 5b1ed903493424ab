use switchboard_domain::ports::RecordingEvent;

use super::element::Element;
use super::{RecordingCallback, Url};

/// How to record the caller. Without `action` Twilio would request the current document again, for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Requested when the recording ends.
    pub action: Url,
    /// The key that ends it.
    pub finish_on_key: char,
    /// In seconds.
    pub max_length: u32,
    /// Whether a beep comes first.
    pub play_beep: bool,
    /// Told `completed` or `absent`: the only trustworthy word on whether there is a recording.
    pub recording_status_callback: Url,
    /// Seconds of silence that end it.
    pub timeout: u32,
    /// Told what was said, in writing, if anybody is to write it down.
    pub transcribe_callback: Option<Url>,
}

impl Record {
    pub(super) fn element(&self) -> Element {
        let callback = RecordingCallback {
            url: self.recording_status_callback.clone(),
            events: vec![RecordingEvent::Completed, RecordingEvent::Absent],
        };
        let element = Element::new("Record")
            .attribute("action", &self.action)
            .attribute("finishOnKey", self.finish_on_key)
            .attribute("maxLength", self.max_length)
            .attribute("playBeep", self.play_beep)
            .attribute("timeout", self.timeout)
            .optional("transcribe", self.transcribe_callback.as_ref().map(|_| true))
            .optional("transcribeCallback", self.transcribe_callback.as_ref());
        callback.add_to(element)
    }
}
