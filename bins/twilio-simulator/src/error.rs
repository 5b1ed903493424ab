/// Why the simulator could not do what it was asked, before any webhook was sent. A webhook that fails is an
/// [`Exchange`](crate::Exchange) with warnings, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// `To` belongs to nobody.
    #[error("no account has the number {0:?}")]
    UnknownNumber(String),
    /// Nobody is told of what comes in there.
    #[error("the number {0:?} has no webhook for this")]
    NoWebhook(String),
    /// An account is there twice.
    #[error("the account {0:?} is there already")]
    AccountTwice(String),
    /// The webhook was lost on purpose.
    #[error("the webhook was lost")]
    Lost,
    /// Two accounts claim the same number.
    #[error("the number {0:?} belongs to an account already")]
    NumberTwice(String),
    /// A SID to repeat that Twilio would never have given.
    #[error("{given:?} is not a SID of the form {form}")]
    InvalidSid {
        /// What was given.
        given: String,
        /// What is expected.
        form: &'static str,
    },
    /// The webhook's address is none.
    #[error("the webhook URL {url:?} is not an http or https URL")]
    InvalidUrl {
        /// What was given.
        url: String,
    },
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}
