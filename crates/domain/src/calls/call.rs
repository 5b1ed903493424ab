use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{CallId, IncomingCall, UserId};

use super::legs::{Leg, LegRole, Place};
use crate::error::Person;
use crate::party::CustomerRef;
use crate::phone::PhoneNumber;
use crate::ports::{CallStatus, Price};
use crate::text;

/// Where a call is in its life. The steps between them: [`life`](super::life).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallState {
    /// We call; nobody answered yet.
    Dialing,
    /// The caller waits; anybody may accept.
    Ringing,
    /// Somebody took it, and their audio is on its way.
    Claimed,
    /// Customer and agent hear each other.
    Connected,
    /// It is with the organisation's own phones, or with a phone it was handed over to.
    Forwarded,
    /// The caller may leave a message.
    Voicemail,
    /// It is over.
    Ended,
}

impl CallState {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Dialing,
        Self::Ringing,
        Self::Claimed,
        Self::Connected,
        Self::Forwarded,
        Self::Voicemail,
        Self::Ended,
    ];

    /// Its name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dialing => "dialing",
            Self::Ringing => "ringing",
            Self::Claimed => "claimed",
            Self::Connected => "connected",
            Self::Forwarded => "forwarded",
            Self::Voicemail => "voicemail",
            Self::Ended => "ended",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether somebody of the organisation is busy with it.
    pub fn keeps_busy(self) -> bool {
        matches!(self, Self::Dialing | Self::Claimed | Self::Connected)
    }
}

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// A customer called the organisation.
    Inbound,
    /// The organisation called a customer.
    Outbound,
}

impl Direction {
    /// Its name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Inbound, Self::Outbound].into_iter().find(|direction| direction.as_str() == name)
    }
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Our id; also the id of the conference in which both sides meet.
    pub id: CallId,
    /// Rises with every change: whoever changes it names the one they saw.
    pub version: i64,
    /// Who called whom.
    pub direction: Direction,
    /// Twilio's id of the customer's leg; of a call that we make, not before Twilio told it.
    pub sid: Option<String>,
    /// Who calls: E.164, or what Twilio said.
    pub from: String,
    /// The number dialled.
    pub to: String,
    /// Who the customer is.
    pub customer: Option<CustomerRef>,
    /// Where it stands.
    pub state: CallState,
    /// Who has it, or had it last; who makes it.
    pub agent: Option<Person>,
    /// Who handed it over: they had it last while nobody else takes it.
    pub handed_over_by: Option<UserId>,
    /// Whom it rings before all others, for somebody handed it over to them.
    pub meant_for: Option<UserId>,
    /// The phone that took it, when none of the screens did.
    pub phone: Option<PhoneNumber>,
    /// How often it was claimed or made: every time has a conference of its own.
    pub round: u32,
    /// Who is on the line, or was.
    pub legs: Vec<Leg>,
    /// When a claim lapses whose audio did not connect; by the store's clock.
    pub lease_until: Option<DateTime<Utc>>,
    /// Whether the customer hears music instead of the agent.
    pub is_on_hold: bool,
    /// How far Twilio says the customer's leg is.
    pub status: CallStatus,
    /// When it reached us, or was made.
    pub started_at: DateTime<Utc>,
    /// When somebody first talked with the customer.
    pub answered_at: Option<DateTime<Utc>>,
    /// Since when somebody talks with the customer now.
    pub talking_since: Option<DateTime<Utc>>,
    /// How long they talked before that, to the millisecond.
    pub talked: TimeDelta,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// When anything of it last changed.
    pub updated_at: DateTime<Utc>,
    /// How long the customer was on the line, in seconds.
    pub duration_seconds: Option<u32>,
    /// What the customer's end of it cost, once Twilio told.
    pub price: Option<Price>,
    /// What came of it, in a word; people may put another.
    pub outcome: Option<String>,
    /// What people wrote about it.
    pub notes: Option<String>,
    /// Whether there may be a recording of it of which we were not told.
    pub awaits_recording: bool,
    /// When it has to be looked at, if nothing is heard of it; by the store's clock.
    pub due_at: Option<DateTime<Utc>>,
}

impl Call {
    /// The call as agents hear of it.
    pub fn announcement(&self) -> IncomingCall {
        IncomingCall {
            call_sid: self.told_sid(),
            from: text::inert(&self.from),
            to: text::inert(&self.to),
            caller_name: CustomerRef::shown_name(self.customer.as_ref()),
            lead_id: CustomerRef::lead_id(self.customer.as_ref()),
            contact_id: CustomerRef::contact_id(self.customer.as_ref()),
            timestamp: text::timestamp(self.started_at),
        }
    }

    /// Its SID as it is told; its own id while Twilio has not given it one.
    pub fn told_sid(&self) -> String {
        self.sid.as_deref().map_or_else(|| self.id.to_string(), text::inert)
    }

    /// How long somebody talked with the customer until `now`, in seconds. Ringing for a colleague, and the message that the
    /// customer leaves when that was in vain, do not count.
    pub fn talk_seconds(&self, now: DateTime<Utc>) -> u32 {
        let goes_on =
            self.talking_since.map_or(TimeDelta::zero(), |since| (now - since).max(TimeDelta::zero()));
        u32::try_from((self.talked + goes_on).num_seconds()).unwrap_or(0)
    }

