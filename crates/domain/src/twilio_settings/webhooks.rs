use switchboard_events::{CallId, MessageId, OrgId};

use crate::phone::PhoneNumber;
use crate::ports::{ApplicationWebhooks, NumberWebhooks, ServiceWebhooks, Webhook};

// Connection overrides: <https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>. Without them Twilio tries
// once more only if it does not get through, and gives up on an answer that takes 15 s or is a 5xx. Everything here may come
// twice, so it may be asked twice. Fragments never reach us, nor the signature.

/// Somebody hears nothing until we answer, and 15 s is all that Twilio allows for everything: try briefly, once more.
const VOICE: &str = "#ct=2000&rt=5000&rc=1&rp=ct,rt,5xx";
/// The last try before the caller hears an error: as patient as there is time left.
const VOICE_FALLBACK: &str = "#ct=3000&rt=9000&rc=0";
/// A text may wait a little, and is lost if it does not come through.
const SMS: &str = "#rt=5000&rc=2&rp=ct,rt,5xx";
/// The last try before the text is lost.
const SMS_FALLBACK: &str = "#rt=10000&rc=1&rp=ct,5xx";
/// Nobody waits for it, there is no fallback, and it says what cannot be seen elsewhere: as often as is sensible.
const STATUS: &str = "#rt=4000&rc=3&rp=all";

/// Where Twilio announces calls and texts: this installation's webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrls {
    /// A call comes in, or a browser calls.
    pub voice: Webhook,
    /// A text comes in.
    pub sms: Webhook,
    /// A call ended.
    pub call_status: String,
    /// A message moved on.
    pub message_status: String,
    /// What they all are under.
    base: String,
}

impl WebhookUrls {
    /// Under the URL at which Twilio reaches this installation.
    pub fn under(public_url: &str) -> Self {
        let base = public_url.split('#').next().unwrap_or_default().trim_end_matches('/');
        let base = format!("{base}/api/twilio/webhook");
        let url = |webhook, overrides| format!("{base}/{webhook}{overrides}");
        Self {
            voice: Webhook { url: url("voice", VOICE), fallback_url: url("voice", VOICE_FALLBACK) },
            sms: Webhook { url: url("sms", SMS), fallback_url: url("sms", SMS_FALLBACK) },
            call_status: url("call-status", STATUS),
            message_status: url("sms-status", STATUS),
            base,
        }
    }

    /// A caller waits in the queue, and hears what this answers, over and over.
    pub fn wait(&self) -> String {
        format!("{}/wait{VOICE}", self.base)
    }

    /// A caller left the queue.
    pub fn queue_result(&self) -> String {
        format!("{}/queue-result{VOICE}", self.base)
    }

    /// What a caller hears while it rings.
    pub fn ringing_tone(&self) -> String {
        format!("{}/ringing.wav", self.base.trim_end_matches("/webhook"))
    }

    /// The organisation's phones have rung.
    pub fn phones_done(&self) -> String {
        format!("{}/voicemail-redirect{VOICE}", self.base)
    }

    /// The caller left a message, or fell silent.
    pub fn message_left(&self) -> String {
        format!("{}/voicemail-redirect?left=1{VOICE}", self.base)
    }

    /// The same webhook once more.
    pub fn again(&self, webhook: &str, query: &str) -> String {
        format!("{}/{webhook}?{query}{VOICE}", self.base)
    }

    /// Somebody who called `to` left a message, while it was not known whose number that is.
    pub fn late_message(&self, to: &str) -> String {
        let digits: String = to.chars().filter(char::is_ascii_digit).collect();
        format!("{}/recording?to=%2B{digits}&voicemail=1{STATUS}", self.base)
    }

    /// Something happened in a conference.
    pub fn conference_status(&self) -> String {
        format!("{}/conference-status{STATUS}", self.base)
    }

    /// A browser calls in for a call that is not known yet.
    pub fn browser(&self, conference: CallId, tries: u32) -> String {
        format!("{}/voice?conference={conference}&participant=agent&tries={tries}{VOICE}", self.base)
    }

    /// A customer whom we call picked up.
    pub fn customer(&self, org: OrgId, call: CallId) -> String {
        format!("{}/voice?org={org}&conference={call}&participant=customer{VOICE}", self.base)
    }

    /// A call that we make moved on.
    pub fn progress(&self, org: OrgId, call: CallId) -> String {
        self.of_call("call-status", org, call, STATUS)
    }

