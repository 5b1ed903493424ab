use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use switchboard_events::OrgId;
use uuid::Uuid;

use super::form::{Known, TwilioForm, Wanted};
use super::{ApiKey, Identity, TwilioNumber, TwilioSettings, WebhookUrls, own_or, setup};
use crate::access::{Caller, OrgScope};
use crate::error::Error;
use crate::inspector::WebhookCheck;
use crate::people;
use crate::phone::PhoneNumber;
use crate::ports::{
    Clock, Credentials, Directory, PreviousToken, Provisioning, SecretField, Store, Vault, VoiceGrant,
    VoiceTokens,
};

/// How long an auth token counts after it was replaced: Twilio signs with it until the new one is promoted.
pub const PREVIOUS_COUNTS: TimeDelta = TimeDelta::hours(24);
/// How often a save begins anew because somebody else saved meanwhile.
const TRIES: usize = 3;
/// The longest life of a browser's token: <https://www.twilio.com/docs/api/errors/20157>.
const LONGEST_TOKEN: TimeDelta = TimeDelta::hours(24);

/// Organisations' accounts at Twilio: saved, shown, and used by browsers.
pub struct TwilioAccounts {
    parts: Parts,
}

/// What accounts are kept and tried with.
#[expect(missing_docs, reason = "each field is the port of its name")]
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub directory: Arc<dyn Directory>,
    pub vault: Arc<dyn Vault>,
    pub provisioning: Arc<dyn Provisioning>,
    pub voice_tokens: Arc<dyn VoiceTokens>,
    pub clock: Arc<dyn Clock>,
    /// Where Twilio announces calls and texts.
    pub urls: WebhookUrls,
    /// The life of a browser's token.
    pub voice_token_ttl: TimeDelta,
}

/// Settings as an admin sees them.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The settings.
    pub settings: TwilioSettings,
    /// Whether the auth token opens; else it has to be typed again.
    pub has_auth_token: bool,
    /// Whether there is an API key's secret that opens.
    pub has_api_key_secret: bool,
    /// Until when the auth token before counts too.
    pub previous_until: Option<DateTime<Utc>>,
    /// Until when signatures are only observed.
    pub observed_until: Option<DateTime<Utc>>,
    /// What Twilio is told to request.
    pub urls: WebhookUrls,
    /// How the signatures of this account fared.
    pub webhook_check: WebhookCheck,
}

/// What an organisation acts with at Twilio.
#[derive(Debug, Clone)]
pub struct Account {
    /// What proves that it may.
    pub credentials: Credentials,
    /// The number that it calls and texts from.
    pub phone_number: PhoneNumber,
    /// All of its numbers, that one too, in their order.
    pub numbers: Vec<PhoneNumber>,
    /// The messaging service that its texts go through, if it has one.
    pub messaging_service_sid: Option<String>,
}

impl Account {
    /// Which number a text goes out from: this one, if it is still the organisation's, else the usual one.
    pub(crate) fn texts_from<'a>(&'a self, wished: Option<&'a str>) -> &'a str {
        own_or(wished, self.numbers.iter(), &self.phone_number)
    }
}

/// What a browser needs to make and take calls.
#[derive(Debug, Clone)]
pub struct BrowserPhone {
    /// What it shows Twilio.
    pub token: SecretString,
    /// Who it is there.
    pub identity: Identity,
    /// The number that the organisation calls from.
    pub phone_number: PhoneNumber,
}

impl TwilioAccounts {
    /// Over a store and Twilio.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }

    /// The organisation's settings, if any were saved.
    pub async fn get(&self, scope: OrgScope) -> Result<Option<Overview>, Error> {
        let now = self.parts.clock.now();
        let mut tx = self.parts.store.begin(scope).await?;
        let Some(settings) = tx.twilio_settings().await? else { return Ok(None) };
        let mode = tx.signature_modes(1).await?.into_iter().next();
        let observed = mode.and_then(|mode| mode.observed()).filter(|observed| observed.contains(now));
        let opens = |field, sealed| self.parts.vault.open(scope.org(), field, sealed).is_ok();
        let previous = settings.previous_token.as_ref().filter(|previous| now < previous.until);
        let previous = previous.filter(|it| opens(SecretField::PreviousAuthToken, &it.token));
        let key = settings.api_key.as_ref();
        Ok(Some(Overview {
            has_auth_token: opens(SecretField::AuthToken, &settings.auth_token),
            has_api_key_secret: key.is_some_and(|key| opens(SecretField::ApiKeySecret, &key.secret)),
            previous_until: previous.map(|previous| previous.until),
            observed_until: observed.map(|observed| observed.until),
            urls: self.parts.urls.clone(),
            webhook_check: tx.webhook_check(&settings.account_sid).await?,
            settings,
        }))
    }

