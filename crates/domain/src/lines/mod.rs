//! An organisation's numbers as callers meet them: when somebody answers, who, and what comes if nobody does.

mod form;
mod hours;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use switchboard_events::UserId;

use crate::access::{Caller, OrgScope};
use crate::error::Error;
use crate::people;
use crate::phone::PhoneNumber;
use crate::ports::{Clock, LineRepo, OrganizationRepo, Store, TwilioRepo};
use crate::twilio_settings::TwilioSettings;
use crate::zone::Zone;

pub use self::form::{GreetingForm, LineForm, OpeningForm};
pub use self::hours::{Opening, OpeningHours};

/// How long it may ring at the screens at most, in seconds.
pub const LONGEST_RING: i64 = 600;

/// One of the organisation's numbers, and what it decided about calls to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The number.
    pub number: PhoneNumber,
    /// When somebody answers; always, if there is no word of it.
    pub hours: Option<OpeningHours>,
    /// The days on which nobody does, from midnight to midnight.
    pub holidays: Vec<NaiveDate>,
    /// Whom it rings; everybody, if nobody is named.
    pub team: Vec<UserId>,
    /// What a caller hears when nobody answers.
    pub greeting: Greeting,
    /// The organisation's own phones. They ring, all at once, when nobody at a screen takes the call.
    pub phones: Vec<PhoneNumber>,
    /// How long it rings at the screens before it goes on.
    pub ring_seconds: u16,
    /// How long it rings at the phones.
    pub phone_ring_seconds: u16,
    /// Whether callers may leave a message.
    pub has_voicemail: bool,
    /// Whether what is said is recorded.
    pub is_recorded: bool,
}

/// What a caller hears when nobody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Greeting {
    /// Read aloud.
    Text(String),
    /// Played from this address.
    Recording(String),
}

/// A line at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineNow {
    /// The line.
    pub line: Line,
    /// Whether somebody answers now, or is meant to.
    pub is_open: bool,
}

impl Line {
    /// A number about which nothing was decided yet: it is always open, rings everybody, and takes messages.
    pub fn plain(number: PhoneNumber) -> Self {
        Self {
            number,
            hours: None,
            holidays: Vec::new(),
            team: Vec::new(),
            greeting: Greeting::usual(true),
            phones: Vec::new(),
            ring_seconds: 45,
            phone_ring_seconds: 20,
            has_voicemail: true,
            is_recorded: false,
        }
    }

    /// Whether somebody is meant to answer at `now`, by the clocks and the calendar of the zone.
    pub fn is_open(&self, now: DateTime<Utc>, zone: Zone) -> bool {
        let wall_time = zone.wall_time(now);
        let is_holiday = self.holidays.contains(&wall_time.date());
        !is_holiday && self.hours.as_ref().is_none_or(|hours| hours.are_open(wall_time))
    }

    fn at(self, now: DateTime<Utc>, zone: Zone) -> LineNow {
        LineNow { is_open: self.is_open(now, zone), line: self }
    }
}

impl Greeting {
    /// What is said where nothing else was chosen.
    pub fn usual(has_voicemail: bool) -> Self {
        let text = if has_voicemail {
            "Thank you for calling. Nobody can take your call right now. \
             Please leave a message after the tone, and we will call you back."
        } else {
            "Thank you for calling. Nobody can take your call right now. Please call again later."
        };
        Greeting::Text(text.to_owned())
    }
}

/// The organisation's numbers.
pub struct Lines {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Lines {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// All of the organisation's numbers, in the order of its settings at Twilio, and the zone of their hours.
    pub async fn list(&self, caller: &Caller) -> Result<(Zone, Vec<LineNow>), Error> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.scope).await?;
        let zone = people::organization(tx.as_mut()).await?.timezone;
        let Some(settings) = tx.twilio_settings().await? else { return Ok((zone, Vec::new())) };
        let mut kept = tx.lines().await?;
        let lines = settings.numbers.into_iter().map(|own| {
            let at = kept.iter().position(|line| line.number == own.number);
            at.map_or_else(|| Line::plain(own.number), |at| kept.swap_remove(at)).at(now, zone)
        });
        Ok((zone, lines.collect()))
    }

    /// One of the organisation's numbers.
    pub async fn get(&self, caller: &Caller, number: &str) -> Result<LineNow, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let (number, _) = own_number(tx.as_mut(), number).await?;
        let zone = people::organization(tx.as_mut()).await?.timezone;
        Ok(line(tx.as_mut(), number).await?.at(self.clock.now(), zone))
    }

    /// Decides anew about one of the organisation's numbers; what the form leaves out is as if nothing had been decided
    /// about it.
    pub async fn save(&self, caller: &Caller, number: &str, form: LineForm) -> Result<LineNow, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let (number, settings) = own_number(tx.as_mut(), number).await?;
        let organization = people::organization(tx.as_mut()).await?;
        let users = if form.team.is_empty() { Vec::new() } else { tx.users().await? };
        let own: Vec<_> = settings.numbers.into_iter().map(|own| own.number).collect();
        let before = line(tx.as_mut(), number.clone()).await?;
        let line = form.check(number, organization.region, &own, &users)?;
        tx.put_line(&line).await?;
        if line.team != before.team {
            tx.record_offers_change();
        }
        tx.commit().await?;
        Ok(line.at(self.clock.now(), organization.timezone))
    }

    /// The line of a dialled number, as its caller meets it now.
    pub async fn at_call(&self, scope: OrgScope, number: &PhoneNumber) -> Result<LineNow, Error> {
        let mut tx = self.store.begin(scope).await?;
        line_at(tx.as_mut(), number, self.clock.now()).await
    }
}

/// The line of a dialled number, as a caller meets it at `now`. A phone that has become a number of the organisation is
/// left out: calls would go round in circles.
pub async fn line_at<R>(repo: &mut R, number: &PhoneNumber, now: DateTime<Utc>) -> Result<LineNow, Error>
where
    R: LineRepo + OrganizationRepo + TwilioRepo + ?Sized,
{
    let zone = people::organization(repo).await?.timezone;
    let mut line = line(repo, number.clone()).await?;
    if !line.phones.is_empty()
        && let Some(settings) = repo.twilio_settings().await?
    {
        line.phones.retain(|phone| settings.numbers.iter().all(|own| own.number != *phone));
    }
    Ok(line.at(now, zone))
}

async fn line<R: LineRepo + ?Sized>(repo: &mut R, number: PhoneNumber) -> Result<Line, Error> {
    Ok(repo.line(&number).await?.unwrap_or_else(|| Line::plain(number)))
}

/// A number as a path names it, if it is the organisation's.
async fn own_number<R: TwilioRepo + ?Sized>(
    repo: &mut R,
    text: &str,
) -> Result<(PhoneNumber, TwilioSettings), Error> {
    let settings = repo.twilio_settings().await?.ok_or(Error::NotFound("number"))?;
    let own = settings.numbers.iter().find(|own| own.number.as_str() == text);
    let number = own.ok_or(Error::NotFound("number"))?.number.clone();
    Ok((number, settings))
}
