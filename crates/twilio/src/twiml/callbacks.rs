use switchboard_domain::ports::{CallProgress, RecordingEvent};

use super::Url;
use super::element::Element;

/// Who is told how a leg goes, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Requested by POST.
    pub url: Url,
    /// When; without any, only at the end.
    pub events: Vec<CallProgress>,
}

/// Who is told what becomes of a recording, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingCallback {
    /// Requested by POST.
    pub url: Url,
    /// When; without any, only when it can be fetched.
    pub events: Vec<RecordingEvent>,
}

impl Progress {
    pub(super) fn add_to(&self, element: Element) -> Element {
        element
            .attribute("statusCallback", &self.url)
            .words("statusCallbackEvent", self.events.iter().map(|event| event.as_str()))
    }
}

impl RecordingCallback {
    pub(super) fn add_to(&self, element: Element) -> Element {
        element
            .attribute("recordingStatusCallback", &self.url)
            .words("recordingStatusCallbackEvent", self.events.iter().map(|event| event.as_str()))
    }
}
