//! Requests about what is set up before anything rings.

use async_trait::async_trait;
use serde::Deserialize;
use switchboard_domain::phone::{PhoneNumber, Region};
use switchboard_domain::ports::{
    AccountNumber, ApplicationWebhooks, Credentials, NumberWebhooks, Provisioning, ServiceWebhooks,
    TelephonyError,
};

use super::pages::Page;
use super::{Request, RestClient, if_there};

/// Five thousand numbers.
const PAGE_SIZE: u16 = 200;
const PAGES: usize = 25;

/// Asks for the account's numbers, or for those that look like one.
pub fn numbers(account_sid: &str, only: Option<&PhoneNumber>, page_size: u16) -> Request {
    let request = Request::get(account_sid, &["IncomingPhoneNumbers"]);
    let request = match only {
        Some(number) => request.query("PhoneNumber", number),
        None => request,
    };
    request.query("PageSize", page_size)
}

/// Sets a number's webhooks, and takes away what would take precedence.
pub fn set_number_webhooks(account_sid: &str, sid: &str, webhooks: &NumberWebhooks) -> Request {
    let NumberWebhooks { voice, sms, call_status } = webhooks;
    Request::set(account_sid, &["IncomingPhoneNumbers", sid])
        .form("VoiceUrl", &voice.url)
        .form("VoiceMethod", "POST")
        .form("VoiceFallbackUrl", &voice.fallback_url)
        .form("VoiceFallbackMethod", "POST")
        .form("SmsUrl", &sms.url)
        .form("SmsMethod", "POST")
        .form("SmsFallbackUrl", &sms.fallback_url)
        .form("SmsFallbackMethod", "POST")
        .form("StatusCallback", call_status)
        .form("StatusCallbackMethod", "POST")
        .form("VoiceApplicationSid", "")
        .form("SmsApplicationSid", "")
        .form("TrunkSid", "")
}

/// Asks for applications of this name.
pub fn applications(account_sid: &str, friendly_name: &str) -> Request {
    Request::get(account_sid, &["Applications"]).query("FriendlyName", friendly_name)
}

/// Makes an application.
pub fn create_application(account_sid: &str, webhooks: &ApplicationWebhooks) -> Request {
    application(Request::create(account_sid, &["Applications"]), webhooks)
}

/// Sets an application's webhooks.
pub fn set_application(account_sid: &str, sid: &str, webhooks: &ApplicationWebhooks) -> Request {
    application(Request::set(account_sid, &["Applications", sid]), webhooks)
}

fn application(request: Request, webhooks: &ApplicationWebhooks) -> Request {
    let ApplicationWebhooks { friendly_name, voice, call_status } = webhooks;
    request
        .form("FriendlyName", friendly_name)
        .form("VoiceUrl", &voice.url)
        .form("VoiceMethod", "POST")
        .form("VoiceFallbackUrl", &voice.fallback_url)
        .form("VoiceFallbackMethod", "POST")
        .form("StatusCallback", call_status)
        .form("StatusCallbackMethod", "POST")
}

/// Looks at a messaging service.
pub fn service(sid: &str) -> Request {
    Request::get_service(sid)
}

/// Sets a messaging service's webhooks, for all of its numbers.
pub fn set_service_webhooks(sid: &str, webhooks: &ServiceWebhooks) -> Request {
    let ServiceWebhooks { sms, message_status } = webhooks;
    Request::set_service(sid)
        .form("InboundRequestUrl", &sms.url)
        .form("InboundMethod", "POST")
        .form("FallbackUrl", &sms.fallback_url)
        .form("FallbackMethod", "POST")
        .form("StatusCallback", message_status)
        .form("UseInboundWebhookOnNumber", false)
}

#[derive(Deserialize)]
struct Numbers {
    incoming_phone_numbers: Vec<Number>,
    next_page_uri: Option<String>,
}

impl Page for Numbers {
    type Item = Number;

    fn open(self) -> (Vec<Number>, Option<String>) {
        (self.incoming_phone_numbers, self.next_page_uri)
    }
}

#[derive(Deserialize)]
struct Number {
    sid: String,
    phone_number: String,
    friendly_name: Option<String>,
    #[serde(default)]
    capabilities: Capabilities,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Capabilities {
    voice: bool,
    sms: bool,
}

impl Number {
    fn known(self) -> Option<AccountNumber> {
        Some(AccountNumber {
            // Twilio writes numbers in E.164, so no region is needed to read them.
            number: PhoneNumber::parse(&self.phone_number, Region::default())?,
            sid: self.sid,
            friendly_name: self.friendly_name.unwrap_or_default(),
            voice: self.capabilities.voice,
            sms: self.capabilities.sms,
        })
    }
}

#[derive(Deserialize)]
struct Applications {
    applications: Vec<Application>,
}

#[derive(Deserialize)]
struct Application {
    sid: String,
    #[serde(default)]
    friendly_name: String,
}

#[async_trait]
impl Provisioning for RestClient {
    async fn numbers(
        &self,
        account: &Credentials,
        only: Option<&PhoneNumber>,
    ) -> Result<Vec<AccountNumber>, TelephonyError> {
        let first = numbers(&account.account_sid, only, PAGE_SIZE);
        let listed = self.list::<Numbers>(account, first, PAGES, |_| true).await?;
        // Twilio's filter takes parts of numbers too.
        let wanted = |number: &AccountNumber| only.is_none_or(|only| number.number == *only);
        Ok(listed.into_iter().filter_map(Number::known).filter(wanted).collect())
    }

    async fn set_number_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &NumberWebhooks,
    ) -> Result<(), TelephonyError> {
        self.ask(account, &set_number_webhooks(&account.account_sid, sid, webhooks)).await.map(|_| ())
    }

    async fn set_application(
        &self,
        account: &Credentials,
        sid: Option<&str>,
        webhooks: &ApplicationWebhooks,
    ) -> Result<String, TelephonyError> {
        let account_sid = &account.account_sid;
        if let Some(sid) = sid
            && if_there(self.ask(account, &set_application(account_sid, sid, webhooks)).await)?.is_some()
        {
            return Ok(sid.to_owned());
        }
        let name = &webhooks.friendly_name;
        let alike: Applications = self.read(account, &applications(account_sid, name)).await?;
        let alike = alike.applications.into_iter().find(|application| application.friendly_name == *name);
        let request = match alike {
            Some(Application { sid, .. }) => set_application(account_sid, &sid, webhooks),
            None => create_application(account_sid, webhooks),
        };
        Ok(self.read::<Application>(account, &request).await?.sid)
    }

    async fn has_service(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        Ok(if_there(self.ask(account, &service(sid)).await)?.is_some())
    }

    async fn set_service_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &ServiceWebhooks,
    ) -> Result<(), TelephonyError> {
        self.ask(account, &set_service_webhooks(sid, webhooks)).await.map(drop)
    }
}
