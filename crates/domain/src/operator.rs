//! What those who run Switchboard do: it is no role of an organisation, and concerns them all.

use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::OrgId;

use crate::access::OrgScope;
use crate::check::{self, Check};
use crate::error::Error;
use crate::inspector::WebhookCheck;
use crate::people::{self, Organization};
use crate::ports::{Clock, Operations, RolloutRecord, Store};
use crate::rollout::{POLL_INTERVAL_MS, Rollouts};
use crate::signatures::{ModeChange, SignatureMode};

/// For how many hours signatures may be only observed.
pub const OBSERVED_HOURS: RangeInclusive<i64> = 1..=72;
/// How many choices are shown.
const MOST_CHANGES: i64 = 50;

/// A position of the switch, as typed.
#[derive(Debug, Clone, Default)]
pub struct RolloutForm {
    /// Of a hundred people, how many get websockets.
    pub percent: Option<i64>,
    /// How long a client that polls waits; absent, it stays as it is.
    pub poll_interval_ms: Option<i64>,
    /// Who moves it, in words for people.
    pub changed_by: Option<String>,
}

/// How strictly signatures are judged, as typed.
#[derive(Debug, Clone, Default)]
pub struct SignatureForm {
    /// `enforce` or `observe`.
    pub mode: Option<String>,
    /// For how long to observe.
    pub hours: Option<i64>,
    /// Who chooses it, in words for people.
    pub changed_by: Option<String>,
}

/// How strictly an organisation's signatures are judged.
#[derive(Debug, Clone)]
pub struct Judging {
    /// How the signatures of its account fared.
    pub webhook_check: WebhookCheck,
    /// Until when signatures are only observed.
    pub observed_until: Option<DateTime<Utc>>,
    /// What was chosen so far, the last choice first.
    pub changes: Vec<ModeChange>,
}

/// The operator's acts. Whether it is the operator who asks was found out before.
pub struct Operator {
    store: Arc<dyn Store>,
    operations: Arc<dyn Operations>,
    rollouts: Arc<Rollouts>,
    clock: Arc<dyn Clock>,
}

impl Operator {
    /// Over a store. A position that is set here holds on every node within a second.
    pub fn new(
        store: Arc<dyn Store>,
        operations: Arc<dyn Operations>,
        rollouts: Arc<Rollouts>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { store, operations, rollouts, clock }
    }

    /// A page of all organisations in the order of their slugs, and how many there are. Each is read in its own scope.
    pub async fn organizations(&self, limit: i64, offset: i64) -> Result<(Vec<Organization>, i64), Error> {
        let (ids, total) = self.operations.organization_page(limit, offset).await?;
        let mut organizations = Vec::new();
        for id in ids {
            let mut tx = self.store.begin(scope(id)).await?;
            organizations.extend(tx.organization().await?);
        }
        Ok((organizations, total))
    }

    /// Switches an organisation on or off. Off, nobody gets in, and live connections end within a second; what it has is
    /// kept, and sessions and service tokens that have not ended otherwise count again once it is on.
    pub async fn set_active(&self, id: OrgId, is_active: bool) -> Result<Organization, Error> {
        let mut tx = self.store.begin(scope(id)).await?;
        let is_changed = tx.set_organization_active(is_active, self.clock.now()).await?;
        let organization = people::organization(tx.as_mut()).await?;
        if is_changed {
            tx.record_access_change();
            tx.commit().await?;
        }
        Ok(organization)
    }

    /// Where the switch stands.
    pub async fn rollout(&self) -> Result<RolloutRecord, Error> {
        Ok(self.operations.rollout().await?)
    }

    /// Moves the switch.
    pub async fn set_rollout(&self, form: RolloutForm) -> Result<RolloutRecord, Error> {
        let mut check = Check::default();
        let percent = form.percent.and_then(|percent| u8::try_from(percent).ok()).filter(|it| *it <= 100);
        if percent.is_none() {
            check.refuse("percent", "must be a number from 0 to 100");
        }
        let interval = form.poll_interval_ms.map(|interval| u32::try_from(interval).unwrap_or_default());
        if interval.is_some_and(|interval| !POLL_INTERVAL_MS.contains(&interval)) {
            let (shortest, longest) = (POLL_INTERVAL_MS.start(), POLL_INTERVAL_MS.end());
            check.refuse("pollIntervalMs", format!("must be a number from {shortest} to {longest}"));
        }
        let by = check.optional("changedBy", form.changed_by.as_deref(), check::NAME);
        check.finish()?;
        let by = by.as_deref().unwrap_or("operator");
        let percent = percent.unwrap_or_default();
        let record = self.operations.set_rollout(percent, interval, by, self.clock.now()).await?;
        self.rollouts.hear(record.rollout);
        Ok(record)
    }

    /// How strictly the organisation's signatures are judged, and who said so.
    pub async fn judging(&self, id: OrgId) -> Result<Judging, Error> {
        let mut tx = self.store.begin(scope(id)).await?;
        people::organization(tx.as_mut()).await?;
        let changes = tx.signature_modes(MOST_CHANGES).await?;
        let now = self.clock.now();
        let observed = changes.first().and_then(ModeChange::observed).filter(|period| period.contains(now));
        let webhook_check = match tx.twilio_settings().await? {
            Some(settings) => tx.webhook_check(&settings.account_sid).await?,
            None => WebhookCheck::default(),
        };
        Ok(Judging { webhook_check, observed_until: observed.map(|period| period.until), changes })
    }

    /// Lets texts and inbound calls with a wrong signature in for some hours, or not any more. It ends by itself.
    pub async fn set_judging(&self, id: OrgId, form: SignatureForm) -> Result<Judging, Error> {
        let mut check = Check::default();
        let words = [SignatureMode::Enforce.as_str(), SignatureMode::Observe.as_str()];
        let mode = check.one_of("mode", form.mode.as_deref(), &words).and_then(|word| word.parse().ok());
        if form.mode.as_deref().is_none_or(|text| text.trim().is_empty()) {
            check.refuse("mode", format!("must be one of {}", words.join(", ")));
        }
        let hours = form.hours.filter(|hours| OBSERVED_HOURS.contains(hours));
        if mode == Some(SignatureMode::Observe) && hours.is_none() {
            let (least, most) = (OBSERVED_HOURS.start(), OBSERVED_HOURS.end());
            check.refuse("hours", format!("must be a number from {least} to {most}"));
        }
        let by = check.optional("changedBy", form.changed_by.as_deref(), check::NAME);
        check.finish()?;
        let mode = mode.expect("else a rule was broken");
        let now = self.clock.now();
        let hours = hours.filter(|_| mode == SignatureMode::Observe);
        let change = ModeChange {
            mode,
            until: hours.map(|hours| now + TimeDelta::hours(hours)),
            changed_by: by.unwrap_or_else(|| "operator".to_owned()),
            changed_at: now,
        };
        let mut tx = self.store.begin(scope(id)).await?;
        people::organization(tx.as_mut()).await?;
        tx.insert_signature_mode(&change).await?;
        tx.commit().await?;
        self.judging(id).await
    }
}

#[expect(clippy::disallowed_methods, reason = "an operator asks: the admin listener has checked their token")]
fn scope(id: OrgId) -> OrgScope {
    OrgScope::trusted(id)
}
