/// Why Twilio's REST API says no. Codes: <https://www.twilio.com/docs/api/errors>.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Twilio's error code.
    pub code: u32,
    /// For people.
    pub message: String,
}

impl Refusal {
    /// A request that cannot be carried out.
    pub fn bad_request(code: u32, message: impl Into<String>) -> Self {
        Self { status: 400, code, message: message.into() }
    }

    /// A request that comes too early or too late.
    pub fn conflict(code: u32, message: impl Into<String>) -> Self {
        Self { status: 409, code, message: message.into() }
    }

    /// The account has no such thing, whether or not another has.
    pub fn not_found(what: &str) -> Self {
        Self { status: 404, code: 20404, message: format!("The requested resource {what} was not found") }
    }
}
