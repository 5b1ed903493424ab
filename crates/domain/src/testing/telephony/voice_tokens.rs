use secrecy::SecretString;

use crate::ports::{VoiceGrant, VoiceTokens};

/// Access tokens that are not signed: whose they are and for how long.
#[derive(Debug, Default)]
pub struct PlainVoiceTokens;

impl VoiceTokens for PlainVoiceTokens {
    fn issue(&self, grant: &VoiceGrant) -> SecretString {
        let (identity, application) = (&grant.identity, &grant.application_sid);
        format!("voice {identity} {application} {}", grant.expires_at.timestamp()).into()
    }
}
