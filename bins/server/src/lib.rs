//! HTTP: routes over the domain's services. [`Server::assemble`] joins any parts, real or fake; [`router`] serves them.
//!
//! This crate puts parts together and decides nothing: rules are in `switchboard-domain`.

pub mod admin;
mod error;
mod http;
mod spool;

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use chrono::TimeDelta;
use switchboard_domain::auto_responses::AutoResponses;
use switchboard_domain::calls::Calls;
use switchboard_domain::customers::Customers;
use switchboard_domain::feed::Feed;
use switchboard_domain::inspector::Inspector;
use switchboard_domain::invitations::Invitations;
use switchboard_domain::lines::Lines;
use switchboard_domain::log::Log;
use switchboard_domain::media::{self, Media};
use switchboard_domain::messages::{Messages, Templates};
use switchboard_domain::operator::Operator;
use switchboard_domain::people::People;
use switchboard_domain::ports::{
    CallControl, Clock, Conferencing, Directory, Messaging, Newsroom, Operations, Passwords, Provisioning,
    Recordings, Store, Tokens, Vault, VoiceTokens,
};
use switchboard_domain::presence::Presence;
use switchboard_domain::rollout::Rollouts;
use switchboard_domain::service_tokens::ServiceTokens;
use switchboard_domain::sessions::{Policy, Sessions};
use switchboard_domain::stats::Stats;
use switchboard_domain::switching::{self, Switching};
use switchboard_domain::texting::{self, Texting};
use switchboard_domain::twilio_settings::{self, TwilioAccounts, WebhookUrls};
use switchboard_domain::uploads::Uploads;
use switchboard_twilio::documents::TwimlDocuments;
use tokio_util::task::TaskTracker;

use crate::http::rates::Limits;
pub use crate::http::rates::{Rate, Rates};
use crate::http::webhooks::{AccountKeys, Backlog};
pub use crate::http::webhooks::{Replay, Scribe};
pub use crate::spool::Spool;

/// Everything the server needs from outside.
#[expect(missing_docs, reason = "each field is the port of its name")]
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub directory: Arc<dyn Directory>,
    pub operations: Arc<dyn Operations>,
    /// Over connections that are kept for Twilio.
    pub webhook_store: Arc<dyn Store>,
    pub webhook_directory: Arc<dyn Directory>,
    pub passwords: Arc<dyn Passwords>,
    pub tokens: Arc<dyn Tokens>,
    pub vault: Arc<dyn Vault>,
    pub provisioning: Arc<dyn Provisioning>,
    pub call_control: Arc<dyn CallControl>,
    pub conferencing: Arc<dyn Conferencing>,
    pub recordings: Arc<dyn Recordings>,
    pub messaging: Arc<dyn Messaging>,
    pub voice_tokens: Arc<dyn VoiceTokens>,
    pub newsroom: Arc<dyn Newsroom>,
    pub clock: Arc<dyn Clock>,
    pub policy: Policy,
    /// How often principals may ask.
    pub rates: Rates,
    /// How long people may be away and still get what they missed.
    pub recovery_window: TimeDelta,
    /// The URL under which Twilio reaches this server.
    pub public_url: String,
    /// The URL under which people find the agents' page.
    pub page_url: String,
    /// Where webhooks wait that cannot be handled at once.
    pub spool: Arc<Spool>,
    /// What is still to be done when an answer is given runs on it.
    pub tracker: TaskTracker,
    /// The life of a browser's token for Twilio.
    pub voice_token_ttl: TimeDelta,
}

/// The services behind the routes.
#[derive(Clone)]
pub struct Server {
    /// Signing in and out.
    pub sessions: Arc<Sessions>,
    /// What services come with.
    pub service_tokens: Arc<ServiceTokens>,
    /// Who gets websockets.
    pub rollouts: Arc<Rollouts>,
    pub(crate) operator: Arc<Operator>,
    pub(crate) people: Arc<People>,
    pub(crate) invitations: Arc<Invitations>,
    pub(crate) customers: Arc<Customers>,
    pub(crate) twilio_accounts: Arc<TwilioAccounts>,
    pub(crate) lines: Arc<Lines>,
    /// What rings, and who takes it.
    pub calls: Arc<Calls>,
    /// Who is here.
    pub presence: Arc<Presence>,
    /// What is told.
    pub log: Log,
    pub(crate) feed: Arc<Feed>,
    pub(crate) newsroom: Arc<dyn Newsroom>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) inbound_calls: Arc<Calls>,
    /// The same, for what waited in the spool.
    pub(crate) late_calls: Arc<Calls>,
    /// What is done with calls at Twilio.
    pub switching: Arc<Switching>,
    /// What is sent, and what becomes of it.
    pub texting: Arc<Texting>,
    pub(crate) inbound_texting: Arc<Texting>,
    pub(crate) templates: Arc<Templates>,
    pub(crate) stats: Arc<Stats>,
    /// What is answered by itself.
    pub auto_responses: Arc<AutoResponses>,
    pub(crate) documents: Arc<TwimlDocuments>,
    /// What is still to be done when an answer is given.
    pub tracker: TaskTracker,
    pub(crate) inbound_messages: Arc<Messages>,
    pub(crate) messages: Arc<Messages>,
    pub(crate) media: Arc<Media>,
    pub(crate) uploads: Arc<Uploads>,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) webhook_directory: Arc<dyn Directory>,
    pub(crate) account_keys: Arc<AccountKeys>,
    pub(crate) inspector: Arc<Inspector>,
    pub(crate) backlog: Arc<Backlog>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) public_url: Arc<str>,
    pub(crate) spool: Arc<Spool>,
}