    /// Saves settings that work: Twilio was asked, with the auth token and with the API key, and has every number. Then it is
    /// told of the webhooks; if that fails, what was saved stays, and saving again repeats it.
    ///
    /// No transaction is open while Twilio is asked. Of two who save at once the last one's settings stay, whole. A secret that
    /// was left out is never an old one: if somebody saved meanwhile, it is tried again from the start.
    pub async fn save(&self, caller: &Caller, form: TwilioForm) -> Result<Overview, Error> {
        for _ in 0..TRIES {
            if let Some((settings, auth_token)) = self.try_to_save(caller, &form).await? {
                return self.announce(caller.scope, &settings, &auth_token).await;
            }
        }
        Err(Error::ChangedMeanwhile)
    }

    /// The settings that were saved, and their auth token; `None` if a secret was left out and somebody saved meanwhile.
    async fn try_to_save(
        &self,
        caller: &Caller,
        form: &TwilioForm,
    ) -> Result<Option<(TwilioSettings, SecretString)>, Error> {
        let (scope, twilio) = (caller.scope, self.parts.provisioning.as_ref());
        let mut tx = self.parts.store.begin(scope).await?;
        let region = people::organization(tx.as_mut()).await?.region;
        let before = tx.twilio_settings().await?;
        drop(tx);
        let wanted = form.check(region, before.as_ref().map(|it| self.known(scope.org(), it)).as_ref())?;
        let numbers = setup::try_out(twilio, scope.org(), &wanted).await?;
        self.refuse_what_leads_elsewhere(scope, &wanted).await?;
        let read = before.as_ref().map(|before| before.revision);
        let application = before.filter(|before| before.account_sid == wanted.account_sid);
        let application = application.and_then(|before| before.application_sid);
        let application = match &wanted.api_key {
            None => None,
            Some(_) => {
                let known = application.as_deref();
                Some(setup::set_application(twilio, scope.org(), &wanted, known, &self.parts.urls).await?)
            }
        };
        let kept = self.keep(caller, read, &wanted, numbers, application).await?;
        Ok(kept.map(|settings| (settings, wanted.auth_token)))
    }

    /// Tells Twilio of the webhooks.
    async fn announce(
        &self,
        scope: OrgScope,
        settings: &TwilioSettings,
        auth_token: &SecretString,
    ) -> Result<Overview, Error> {
        let twilio = self.parts.provisioning.as_ref();
        setup::set_webhooks(twilio, scope.org(), settings, auth_token, &self.parts.urls).await?;
        let mut tx = self.parts.store.begin(scope).await?;
        tx.note_webhooks_set(settings.revision, self.parts.clock.now()).await?;
        tx.commit().await?;
        self.get(scope).await?.ok_or(Error::NotConfigured)
    }