    /// Who has it or had it last; who makes it.
    pub fn whose(&self) -> Option<UserId> {
        self.agent.as_ref().map(|agent| agent.id).or(self.handed_over_by)
    }

    /// Whether we were to make it and Twilio certainly never had it.
    pub fn was_never_made(&self) -> bool {
        let is_certain = self.sid.is_none() && self.status == CallStatus::Failed;
        self.state == CallState::Ended && is_certain && self.outcome.as_deref() == Some("failed")
    }

    /// The customer's number in it, as it is written.
    pub fn their_number(&self) -> &str {
        match self.direction {
            Direction::Inbound => &self.from,
            Direction::Outbound => &self.to,
        }
    }

    /// The organisation's number in it.
    pub fn our_number(&self) -> &str {
        match self.direction {
            Direction::Inbound => &self.to,
            Direction::Outbound => &self.from,
        }
    }

    /// Whether nothing of it is left to be learned from Twilio.
    pub fn is_settled(&self) -> bool {
        let is_over = self.state == CallState::Ended && self.status.is_over();
        is_over && !self.awaits_recording && self.lingering().next().is_none()
    }

    /// Whether it cost something of which Twilio did not tell how much.
    pub fn awaits_price(&self) -> bool {
        self.price.is_none() && self.sid.is_some() && self.duration_seconds.is_some_and(|seconds| seconds > 0)
    }

    /// The legs of the organisation's own people, in any round, of whose end we were not told.
    pub(crate) fn lingering(&self) -> impl Iterator<Item = &str> {
        let lives = |leg: &&Leg| leg.role != LegRole::Customer && leg.place != Place::Out;
        self.legs.iter().filter(lives).filter_map(|leg| leg.sid.as_deref())
    }

    /// Whether this is the leg of whoever has the call.
    pub(super) fn is_agents(&self, leg: &Leg) -> bool {
        let id = |person: &Person| person.id;
        let is_theirs = self.agent.is_some() && leg.user.as_ref().map(id) == self.agent.as_ref().map(id);
        is_theirs && matches!(leg.role, LegRole::Agent | LegRole::Colleague)
    }

    /// The legs of this round.
    pub(crate) fn present(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.round == self.round && leg.place != Place::Out)
    }

    /// Whom of the organisation's people it keeps busy: who has it, and whoever is in its conference with them. Who was only
    /// asked in is free: until it is known that they never come, another call would find nobody to ring for.
    pub(crate) fn busy_people(&self) -> BTreeSet<UserId> {
        if !self.state.keeps_busy() {
            return BTreeSet::new();
        }
        let is_in = |leg: &&Leg| leg.place == Place::In;
        let inside = self.present().filter(is_in).filter_map(|leg| leg.user.as_ref());
        inside.chain(&self.agent).map(|person| person.id).collect()
    }

    /// Whether the browser of whoever has it has called in, in this round.
    pub(super) fn agent_has_come(&self) -> bool {
        self.legs.iter().any(|leg| leg.round == self.round && self.is_agents(leg))
    }

    /// Whether they had it, in this round, and left it to somebody else.
    pub(crate) fn was_left_by(&self, user: UserId) -> bool {
        let is_theirs = |person: &Person| person.id == user;
        let has_left = |leg: &Leg| leg.round == self.round && leg.place == Place::Out;
        let mut had = self.legs.iter().filter(|leg| leg.role == LegRole::Agent && has_left(leg));
        self.state.keeps_busy()
            && !self.agent.as_ref().is_some_and(is_theirs)
            && had.any(|leg| leg.user.as_ref().is_some_and(is_theirs))
    }

    /// The customer's place in the conference of this round; `None` if they were not asked in.
    pub fn customers_place(&self) -> Option<Place> {
        let customers = |leg: &&Leg| leg.round == self.round && leg.role == LegRole::Customer;
        self.legs.iter().find(customers).map(|leg| leg.place)
    }

    /// Whether the customer is in a conference that was to be left, or may be.
    pub(crate) fn awaits_turn(&self) -> bool {
        let is_there = self.customers_place().is_some_and(|place| place != Place::Out);
        let is_with_phone = || self.present().any(|leg| leg.phone.is_some() && leg.phone == self.phone);
        match self.state {
            CallState::Ringing => is_there,
            CallState::Forwarded => is_there && !is_with_phone(),
            _ => false,
        }
    }

    /// Whoever has the call, on the line.
    pub fn agents_leg(&self) -> Option<&Leg> {
        self.present().find(|leg| self.is_agents(leg))
    }

    /// The colleague who was asked into the call.
    pub fn colleagues_leg(&self) -> Option<&Leg> {
        self.present().find(|leg| leg.role == LegRole::Colleague && !self.is_agents(leg))
    }

    /// Whoever was asked in last by whoever has the call, also if they never came or have left.
    pub fn asked_in_last(&self) -> Option<&Leg> {
        let is_asked =
            |leg: &&Leg| leg.round == self.round && leg.role == LegRole::Colleague && !self.is_agents(leg);
        self.legs.iter().rfind(is_asked).filter(|_| self.state == CallState::Connected)
    }
}
