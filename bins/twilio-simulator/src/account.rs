use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

/// A Twilio account as an account file describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// `AC…`, as the receiver knows it.
    pub account_sid: String,
    /// The key of the account's signatures.
    #[serde(deserialize_with = "secret")]
    pub auth_token: SecretString,
    /// What else opens the account's REST API, and signs access tokens.
    #[serde(default)]
    pub api_keys: Vec<ApiKey>,
    /// In E.164. A number belongs to one account.
    pub phone_numbers: Vec<String>,
    /// The numbers' webhook for incoming messages, until the REST API sets another.
    pub sms_url: Option<String>,
    /// The numbers' webhook for incoming calls, until the REST API sets another.
    pub voice_url: Option<String>,
}

/// A key of an account.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKey {
    /// `SK…`
    pub sid: String,
    /// What proves the key.
    #[serde(deserialize_with = "secret")]
    pub secret: SecretString,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}
