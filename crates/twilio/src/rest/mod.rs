//! Twilio's REST API, behind the domain's ports.
//!
//! [`RestClient`] keeps them. What it asks are plain values ([`Request`]), made by the functions of [`messages`], [`calls`],
//! [`conferences`], [`recordings`] and [`provisioning`] without a network.
//!
//! - Credentials go to the configured addresses and nowhere else: no redirect is followed with them.
//! - What must not happen twice is asked once. Only Twilio's "too many requests" lets it be asked again, for such a
//!   request was never looked at.
//! - No organisation has more than so many requests under way, and none waits long for its turn. Messages and files have turns
//!   of their own.
//! - Answers have a size and a time that they must keep.

mod answer;
mod attempt;
mod base_url;
pub mod calls;
pub mod conferences;
mod download;
mod egress;
pub mod messages;
mod pages;
pub mod provisioning;
pub mod recordings;
mod request;
mod retry;
mod tls;
mod turns;

use std::time::Duration;

use reqwest::redirect;
use serde::de::DeserializeOwned;
use switchboard_domain::ports::{Credentials, TelephonyError};

use self::answer::Answer;
pub use self::base_url::{BaseUrl, BaseUrlError};
use self::egress::Egress;
pub use self::request::{Api, Method, Repeat, Request};
use self::retry::Tries;
use self::turns::Turns;

/// Where Twilio is, and how much is asked of it.
#[derive(Debug, Clone)]
pub struct RestConfig {
    /// Where `/2010-04-01` is.
    pub api: BaseUrl,
    /// Where messaging services are.
    pub messaging: BaseUrl,
    /// How much, and how long.
    pub limits: Limits,
}

impl RestConfig {
    /// The real one, region US1.
    pub fn twilio() -> Self {
        let base = |text| BaseUrl::parse(text).expect("https and a host of twilio.com");
        Self {
            api: base("https://api.twilio.com"),
            messaging: base("https://messaging.twilio.com"),
            limits: Limits::default(),
        }
    }

    /// One that has everything at one address, as a local one.
    pub fn at(base: BaseUrl) -> Self {
        Self { api: base.clone(), messaging: base, limits: Limits::default() }
    }

    /// Whether nobody shows a certificate, so that none has to be trusted.
    fn is_clear(&self) -> bool {
        self.api.is_clear() && self.messaging.is_clear()
    }
}

/// How much an organisation may ask at once, and how long anything takes at most.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Requests under way for one organisation, but for those below.
    pub at_once: usize,
    /// Requests about messages under way for one organisation: nobody's call is to wait for them.
    pub messages_at_once: usize,
    /// Files under way for one organisation: they take longer, and nobody's call is to wait for them.
    pub files_at_once: usize,
    /// How long a request waits for its organisation's turn.
    pub patience: Duration,
    /// To reach Twilio.
    pub connect: Duration,
    /// From question to answer, each time that it is asked.
    pub answer: Duration,
    /// From question to the whole of a file, however often it is asked.
    pub file: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 8,
            messages_at_once: 4,
            files_at_once: 4,
            patience: Duration::from_secs(3),
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(15),
            file: Duration::from_secs(30),
        }
    }
}

/// Twilio over HTTP. Share one: it holds the connections, and counts what each organisation asks.
pub struct RestClient {
    config: RestConfig,
    /// Sees credentials.
    http: reqwest::Client,
    /// Follows Twilio's links, without credentials.
    outside: reqwest::Client,
    egress: Egress,
    turns: Turns,
    message_turns: Turns,
    file_turns: Turns,
}

impl RestClient {
    /// Prepares to ask; nothing is asked yet.
    pub fn new(config: RestConfig) -> Result<Self, RestClientError> {
        let tls = if config.is_clear() { tls::trusting_nobody() } else { tls::trusting_the_system() };
        let tls = tls.map_err(RestClientError::Tls)?;
        let egress = Egress { loopback: config.api.is_loopback() };
        let limits = &config.limits;
        let http = client(&tls, limits).build().map_err(RestClientError::Http)?;
        let outside = client(&tls, limits).dns_resolver(egress).build().map_err(RestClientError::Http)?;
        let turns = Turns::new(limits.at_once, limits.patience);
        let message_turns = Turns::new(limits.messages_at_once, limits.patience);
        let file_turns = Turns::new(limits.files_at_once, limits.patience);
        Ok(Self { http, outside, egress, turns, message_turns, file_turns, config })
    }

    /// Asks, each time in the organisation's turn; whoever waits to ask again lets others go first.
    async fn ask(&self, account: &Credentials, request: &Request) -> Result<Answer, TelephonyError> {
        let turns = if request.is_about_messages() { &self.message_turns } else { &self.turns };
        let url = self.base(request.api).join(request)?;
        let mut tries = Tries::new(request.repeat);
        loop {
            let turn = match turns.take(account.org).await {
                Ok(turn) => turn,
                Err(busy) => return Err(tries.out_of_turn(busy)),
            };
            let answer = attempt::json(self, account, request, &url).await;
            drop(turn);
            match answer {
                Ok(answer) => return Ok(answer),
                Err(error) => tries.again(error).await?,
            }
        }
    }

    /// Asks, and reads what is answered.
    async fn read<T: DeserializeOwned>(
        &self,
        account: &Credentials,
        request: &Request,
    ) -> Result<T, TelephonyError> {
        self.ask(account, request).await?.read()
    }

    fn base(&self, api: Api) -> &BaseUrl {
        match api {
            Api::Core => &self.config.api,
            Api::Messaging => &self.config.messaging,
        }
    }
}

fn client(tls: &rustls::ClientConfig, limits: &Limits) -> reqwest::ClientBuilder {
    /// Shorter than anybody's patience with a connection at rest, for a request that meets its end has an unknown outcome.
    const IDLE: Duration = Duration::from_secs(5);
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .connect_timeout(limits.connect)
        .pool_idle_timeout(IDLE)
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
}

/// Why nothing can be asked.
#[derive(Debug, thiserror::Error)]
pub enum RestClientError {
    /// No certificates to trust, for instance.
    #[error("could not prepare to trust Twilio's certificates")]
    Tls(#[source] rustls::Error),
    /// Anything else.
    #[error("could not prepare to call Twilio")]
    Http(#[source] reqwest::Error),
}

/// `None` in place of the refusal that there is nothing of this name.
fn if_there<T>(answer: Result<T, TelephonyError>) -> Result<Option<T>, TelephonyError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(TelephonyError::Refused(refusal)) if refusal.is_gone() => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_shows_a_certificate_has_to_be_trusted() {
        let base = |text| BaseUrl::parse(text).expect("Twilio's or this machine");
        let (local, sealed) = (base("http://127.0.0.1:4010"), base("https://localhost:4010"));
        assert!(RestConfig::at(local.clone()).is_clear());
        assert!(!RestConfig::at(sealed.clone()).is_clear());
        assert!(!RestConfig { messaging: sealed, ..RestConfig::at(local) }.is_clear());
        assert!(!RestConfig::twilio().is_clear());
    }
}
