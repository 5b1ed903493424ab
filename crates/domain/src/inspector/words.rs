//! The words that webhooks are sorted by.

/// What Twilio asks or tells: the end of the webhook's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WebhookKind {
    /// A call came in, or a browser calls in for one.
    Voice,
    /// A caller waits in the queue.
    Wait,
    /// A caller left the queue.
    QueueResult,
    /// The organisation's phones have rung, or a message was left.
    VoicemailRedirect,
    /// Somebody picked up one of the organisation's phones.
    Screening,
    /// A call moved on.
    CallStatus,
    /// Something happened in a call's conference.
    ConferenceStatus,
    /// A recording is there.
    Recording,
    /// A message was written down.
    Transcription,
    /// A text came in.
    Sms,
    /// A message that was sent moved on.
    SmsStatus,
}

impl WebhookKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Voice,
        Self::Wait,
        Self::QueueResult,
        Self::VoicemailRedirect,
        Self::Screening,
        Self::CallStatus,
        Self::ConferenceStatus,
        Self::Recording,
        Self::Transcription,
        Self::Sms,
        Self::SmsStatus,
    ];

    /// Its name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Wait => "wait",
            Self::QueueResult => "queue-result",
            Self::VoicemailRedirect => "voicemail-redirect",
            Self::Screening => "screening",
            Self::CallStatus => "call-status",
            Self::ConferenceStatus => "conference-status",
            Self::Recording => "recording",
            Self::Transcription => "transcription",
            Self::Sms => "sms",
            Self::SmsStatus => "sms-status",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// What an organisation's tokens say of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureVerdict {
    /// It was made with the token that counts.
    Valid,
    /// It was made with the token before that one, which counts for a day.
    ValidByReplaced,
    /// It is wrong, and let in: the organisation was only observed.
    Observed,
    /// It is wrong.
    Wrong,
    /// There was none.
    Missing,
}

impl SignatureVerdict {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Valid, Self::ValidByReplaced, Self::Observed, Self::Wrong, Self::Missing];

    /// Its name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::ValidByReplaced => "valid_replaced",
            Self::Observed => "observed",
            Self::Wrong => "wrong",
            Self::Missing => "missing",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// Whether it was right.
    pub fn is_right(self) -> bool {
        matches!(self, Self::Valid | Self::ValidByReplaced)
    }
}

/// How a webhook ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Handled,
    /// There was nothing to do: it is about nothing of the organisation's.
    Ignored,
    /// It was turned away.
    Refused,
    /// It could not be done then.
    Failed,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Handled, Self::Ignored, Self::Refused, Self::Failed];

    /// Its name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::Ignored => "ignored",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}