    /// What the organisation acts with at Twilio: its auth token, which may do everything. Its API key may be restricted to
    /// less than calls, conferences and recordings, and that would show only when somebody is on the line.
    pub async fn account(&self, scope: OrgScope) -> Result<Account, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let settings = tx.twilio_settings().await?.ok_or(Error::NotConfigured)?;
        drop(tx);
        let token = self.parts.vault.open(scope.org(), SecretField::AuthToken, &settings.auth_token)?;
        Ok(Account {
            credentials: setup::by_token(scope.org(), &settings.account_sid, &token),
            phone_number: settings.phone_number,
            numbers: settings.numbers.into_iter().map(|number| number.number).collect(),
            messaging_service_sid: settings.messaging_service_sid,
        })
    }

    /// Where Twilio asks and tells.
    pub fn urls(&self) -> &WebhookUrls {
        &self.parts.urls
    }

    /// The [`account`](Self::account)'s credentials alone.
    pub async fn credentials(&self, scope: OrgScope) -> Result<Credentials, Error> {
        Ok(self.account(scope).await?.credentials)
    }

    /// A token with which the caller's browser makes and takes calls. It ends with their session, if not before.
    pub async fn browser_phone(&self, caller: &Caller) -> Result<BrowserPhone, Error> {
        let now = self.parts.clock.now();
        let org = caller.scope.org();
        let mut tx = self.parts.store.begin(caller.scope).await?;
        let settings = tx.twilio_settings().await?.ok_or(Error::NotConfigured)?;
        let session = tx.live_session(caller.session, now).await?;
        let (session, _) = session.ok_or(Error::Unauthenticated("this session has ended"))?;
        drop(tx);
        let (Some(key), Some(application_sid)) = (settings.api_key, settings.application_sid) else {
            return Err(Error::NotConfigured);
        };
        let identity = Identity { org, user: caller.user };
        let grant = VoiceGrant {
            account_sid: settings.account_sid,
            api_key_sid: key.sid,
            api_key_secret: self.parts.vault.open(org, SecretField::ApiKeySecret, &key.secret)?,
            application_sid,
            identity: identity.to_string(),
            issued_at: now,
            expires_at: session.expires_at.min(now + self.parts.voice_token_ttl.min(LONGEST_TOKEN)),
        };
        let token = self.parts.voice_tokens.issue(&grant);
        Ok(BrowserPhone { token, identity, phone_number: settings.phone_number })
    }

    /// The secrets that may be left out. One that cannot be opened has to be typed again.
    fn known(&self, org: OrgId, settings: &TwilioSettings) -> Known {
        let open = |field, sealed| self.parts.vault.open(org, field, sealed).ok();
        let key = settings.api_key.as_ref();
        Known {
            account_sid: settings.account_sid.clone(),
            auth_token: open(SecretField::AuthToken, &settings.auth_token),
            api_key_sid: key.map(|key| key.sid.clone()),
            api_key_secret: key.and_then(|key| open(SecretField::ApiKeySecret, &key.secret)),
        }
    }

    /// Who holds the account may know that a number of it is in use here, and no more than that.
    async fn refuse_what_leads_elsewhere(&self, scope: OrgScope, wanted: &Wanted) -> Result<(), Error> {
        let numbers = wanted.numbers.iter().map(|number| (number.as_str(), "phone number"));
        let service = wanted.messaging_service_sid.as_deref().map(|sid| (sid, "messaging service"));
        for (key, what) in numbers.chain(service) {
            let owner = self.parts.directory.number_owner(&wanted.account_sid, key).await?;
            if owner.is_some_and(|owner| owner != scope.org()) {
                return Err(Error::Taken(what));
            }
        }
        Ok(())
    }

    async fn keep(
        &self,
        caller: &Caller,
        read: Option<Uuid>,
        wanted: &Wanted,
        numbers: Vec<TwilioNumber>,
        application_sid: Option<String>,
    ) -> Result<Option<TwilioSettings>, Error> {
        let org = caller.scope.org();
        let seal = |field, secret| self.parts.vault.seal(org, field, secret);
        let mut tx = self.parts.store.begin(caller.scope).await?;
        let before = tx.twilio_settings_to_change().await?;
        if wanted.is_partial && before.as_ref().map(|before| before.revision) != read {
            return Ok(None);
        }
        let now = self.parts.clock.now();
        let settings = TwilioSettings {
            revision: Uuid::now_v7(),
            account_sid: wanted.account_sid.clone(),
            auth_token: seal(SecretField::AuthToken, &wanted.auth_token),
            previous_token: before.and_then(|before| self.previous_token(org, before, wanted, now)),
            api_key: wanted.api_key.as_ref().map(|(sid, secret)| ApiKey {
                sid: sid.clone(),
                secret: seal(SecretField::ApiKeySecret, secret),
            }),
            application_sid,
            messaging_service_sid: wanted.messaging_service_sid.clone(),
            phone_number: wanted.numbers.first().cloned().expect("a number is required"),
            numbers,
            saved_by: caller.user,
            saved_at: now,
            webhooks_set_at: None,
        };
        tx.put_twilio_settings(&settings).await?;
        tx.commit().await?;
        Ok(Some(settings))
    }

    /// The token that counts beside the new one: the one that is being replaced, if it is another of the same account.
    fn previous_token(
        &self,
        org: OrgId,
        before: TwilioSettings,
        wanted: &Wanted,
        now: DateTime<Utc>,
    ) -> Option<PreviousToken> {
        if before.account_sid != wanted.account_sid {
            return None;
        }
        match self.parts.vault.open(org, SecretField::AuthToken, &before.auth_token) {
            Ok(token) if token.expose_secret() != wanted.auth_token.expose_secret() => Some(PreviousToken {
                token: self.parts.vault.seal(org, SecretField::PreviousAuthToken, &token),
                until: now + PREVIOUS_COUNTS,
            }),
            // One that does not open any more would only be complained of.
            Ok(_) | Err(_) => before.previous_token.filter(|previous| {
                let open = self.parts.vault.open(org, SecretField::PreviousAuthToken, &previous.token);
                now < previous.until && open.is_ok()
            }),
        }
    }
}
