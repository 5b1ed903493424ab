use chrono::{DateTime, Utc};
use secrecy::SecretString;

/// Makes what a browser's phone shows Twilio.
pub trait VoiceTokens: Send + Sync {
    /// An access token for this grant, to be given to the person it names and to nobody else. Nobody can take one back; only
    /// deleting the API key ends it before its time.
    fn issue(&self, grant: &VoiceGrant) -> SecretString;
}

/// What a browser may do at Twilio: be called by its identity's name, and call through one application.
#[derive(Debug, Clone)]
pub struct VoiceGrant {
    /// `AC…`
    pub account_sid: String,
    /// `SK…`, of that account.
    pub api_key_sid: String,
    /// What the token is signed with.
    pub api_key_secret: SecretString,
    /// `AP…`
    pub application_sid: String,
    /// Who the browser is, in all of the account: letters, digits and `_`, 121 at most.
    pub identity: String,
    /// When it is made; whole seconds count.
    pub issued_at: DateTime<Utc>,
    /// When it ends: a day later at most, or Twilio refuses it. Whole seconds count.
    pub expires_at: DateTime<Utc>,
}
