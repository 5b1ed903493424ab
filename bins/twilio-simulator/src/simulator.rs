use crate::account::Accounts;
use crate::recent::Recent;
use crate::{Account, Exchange, Kind, SimulatorError, delivery, parameters, sid};
use reqwest::Client;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A local Twilio. Clones share everything.
#[derive(Clone, Debug)]
pub struct Simulator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    accounts: Accounts,
    client: Client,
    log: Recent<Exchange>,
    calls: Recent<LiveCall>,
}

/// A text that somebody sends to one of the numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sms {
    /// Any address: a number, `whatsapp:+1…`, a short code, a name.
    pub from: String,
    /// The number; it decides whose webhook is asked.
    pub to: String,
    /// The text, delivered exactly as it is.
    #[serde(default)]
    pub body: String,
    /// The SID of an earlier message, to deliver it again.
    pub sid: Option<String>,
    /// A webhook in place of the account's.
    pub url: Option<String>,
}

/// A call that somebody makes to one of the numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Call {
    /// Any address: a number, `client:…`, `sip:…`, `anonymous`.
    pub from: String,
    /// The number; it decides whose webhook is asked.
    pub to: String,
    /// The SID of an earlier call, to deliver its webhook again.
    pub sid: Option<String>,
    /// A webhook in place of the account's.
    pub url: Option<String>,
}

/// A call that has come in. It rings for ever: TwiML is not carried out yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveCall {
    /// `CA…`
    pub sid: String,
    /// The account that was called.
    pub account_sid: String,
    /// Who calls.
    pub from: String,
    /// Who is called.
    pub to: String,
}

impl Simulator {
    /// A Twilio with these accounts and no past.
    pub fn new(accounts: Vec<Account>) -> Result<Self, SimulatorError> {
        Ok(Self(Arc::new(Inner {
            accounts: Accounts::new(accounts)?,
            client: delivery::client()?,
            log: Recent::new(),
            calls: Recent::new(),
        })))
    }

    /// Delivers a text and waits for the webhook's answer.
    pub async fn sms(&self, sms: Sms) -> Result<Exchange, SimulatorError> {
        let account = self.0.accounts.owner_of(&sms.to)?;
        let sid = sid::new_or_given(Kind::Sms, sms.sid)?;
        let parameters = parameters::sms(&account.account_sid, &sid, &sms.from, &sms.to, &sms.body);
        let url = sms.url.as_deref().unwrap_or(&account.sms_url);
        self.deliver(account, Kind::Sms, sid, url, parameters).await
    }

    /// Lets a call ring and waits for the webhook's answer, which is shown but not carried out.
    pub async fn call(&self, call: Call) -> Result<Exchange, SimulatorError> {
        let account = self.0.accounts.owner_of(&call.to)?;
        let sid = sid::new_or_given(Kind::Call, call.sid)?;
        let parameters = parameters::call(&account.account_sid, &sid, &call.from, &call.to);
        let url = call.url.as_deref().unwrap_or(&account.voice_url);
        let exchange = self.deliver(account, Kind::Call, sid.clone(), url, parameters).await?;
        if !self.calls().iter().any(|known| known.sid == sid) {
            let account_sid = account.account_sid.clone();
            self.0.calls.push(LiveCall { sid, account_sid, from: call.from, to: call.to });
        }
        Ok(exchange)
    }

    /// The accounts it was made with.
    pub fn accounts(&self) -> &[Account] {
        self.0.accounts.as_slice()
    }

    /// The last 200 webhooks, oldest first.
    pub fn log(&self) -> Vec<Exchange> {
        self.0.log.to_vec()
    }

    /// The last 200 calls, oldest first.
    pub fn calls(&self) -> Vec<LiveCall> {
        self.0.calls.to_vec()
    }

    async fn deliver(
        &self,
        account: &Account,
        kind: Kind,
        sid: String,
        url: &str,
        parameters: Vec<(String, String)>,
    ) -> Result<Exchange, SimulatorError> {
        let exchange =
            delivery::deliver(&self.0.client, kind, sid, url, parameters, &account.auth_token).await?;
        self.0.log.push(exchange.clone());
        Ok(exchange)
    }
}