    /// Somebody picked up one of the organisation's phones.
    pub fn screening(&self, org: OrgId, call: CallId, phone: &PhoneNumber) -> String {
        let phone = phone.as_str().trim_start_matches('+');
        format!("{}/screening?org={org}&call={call}&phone=%2B{phone}{VOICE}", self.base)
    }

    /// There is a recording of what customer and agent said.
    pub fn conversation(&self, org: OrgId, call: CallId) -> String {
        self.of_call("recording", org, call, STATUS)
    }

    /// The caller left a message, or did not.
    pub fn message(&self, org: OrgId, call: CallId) -> String {
        format!("{}/recording?org={org}&call={call}&voicemail=1{STATUS}", self.base)
    }

    /// A message was written down.
    pub fn transcription(&self, org: OrgId, call: CallId) -> String {
        self.of_call("transcription", org, call, STATUS)
    }

    /// A message that we sent moved on.
    pub fn message_progress(&self, org: OrgId, message: MessageId) -> String {
        format!("{}/sms-status?org={org}&message={message}{STATUS}", self.base)
    }

    fn of_call(&self, webhook: &str, org: OrgId, call: CallId, overrides: &str) -> String {
        format!("{}/{webhook}?org={org}&call={call}{overrides}", self.base)
    }

    pub(super) fn of_number(&self) -> NumberWebhooks {
        NumberWebhooks {
            voice: self.voice.clone(),
            sms: self.sms.clone(),
            call_status: self.call_status.clone(),
        }
    }

    pub(super) fn of_service(&self) -> ServiceWebhooks {
        ServiceWebhooks { sms: self.sms.clone(), message_status: self.message_status.clone() }
    }

    /// The name is the organisation's alone: by it the application is found again.
    pub(super) fn of_application(&self, org: OrgId) -> ApplicationWebhooks {
        ApplicationWebhooks {
            friendly_name: format!("Switchboard {org}"),
            voice: self.voice.clone(),
            call_status: self.call_status.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_are_under_the_public_url() {
        for base in ["https://desk.example", "https://desk.example/", "https://desk.example/#x"] {
            let urls = WebhookUrls::under(base);
            let plain = |url: &str| url.split('#').next().map(str::to_owned);
            let expected = |path: &str| Some(format!("https://desk.example/api/twilio/webhook/{path}"));
            assert_eq!(plain(&urls.voice.url), expected("voice"), "{base}");
            assert_eq!(plain(&urls.voice.fallback_url), expected("voice"));
            assert_eq!(plain(&urls.sms.url), expected("sms"));
            assert_eq!(plain(&urls.call_status), expected("call-status"));
            assert_eq!(plain(&urls.message_status), expected("sms-status"));
        }
        let nested = WebhookUrls::under("https://desk.example:8443/phones/");
        assert!(nested.sms.url.starts_with("https://desk.example:8443/phones/api/twilio/webhook/sms#"));
    }

    /// The ranges of Twilio's page.
    #[test]
    fn overrides_are_ones_that_twilio_takes() {
        for overrides in [VOICE, VOICE_FALLBACK, SMS, SMS_FALLBACK, STATUS] {
            let pairs = overrides.strip_prefix('#').expect("a fragment").split('&');
            for (name, value) in pairs.map(|pair| pair.split_once('=').expect("a pair")) {
                let number = || value.parse::<u32>().expect("a number");
                let is_fine = match name {
                    "ct" => (100..=10_000).contains(&number()),
                    "rt" => (100..=15_000).contains(&number()),
                    "rc" => number() <= 5,
                    "rp" => value.split(',').all(|why| ["ct", "rt", "4xx", "5xx", "all"].contains(&why)),
                    _ => false,
                };
                assert!(is_fine, "{overrides}: {name}={value}");
            }
        }
    }

    #[test]
    fn the_tries_of_a_voice_webhook_end_within_twilios_15_s() {
        for overrides in [VOICE, VOICE_FALLBACK] {
            let number = |name: &str| {
                let mut pairs = overrides[1..].split('&').filter_map(|pair| pair.split_once('='));
                let found = pairs.find(|(known, _)| *known == name).expect("it is set");
                found.1.parse::<u32>().expect("a number")
            };
            assert!((number("ct") + number("rt")) * (number("rc") + 1) <= 15_000, "{overrides}");
        }
    }

    #[test]
    fn an_applications_name_is_one_organisations_and_not_too_long() {
        let urls = WebhookUrls::under("https://desk.example");
        let [one, two] = [0, 1].map(|_| urls.of_application(OrgId::generate()).friendly_name);
        assert!(one != two && one.len() <= 64, "{one}");
    }
}
