use crate::calls::CallState;

/// A step of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Somebody takes it.
    Claim,
    /// Whoever took it did not get through.
    Release,
    /// Customer and agent hear each other.
    Connect,
    /// It rings again, for a colleague.
    HandOver,
    /// Phones ring for it, or it goes to a phone.
    Forward,
    /// The caller may leave a message.
    TakeMessage,
    /// It is over.
    End,
}

/// Every step, the states that it leaves, and the one that it leads to.
pub const TABLE: [(Step, &[CallState], CallState); 7] = [
    (Step::Claim, &[CallState::Ringing], CallState::Claimed),
    (Step::Release, &[CallState::Claimed], CallState::Ringing),
    (Step::Connect, &[CallState::Claimed, CallState::Dialing], CallState::Connected),
    (Step::HandOver, &[CallState::Connected], CallState::Ringing),
    (Step::Forward, &[CallState::Ringing, CallState::Connected], CallState::Forwarded),
    (Step::TakeMessage, &[CallState::Ringing, CallState::Forwarded], CallState::Voicemail),
    (
        Step::End,
        &[
            CallState::Dialing,
            CallState::Ringing,
            CallState::Claimed,
            CallState::Connected,
            CallState::Forwarded,
            CallState::Voicemail,
        ],
        CallState::Ended,
    ),
];
