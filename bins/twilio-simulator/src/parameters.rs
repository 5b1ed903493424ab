//! The parameters of Twilio's webhooks.
//!
//! Sources: <https://www.twilio.com/docs/messaging/guides/webhook-request>,
//! <https://www.twilio.com/docs/voice/twiml>. Twilio leaves geographic fields empty where it knows nothing, as here.

use crate::world::{CallStatus, Direction, Magic, Message, MessageStatus};
use chrono::{DateTime, Utc};

/// Names and values, in the order of the wire.
pub(crate) type Parameters = Vec<(String, String)>;

const API_VERSION: (&str, &str) = ("ApiVersion", "2010-04-01");

/// Twilio adds parameters without notice and signs them too. Whoever cannot bear this one could not bear those.
const UNANNOUNCED: (&str, &str) = ("UnannouncedParameter", "signed & unknown");

/// An incoming message. Its media are at `base_url`.
pub(crate) fn sms(message: &Message, base_url: &str) -> Parameters {
    let from = message.from.as_deref().unwrap_or_default();
    let sid = message.sid.as_str();
    let (media, segments) = (message.media.len().to_string(), message.segments().to_string());
    let mut params = owned(&[
        ("ToCountry", ""),
        ("ToState", ""),
        ("SmsMessageSid", sid),
        ("NumMedia", &media),
        ("ToCity", ""),
        ("FromZip", ""),
        ("SmsSid", sid),
        ("FromState", ""),
        ("SmsStatus", "received"),
        ("FromCity", ""),
        ("Body", &message.body),
        ("FromCountry", ""),
        ("To", &message.to),
        ("ToZip", ""),
        ("NumSegments", &segments),
        ("MessageSid", sid),
        ("AccountSid", &message.account_sid),
        ("From", from),
    ]);
    for (n, medium) in message.media.iter().enumerate() {
        params.push((format!("MediaContentType{n}"), medium.content_type.clone()));
        params.push((format!("MediaUrl{n}"), format!("{base_url}{}", message.media_path(&medium.sid))));
    }
    if let Some(service) = &message.messaging_service_sid {
        params.push(("MessagingServiceSid".to_owned(), service.clone()));
    }
    if let Some(number) = from.strip_prefix("whatsapp:") {
        params.extend(owned(&[("ProfileName", "A WhatsApp user"), ("WaId", number.trim_start_matches('+'))]));
    }
    params
}

/// A message that was sent has moved on.
pub(crate) fn message_status(message: &Message, now: DateTime<Utc>) -> Parameters {
    let status = message.status.as_str();
    let mut params = owned(&[
        ("SmsSid", message.sid.as_str()),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("To", &message.to),
        ("MessageSid", &message.sid),
        ("AccountSid", &message.account_sid),
        ("From", message.from.as_deref().unwrap_or_default()),
    ]);
    let mut add = |name: &str, value: String| params.push((name.to_owned(), value));
    if let Some(service) = &message.messaging_service_sid {
        add("MessagingServiceSid", service.clone());
    }
    if let Some(code) = message.error_code {
        add("ErrorCode", code.to_string());
    }
    if message.is_whatsapp() {
        add("ChannelPrefix", "whatsapp".to_owned());
        add("ChannelToAddress", message.to.clone());
        if matches!(message.status, MessageStatus::Delivered | MessageStatus::Read) {
            add("EventType", status.to_ascii_uppercase());
        }
        if let Some(reason) = message.error_code.and_then(Magic::message_for) {
            add("ChannelStatusMessage", reason.to_owned());
        }
    } else if matches!(message.status, MessageStatus::Delivered | MessageStatus::Undelivered) {
        add("RawDlrDoneDate", now.format("%y%m%d%H%M").to_string());
    }
    params
}

/// A call, as it stands.
pub(crate) fn call(
    account_sid: &str,
    sid: &str,
    from: &str,
    to: &str,
    status: CallStatus,
    direction: Direction,
) -> Parameters {
    let mut params = owned(&[
        ("AccountSid", account_sid),
        ("CallSid", sid),
        ("CallStatus", status.as_str()),
        ("Direction", direction.as_str()),
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
pub(crate) fn always() -> Parameters {
    owned(&[API_VERSION, UNANNOUNCED])
}

pub(crate) fn owned(pairs: &[(&str, &str)]) -> Parameters {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}
