//! The closed list of ways in which a request can fail. What each becomes on the wire is the server's matter.

use std::time::Duration;

use chrono::{DateTime, Utc};
use switchboard_events::UserId;
use thiserror::Error;

use crate::access::Role;
use crate::calls::CallState;
use crate::ports::{PasswordError, StoreError, TelephonyError, TwilioRefusal, VaultError};

/// Why a request could not be done. Another organisation's thing is [`Error::NotFound`], never a refusal:
/// its existence is nobody else's business.
#[derive(Debug, Error)]
pub enum Error {
    /// The request is well-formed but breaks rules; all of them are listed.
    #[error("the request breaks {} rule(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// Nobody is signed in, or no longer.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// Signed in, but the role does not allow it.
    #[error("this needs the role {needed}")]
    Forbidden {
        /// The smallest role that may.
        needed: Role,
    },
    /// The organisation has been switched off.
    #[error("this organization is inactive")]
    InactiveOrganization,
    /// New organisations cannot be registered here.
    #[error("registration is closed")]
    RegistrationClosed,
    /// There is no such thing in this organisation.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Something of that name exists already.
    #[error("this {0} is already taken")]
    Taken(&'static str),
    /// The address belongs to a user of the organisation, who may be inactive or invited.
    #[error("somebody with this e-mail address is in your organization already: look among the users")]
    AlreadyMember,
    /// The link of an invitation does not count: it was never made, was used or withdrawn, or is too old.
    #[error("this invitation does not count any more: ask who invited you for a new link")]
    InvitationEnded,
    /// Somebody else has the call.
    #[error("{} already took this call", .by.name)]
    AlreadyAccepted {
        /// Who was first.
        by: Person,
    },
    /// Somebody else goes on changing what was to be changed.
    #[error("somebody else changed this meanwhile: look at it again")]
    ChangedMeanwhile,
    /// The call is over.
    #[error("this call has ended")]
    CallEnded,
    /// That cannot be done with a call that is where this one is.
    #[error("this call is {}: that cannot be done with it now", .0.as_str())]
    WrongState(CallState),
    /// They want no texts.
    #[error("they want no texts from this number")]
    OptedOut {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// On WhatsApp, nobody may be written to freely who has not written for a day.
    #[error("they have not written on WhatsApp for 24 hours: only an agreed template may be sent")]
    OutsideWindow {
        /// Since when; none if they never wrote there.
        since: Option<DateTime<Utc>>,
    },
    /// The message is on its way.
    #[error("this message is on its way already")]
    AlreadySent,
    /// The organisation uploaded as much as it may within a day.
    #[error("as much was uploaded as may be within a day, try again tomorrow")]
    NoRoom,
    /// Too many tries.
    #[error("too many attempts, try again in {} s", .retry_after.as_secs())]
    Throttled {
        /// When it is worth trying again.
        retry_after: Duration,
    },
    /// The organisation has not set up at Twilio what this needs.
    #[error("Twilio is not set up for this")]
    NotConfigured,
    /// Twilio refused what the caller gave for it.
    #[error("Twilio refused it: {}", .refusal.message)]
    RefusedByTwilio {
        /// What was given, if it can be told.
        field: Option<&'static str>,
        /// Twilio's words.
        refusal: TwilioRefusal,
    },
    /// Twilio did not do what it was asked to.
    #[error("could not get it done at Twilio")]
    Twilio(#[source] TelephonyError),
    /// The settings are saved, and Twilio does not know yet where to announce calls and texts.
    #[error("the settings are saved, but their webhooks could not be set at Twilio: save again")]
    WebhooksNotSet(#[source] TelephonyError),
    /// What was sealed stays closed.
    #[error("could not open a sealed secret")]
    Vault(#[from] VaultError),
    /// The database did not answer as it should.
    #[error("could not use the database")]
    Store(#[source] StoreError),
    /// No password could be checked now.
    #[error("could not check the password")]
    Passwords(#[from] PasswordError),
}

/// One rule broken by one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field as the client named it.
    pub field: String,
    /// What is wrong with it, in words for people.
    pub message: String,
}

/// A member of the team, as others may name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// Their full name.
    pub name: String,
}

impl Error {
    /// One broken rule.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(what) => Error::Taken(what),
            other => Error::Store(other),
        }
    }
}