impl Server {
    /// Joins the parts.
    pub fn assemble(parts: Parts) -> Self {
        let Parts { store, directory, webhook_store, webhook_directory, newsroom, clock, .. } = parts;
        let calls = Arc::new(Calls::new(store.clone(), clock.clone()));
        let service_tokens = Arc::new(ServiceTokens::new(
            store.clone(),
            directory.clone(),
            parts.tokens.clone(),
            clock.clone(),
        ));
        let presence = Arc::new(Presence::new(store.clone()));
        let log = Log::new(store.clone(), clock.clone(), parts.recovery_window);
        let rollouts = Arc::new(Rollouts::new(directory.clone()));
        let urls = WebhookUrls::under(&parts.public_url);
        let documents = Arc::new(TwimlDocuments::new(urls.clone()));
        let twilio_accounts = Arc::new(TwilioAccounts::new(twilio_settings::Parts {
            store: store.clone(),
            directory: directory.clone(),
            vault: parts.vault.clone(),
            provisioning: parts.provisioning,
            voice_tokens: parts.voice_tokens,
            clock: clock.clone(),
            urls,
            voice_token_ttl: parts.voice_token_ttl,
        }));
        let switching = Switching::new(switching::Parts {
            store: store.clone(),
            clock: clock.clone(),
            calls: calls.clone(),
            accounts: twilio_accounts.clone(),
            call_control: parts.call_control,
            conferencing: parts.conferencing,
            recordings: parts.recordings.clone(),
            documents: documents.clone(),
        });
        let media = Arc::new(Media::new(media::Parts {
            store: store.clone(),
            tokens: parts.tokens.clone(),
            accounts: twilio_accounts.clone(),
            recordings: parts.recordings,
            clock: clock.clone(),
            base: parts.public_url.clone(),
        }));
        let texting = |store: &Arc<dyn Store>| {
            Arc::new(Texting::new(texting::Parts {
                store: store.clone(),
                clock: clock.clone(),
                accounts: twilio_accounts.clone(),
                messaging: parts.messaging.clone(),
                media: media.clone(),
            }))
        };
        Self {
            auto_responses: Arc::new(AutoResponses::new(
                store.clone(),
                directory.clone(),
                clock.clone(),
                texting(&store),
            )),
            inspector: Arc::new(Inspector::new(store.clone(), directory.clone())),
            texting: texting(&store),
            inbound_texting: texting(&webhook_store),
            templates: Arc::new(Templates::new(store.clone(), clock.clone())),
            stats: Arc::new(Stats::new(store.clone())),
            twilio_accounts,
            media,
            uploads: Arc::new(Uploads::new(store.clone())),
            messages: Arc::new(Messages::new(store.clone(), clock.clone())),
            switching: Arc::new(switching),
            documents,
            tracker: parts.tracker,
            sessions: Arc::new(Sessions::new(
                store.clone(),
                directory.clone(),
                parts.passwords,
                parts.tokens.clone(),
                clock.clone(),
                parts.policy,
            )),
            operator: Arc::new(Operator::new(
                store.clone(),
                parts.operations,
                rollouts.clone(),
                clock.clone(),
            )),
            rollouts,
            people: Arc::new(People::new(store.clone(), clock.clone())),
            invitations: Arc::new(Invitations::new(
                store.clone(),
                parts.tokens.clone(),
                clock.clone(),
                &parts.page_url,
            )),
            lines: Arc::new(Lines::new(store.clone(), clock.clone())),
            customers: Arc::new(Customers::new(store, clock.clone())),
            feed: Arc::new(Feed::new(
                log.clone(),
                presence.clone(),
                service_tokens.clone(),
                newsroom.clone(),
            )),
            service_tokens,
            calls,
            log,
            presence,
            newsroom,
            limits: Arc::new(Limits::new(parts.rates)),
            inbound_calls: Arc::new(Calls::new(webhook_store.clone(), clock.clone())),
            late_calls: Arc::new(Calls::told_late(webhook_store.clone(), clock.clone())),
            inbound_messages: Arc::new(Messages::new(webhook_store, clock.clone())),
            directory,
            account_keys: Arc::new(AccountKeys::new(webhook_directory.clone(), parts.vault, clock.clone())),
            backlog: Arc::default(),
            webhook_directory,
            clock,
            public_url: parts.public_url.into(),
            spool: parts.spool,
        }
    }
}

/// The agents' page, as it is built.
pub struct Page<'a> {
    /// The folder in which it lies.
    pub folder: &'a Path,
    /// The local Twilio that its phones speak to, in place of the real one.
    pub simulator: Option<&'a str>,
}

/// All routes: the API, the sockets, and the agents' page if there is one. `origins` are the web origins that may use
/// the API from elsewhere.
pub fn router(
    server: Server,
    sockets: Router,
    origins: &[String],
    page: Option<&Page<'_>>,
) -> Result<Router> {
    http::router(server, sockets, origins, page)
}

/// The description of the REST API: OpenAPI 3.1, as JSON.
pub fn openapi() -> Result<String> {
    Ok(http::description().to_pretty_json()?)
}
