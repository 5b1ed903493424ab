//! The parameters of Twilio's webhooks.
//!
//! Sources: <https://www.twilio.com/docs/messaging/guides/webhook-request>,
//! <https://www.twilio.com/docs/voice/twiml>. Twilio leaves geographic fields empty where it knows nothing, as here.

const API_VERSION: (&str, &str) = ("ApiVersion", "2010-04-01");

/// Twilio adds parameters without notice and signs them too. Whoever cannot bear this one could not bear those.
const UNANNOUNCED: (&str, &str) = ("UnannouncedParameter", "signed & unknown");

/// An incoming message without media. `NumSegments` is always 1.
pub(crate) fn sms(account_sid: &str, sid: &str, from: &str, to: &str, body: &str) -> Vec<(String, String)> {
    owned(&[
        ("ToCountry", ""),
        ("ToState", ""),
        ("SmsMessageSid", sid),
        ("NumMedia", "0"),
        ("ToCity", ""),
        ("FromZip", ""),
        ("SmsSid", sid),
        ("FromState", ""),
        ("SmsStatus", "received"),
        ("FromCity", ""),
        ("Body", body),
        ("FromCountry", ""),
        ("To", to),
        ("ToZip", ""),
        ("NumSegments", "1"),
        ("MessageSid", sid),
        ("AccountSid", account_sid),
        ("From", from),
    ])
}

/// An incoming call that nobody has answered.
pub(crate) fn call(account_sid: &str, sid: &str, from: &str, to: &str) -> Vec<(String, String)> {
    let mut params = owned(&[
        ("AccountSid", account_sid),
        ("CallSid", sid),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
        ("From", from),
        ("Caller", from),
        ("To", to),
        ("Called", to),
    ]);
    for end in ["From", "Caller", "To", "Called"] {
        for field in ["City", "State", "Zip", "Country"] {
            params.push((format!("{end}{field}"), String::new()));
        }
    }
    params
}

/// What every webhook has besides.
pub(crate) fn always() -> Vec<(String, String)> {
    owned(&[API_VERSION, UNANNOUNCED])
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}
