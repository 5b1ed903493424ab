//! The life of a call: every step that there is, and what each thing that happens does to it. Pure; what is not in the
//! [`TABLE`] does not happen, however late, often or in whatever order it is told.

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{CallAccepted, CallEnded, CallReleased, EndReason, Event, UserId};

use super::call::{Call, CallState, Direction};
use super::legs::{Leg, LegRole, Listening, Place};
use super::timeline::{Note, What};
use crate::error::Person;
use crate::phone::PhoneNumber;
use crate::ports::CallStatus;
use crate::text;

/// How long whoever took a call may take until their browser calls in.
pub const LEASE: TimeDelta = TimeDelta::seconds(8);
/// How long it may take from then on until customer and agent hear each other.
pub const AUDIO_LEASE: TimeDelta = TimeDelta::seconds(20);
/// How long whoever makes a call may take until their browser calls in.
pub const DIAL_LEASE: TimeDelta = TimeDelta::seconds(30);
/// After how long without news Twilio is asked about a call.
pub const QUIET: TimeDelta = TimeDelta::seconds(60);
/// How soon Twilio is asked who is in the conference, once customer and agent are on the way there; and how soon a lease that
/// is over is looked at again.
const LOOK: TimeDelta = TimeDelta::seconds(5);
/// How soon it is asked when the agent left before the customer is known to be there.
const DOUBT: TimeDelta = TimeDelta::seconds(1);
/// How long the claim lasts then: what is told may come in the wrong order.
const DOUBT_LEASE: TimeDelta = TimeDelta::seconds(4);
/// How soon it is looked for a call that we made, if Twilio did not answer.
const SEARCH: TimeDelta = TimeDelta::seconds(10);
/// How soon it is looked whether a call that is over is over at Twilio too; then less and less often, up to once an hour.
const AFTERMATH: TimeDelta = TimeDelta::seconds(30);
/// For how long that is looked after.
const GIVES_UP: TimeDelta = TimeDelta::days(3);

/// What came of a call in which somebody talked with the customer.
const ANSWERED: &str = "answered";
/// What came of one in which nobody did, in our words; people may have others.
const UNANSWERED: [&str; 6] = ["missed", "canceled", "failed", "busy", "no-answer", "voicemail"];

/// A step of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Somebody takes it.
    Claim,
    /// Whoever took it did not get through.
    Release,
    /// Customer and agent hear each other.
    Connect,
    /// It rings again, for a colleague.
    HandOver,
    /// Phones ring for it, or it goes to a phone.
    Forward,
    /// The caller may leave a message.
    TakeMessage,
    /// It is over.
    End,
}

/// Every step, the states that it leaves, and the one that it leads to.
pub const TABLE: [(Step, &[CallState], CallState); 7] = [
    (Step::Claim, &[CallState::Ringing], CallState::Claimed),
    (Step::Release, &[CallState::Claimed], CallState::Ringing),
    (Step::Connect, &[CallState::Claimed, CallState::Dialing], CallState::Connected),
    (Step::HandOver, &[CallState::Connected], CallState::Ringing),
    (Step::Forward, &[CallState::Ringing, CallState::Connected], CallState::Forwarded),
    (Step::TakeMessage, &[CallState::Ringing, CallState::Forwarded], CallState::Voicemail),
    (
        Step::End,
        &[
            CallState::Dialing,
            CallState::Ringing,
            CallState::Claimed,
            CallState::Connected,
            CallState::Forwarded,
            CallState::Voicemail,
        ],
        CallState::Ended,
    ),
];

/// What happens to a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// Somebody wants to take it.
    Accept(Person),
    /// Nobody takes it at a screen; it goes on.
    NobodyTakes {
        /// Why.
        why: Unanswered,
        /// With what.
        next: Onward,
    },
    /// Somebody at one of the organisation's phones takes it.
    PhoneTakes(PhoneNumber),
    /// The phones have rung, or whoever talked at one hung up.
    PhonesDone {
        /// Whether caller and phone were connected.
        has_talked: bool,
        /// Whether the caller may leave a message, if nobody talked with them.
        has_voicemail: bool,
    },
    /// The browser of whoever has it calls in.
    AgentArrives {
        /// Who.
        user: Person,
        /// Their leg.
        sid: String,
        /// Whether what they say is recorded.
        is_recorded: bool,
    },
    /// The customer is asked into the conference.
    AskCustomerIn,
    /// Nothing came of that.
    CustomerNotAsked,
    /// We call the customer, and Twilio told the SID of it.
    Dialed {
        /// The customer's leg.
        sid: String,
    },
    /// Twilio did not call the customer.
    NotDialed {
        /// Whether it said so; else it may turn out that it did.
        is_certain: bool,
    },
    /// Somebody entered a conference.
    Joins {
        /// Whose round it is.
        round: u32,
        /// Who.
        sid: String,
        /// As what.
        role: Option<LegRole>,
        /// Twilio's id of the conference.
        conference: Option<String>,
    },
    /// Somebody left a conference.
    Leaves {
        /// Whose round it is.
        round: u32,
        /// Who.
        sid: String,
    },
    /// A conference is over.
    ConferenceEnds {
        /// Whose round it was.
        round: u32,
    },
    /// Somebody's leg is over.
    LegGone {
        /// Whose.
        sid: String,
    },
    /// The customer's leg is over.
    CustomerGone {
        /// How.
        status: CallStatus,
        /// How long it was, in seconds, if Twilio said so.
        duration: Option<u32>,
    },
    /// A lease ended.
    Lapse,
    /// The customer hears music from now on, or the agent again.
    Hold(bool),
    /// Who has it ends it; Twilio was told.
    HangUp(UserId),
    /// Who has it hands it over to a colleague, for whom it rings.
    HandOver {
        /// Who has it.
        from: UserId,
        /// To whom.
        to: Person,
    },
    /// Who has it hands it over to a phone.
    SendTo {
        /// Who has it.
        from: UserId,
        /// To which.
        phone: PhoneNumber,
    },
    /// A colleague, or a phone, is asked into the call.
    AskIn {
        /// Who, of the organisation's people.
        user: Option<Person>,
        /// Which phone.
        phone: Option<PhoneNumber>,
        /// Their leg.
        sid: String,
    },
    /// A supervisor wants to take part.
    Listen {
        /// Who.
        user: Person,
        /// How.
        listening: Listening,
    },
    /// The browser of a supervisor calls in who wants to take part.
    SupervisorArrives {
        /// Who.
        user: UserId,
        /// Their leg.
        sid: String,
    },
    /// Twilio told of a message that the caller left, or that there is none.
    Recorded {
        /// Whether there is one.
        is_message: bool,
    },
    /// Twilio was asked for all that was recorded.
    RecordingsKnown,
    /// It is due, and somebody looks after it: nobody else needs to for a while.
    LookedAt,
    /// This happened a while ago, and we are told of it only now. Nothing rings by it.
    ToldLate(Box<Happening>),
}

/// Why nobody at a screen took a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unanswered {
    /// It rang long enough, or nobody was there.
    Timeout,
    /// All whom it rang declined.
    Declined,
}

/// What comes after the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Onward {
    /// The organisation's phones.
    Phones,
    /// A message.
    Voicemail,
    /// A word of regret.
    Goodbye,
}

/// A call after something happened to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The call.
    pub call: Call,
    /// What is told.
    pub events: Vec<Event>,
    /// What is noted for those who look into it later.
    pub notes: Vec<Note>,
    /// What has to be done at Twilio for it.
    pub deeds: Deeds,
}

/// What has to be done at Twilio.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Deeds {
    /// What the customer's leg is to do, from wherever it is.
    pub customer: Option<Turn>,
    /// Whether the customer, who hears music, is to hear the others again.
    pub resume: bool,
    /// The legs to be ended.
    pub drop: Vec<String>,
}

/// What the customer's leg is turned to.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// Into the conference of the call's round.
    Meet,
    /// Back to the queue.
    Queue,
    /// To a phone.
    Phone(PhoneNumber),
}

impl Call {
    /// The call after this happened at `now`; `None` if it changes nothing.
    pub fn after(&self, happening: &Happening, now: DateTime<Utc>) -> Option<Outcome> {
        let (call, deeds) = (self.clone(), Deeds::default());
        let mut life = Life { call, now, is_late: false, events: Vec::new(), notes: Vec::new(), deeds };
        if !life.happen(happening) {
            return None;
        }
        let Life { mut call, events, notes, deeds, .. } = life;
        if *happening != Happening::LookedAt {
            call.updated_at = now;
        }
        call.due_at = call.due(now);
        Some(Outcome { call, events, notes, deeds })
    }

    /// When it has to be looked at, if nothing is heard of it until then.
    pub fn due(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.state {
            CallState::Ended if self.is_settled() => None,
            CallState::Ended => {
                let since = now - self.ended_at.unwrap_or(now);
                (since < GIVES_UP).then(|| now + since.clamp(AFTERMATH, TimeDelta::hours(1)))
            }
            _ => {
                let look = now + self.patience();
                match self.lease_until {
                    Some(until) if until > now => Some(look.min(until)),
                    Some(_) => Some(now + LOOK),
                    None => Some(look),
                }
            }
        }
    }

    /// After how long without news Twilio is asked about it.
    fn patience(&self) -> TimeDelta {
        match self.state {
            CallState::Claimed if !self.agent_has_come() => QUIET,
            CallState::Claimed if self.agents_leg().is_none() => DOUBT,
            CallState::Claimed => LOOK,
            CallState::Dialing if self.sid.is_none() => SEARCH,
            _ => QUIET,
        }
    }
}

struct Life {
    call: Call,
    now: DateTime<Utc>,
    /// Whether it happened before that.
    is_late: bool,
    events: Vec<Event>,
    notes: Vec<Note>,
    deeds: Deeds,
}

impl Life {
    /// Whether anything changed.
    fn happen(&mut self, happening: &Happening) -> bool {
        match happening {
            Happening::Accept(by) => self.accept(by),
            Happening::NobodyTakes { why, next } => self.go_on(*why, *next),
            Happening::PhoneTakes(phone) => self.phone_takes(phone),
            Happening::PhonesDone { has_talked, has_voicemail } => {
                self.phones_done(*has_talked, *has_voicemail)
            }
            Happening::AgentArrives { user, sid, is_recorded } => self.agent_arrives(user, sid, *is_recorded),
            Happening::AskCustomerIn => self.ask_customer_in(),
            Happening::CustomerNotAsked => self.customer_not_asked(),
            Happening::Dialed { sid } => self.dialed(sid),
            Happening::NotDialed { is_certain } => self.not_dialed(*is_certain),
            Happening::Joins { round, sid, role, conference } => {
                self.joins(*round, sid, *role, conference.as_deref())
            }
            Happening::Leaves { round, sid } => {
                self.leave(true, |leg| leg.round == *round && leg.sid.as_ref() == Some(sid))
            }
            Happening::LegGone { sid } => self.leave(false, |leg| leg.sid.as_ref() == Some(sid)),
            // Whoever is still on the way there begins it anew.
            Happening::ConferenceEnds { round } => {
                self.leave(true, |leg| leg.round == *round && leg.place == Place::In)
            }
            Happening::CustomerGone { status, duration } => self.customer_gone(status, *duration),
            Happening::Lapse => self.lapse(),
            Happening::Hold(is_on_hold) => self.hold(*is_on_hold),
            Happening::HangUp(by) => self.hang_up(*by),
            Happening::HandOver { from, to } => self.hand_over(*from, to),
            Happening::SendTo { from, phone } => self.send_to(*from, phone),
            Happening::AskIn { user, phone, sid } => self.ask_in(user.clone(), phone.clone(), sid),
            Happening::Listen { user, listening } => self.listen(user, *listening),
            Happening::SupervisorArrives { user, sid } => self.supervisor_arrives(*user, sid),
            Happening::Recorded { is_message } => self.recorded(*is_message),
            Happening::RecordingsKnown => std::mem::take(&mut self.call.awaits_recording),
            Happening::LookedAt => self.call.due_at.is_some_and(|due_at| due_at <= self.now),
            Happening::ToldLate(happening) => {
                self.is_late = true;
                self.happen(happening)
            }
        }
    }

    /// Takes the step, if the table has it.
    fn step(&mut self, step: Step) -> bool {
        let from = self.call.state;
        let Some((_, _, to)) =
            TABLE.iter().find(|(known, leaves, _)| *known == step && leaves.contains(&from))
        else {
            return false;
        };
        self.call.state = *to;
        self.call.is_on_hold = false;
        self.call.lease_until = None;
        self.call.awaits_recording |= step == Step::TakeMessage;
        true
    }

    fn note(&mut self, what: What, by: Option<UserId>, detail: Option<String>) {
        self.notes.push(Note { at: self.now, what, by, detail });
    }

    fn agent(&self) -> Option<UserId> {
        self.call.agent.as_ref().map(|agent| agent.id)
    }

    fn accept(&mut self, by: &Person) -> bool {
        if !self.step(Step::Claim) {
            return false;
        }
        self.call.agent = Some(by.clone());
        self.call.meant_for = None;
        self.call.round += 1;
        self.call.lease_until = Some(self.now + LEASE);
        self.tell_accepted(by.id);
        self.note(What::Accepted, Some(by.id), None);
        true
    }

    fn go_on(&mut self, why: Unanswered, next: Onward) -> bool {
        let (step, reason) = match (next, why) {
            (Onward::Voicemail, _) => (Step::TakeMessage, EndReason::Voicemail),
            (Onward::Phones, Unanswered::Timeout) => (Step::Forward, EndReason::Timeout),
            (Onward::Phones, Unanswered::Declined) => (Step::Forward, EndReason::Declined),
            (Onward::Goodbye, Unanswered::Timeout) => (Step::End, EndReason::Timeout),
            (Onward::Goodbye, Unanswered::Declined) => (Step::End, EndReason::Declined),
        };
        if self.call.state != CallState::Ringing {
            return false;
        }
        match step {
            // The word of regret is still being said: nothing is cut short.
            Step::End => self.end("missed", reason) && self.spare_customer(),
            step => {
                self.step(step);
                let what = if step == Step::Forward { What::Forwarded } else { What::Voicemail };
                self.note(what, None, None);
                self.tell_ended(reason);
                true
            }
        }
    }

    fn spare_customer(&mut self) -> bool {
        let sid = self.call.sid.clone();
        self.deeds.drop.retain(|leg| Some(leg) != sid.as_ref());
        true
    }

    fn phone_takes(&mut self, phone: &PhoneNumber) -> bool {
        if self.call.state != CallState::Forwarded || self.call.phone.is_some() {
            return false;
        }
        self.call.phone = Some(phone.clone());
        self.call.answered_at.get_or_insert(self.now);
        self.note(What::PhoneTook, None, Some(phone.to_string()));
        true
    }

    fn phones_done(&mut self, has_talked: bool, has_voicemail: bool) -> bool {
        if self.call.state != CallState::Forwarded {
            return false;
        }
        if !(has_talked && self.call.phone.is_some()) && has_voicemail {
            self.step(Step::TakeMessage);
            self.note(What::Voicemail, None, None);
            return true;
        }
        let outcome = if self.call.answered_at.is_some() { "answered" } else { "missed" };
        self.end(outcome, EndReason::Completed) && self.spare_customer()
    }

    fn agent_arrives(&mut self, user: &Person, sid: &str, is_recorded: bool) -> bool {
        let is_theirs = self.agent() == Some(user.id) && self.call.state.keeps_busy();
        // Of two browsers of theirs the one that is in stays: its end would be the end of the conference.
        let is_in = self.call.agents_leg().is_some_and(|leg| leg.place == Place::In);
        if !is_theirs || is_in || self.knows(sid) {
            return false;
        }
        let (round, agent) = (self.call.round, user.id);
        // One that has not got in by now gives way to this one.
        for leg in &mut self.call.legs {
            let is_older = leg.role == LegRole::Agent && leg.round == round && leg.place == Place::Coming;
            if is_older && leg.user.as_ref().is_some_and(|user| user.id == agent) {
                leg.place = Place::Out;
                self.deeds.drop.extend(leg.sid.clone());
            }
        }
        self.put_leg(LegRole::Agent, Some(sid), Some(user.clone()));
        self.call.awaits_recording |= is_recorded;
        match self.call.state {
            CallState::Claimed => {
                self.call.lease_until = Some(self.now + AUDIO_LEASE);
                if self.call.customers_place().is_none() {
                    self.deeds.customer = Some(Turn::Meet);
                }
            }
            _ => self.call.lease_until = None,
        }
        self.note(What::Arrived, Some(user.id), None);
        true
    }

    fn knows(&self, sid: &str) -> bool {
        let of_legs = self.call.legs.iter().map(|leg| &leg.sid);
        of_legs.chain([&self.call.sid]).any(|known| known.as_deref() == Some(sid))
    }

    fn put_leg(&mut self, role: LegRole, sid: Option<&str>, user: Option<Person>) {
        self.call.legs.push(Leg {
            sid: sid.map(str::to_owned),
            role,
            user,
            phone: None,
            round: self.call.round,
            place: Place::Coming,
            has_been_in: false,
            conference: None,
            listening: None,
        });
    }

    fn ask_customer_in(&mut self) -> bool {
        let is_free = self.call.state == CallState::Claimed && self.call.customers_place().is_none();
        if is_free {
            let sid = self.call.sid.clone();
            self.put_leg(LegRole::Customer, sid.as_deref(), None);
        }
        is_free
    }

    fn customer_not_asked(&mut self) -> bool {
        let (round, before) = (self.call.round, self.call.legs.len());
        self.call
            .legs
            .retain(|leg| leg.role != LegRole::Customer || leg.round != round || leg.place != Place::Coming);
        self.call.legs.len() < before
    }

    fn dialed(&mut self, sid: &str) -> bool {
        if self.call.sid.is_some() || self.knows(sid) {
            return false;
        }
        self.call.sid = Some(sid.to_owned());
        if self.call.state == CallState::Dialing {
            self.put_leg(LegRole::Customer, Some(sid), None);
        } else {
            // It was given up before Twilio said that it had begun.
            self.call.status = CallStatus::Queued;
            self.deeds.drop.push(sid.to_owned());
        }
        true
    }

    fn not_dialed(&mut self, is_certain: bool) -> bool {
        if self.call.sid.is_some() {
            return false;
        }
        let is_news = is_certain && !self.call.status.is_over();
        if is_news {
            self.call.status = CallStatus::Failed;
        }
        let is_given_up = self.call.state == CallState::Dialing && self.end("failed", EndReason::Failed);
        is_news || is_given_up
    }

    fn joins(&mut self, round: u32, sid: &str, role: Option<LegRole>, conference: Option<&str>) -> bool {
        let known =
            self.call.legs.iter().position(|leg| leg.round == round && leg.sid.as_deref() == Some(sid));
        // Twilio may tell of a leg before it answers who asked for it.
        let awaited = |leg: &Leg| leg.round == round && leg.sid.is_none() && Some(leg.role) == role;
        let Some(at) = known.or_else(|| self.call.legs.iter().position(awaited)) else { return false };
        let leg = &mut self.call.legs[at];
        let is_news = !leg.has_been_in || (leg.conference.is_none() && conference.is_some());
        leg.sid = Some(sid.to_owned());
        leg.conference = leg.conference.take().or_else(|| conference.map(str::to_owned));
        leg.has_been_in = true;
        leg.place = leg.place.max(Place::In);
        let came_late = leg.role == LegRole::Customer && leg.place == Place::In;
        if is_news && came_late && self.call.state == CallState::Ringing && round == self.call.round {
            self.deeds.customer = Some(Turn::Queue); // it rings again, and nobody is there
        }
        if is_news {
            self.look_around();
        }
        is_news
    }

    /// These legs are over, or out of the conference, in which they then have been.
    fn leave(&mut self, were_in: bool, who: impl Fn(&Leg) -> bool) -> bool {
        let mut is_news = false;
        for leg in self.call.legs.iter_mut().filter(|leg| who(leg)) {
            is_news |= leg.place != Place::Out || (were_in && !leg.has_been_in);
            leg.place = Place::Out;
            leg.has_been_in |= were_in;
        }
        if is_news {
            self.look_around();
        }
        is_news
    }

    /// What follows from who is in the conference now.
    fn look_around(&mut self) {
        let customer = self.call.customers_place();
        let agent = self.call.agents_leg().map(|leg| leg.place);
        let has_left = agent.is_none() && self.call.agent_has_come();
        let both_in = customer == Some(Place::In) && agent == Some(Place::In);
        match self.call.state {
            CallState::Claimed | CallState::Dialing if both_in => {
                self.step(Step::Connect);
                self.call.answered_at.get_or_insert(self.now);
                self.call.status = CallStatus::InProgress;
                self.note(What::Connected, self.agent(), None);
            }
            CallState::Claimed if customer == Some(Place::Out) => {
                self.end("missed", EndReason::CallerHangup);
            }
            CallState::Claimed if has_left && customer.is_none() && !self.is_late => {
                self.release();
            }
            // They may have talked already, or the customer has gone, of which we are yet to be told.
            CallState::Claimed if has_left => {
                let until = self.now + DOUBT_LEASE;
                self.call.lease_until = Some(self.call.lease_until.map_or(until, |lease| lease.min(until)));
            }
            CallState::Dialing if customer == Some(Place::Out) => {
                self.end("failed", EndReason::Failed);
            }
            CallState::Dialing if has_left => {
                self.end("canceled", EndReason::Failed);
            }
            CallState::Connected if customer == Some(Place::Out) => {
                self.end("answered", EndReason::Completed);
            }
            CallState::Connected if agent.is_none() => self.agent_left(),
            CallState::Ended => self.see_that_they_talked(),
            _ => {}
        }
    }

    /// What came in the wrong order may tell late that customer and agent had met.
    fn see_that_they_talked(&mut self) {
        let call = &mut self.call;
        let been_in = call.legs.iter().filter(|leg| leg.round == call.round && leg.has_been_in);
        let has_met = been_in.clone().any(|leg| leg.role == LegRole::Customer)
            && been_in.clone().any(|leg| call.is_agents(leg));
        if !has_met || call.answered_at.is_some() {
            return;
        }
        call.answered_at = Some(call.ended_at.unwrap_or(self.now));
        if call.outcome.as_deref().is_some_and(|outcome| UNANSWERED.contains(&outcome)) {
            call.outcome = Some(ANSWERED.to_owned());
        }
    }

    /// What came in the wrong order may tell late why a customer whom we called did not answer.
    fn see_why_nobody_answered(&mut self, status: &CallStatus) {
        let call = &mut self.call;
        let was_in_vain = call.direction == Direction::Outbound && call.answered_at.is_none();
        if was_in_vain && call.outcome.as_deref().is_some_and(|outcome| UNANSWERED.contains(&outcome)) {
            call.outcome = Some(said(status));
        }
    }

    /// A colleague who was asked in has the call now, as soon as they are there; without one it is over.
    fn agent_left(&mut self) {
        match self.call.colleagues_leg().cloned() {
            Some(leg) if leg.place != Place::In => {}
            Some(Leg { user: Some(user), .. }) => {
                self.call.agent = Some(user.clone());
                self.deeds.resume = std::mem::take(&mut self.call.is_on_hold);
                self.tell_accepted(user.id);
                self.note(What::HandedOver, Some(user.id), None);
            }
            Some(Leg { phone: Some(phone), .. }) => {
                self.deeds.resume = self.call.is_on_hold;
                self.step(Step::Forward);
                self.note(What::Forwarded, None, Some(phone.to_string()));
                self.call.phone = Some(phone);
                self.tell_ended(EndReason::Completed);
            }
            _ => {
                self.end("answered", EndReason::Completed);
            }
        }
    }

    fn customer_gone(&mut self, status: &CallStatus, duration: Option<u32>) -> bool {
        let is_news = !self.call.status.is_over() && status.is_over();
        let has_duration = self.call.duration_seconds.is_none() && duration.is_some();
        if is_news {
            self.call.status = status.clone();
            self.see_why_nobody_answered(status);
        }
        if has_duration {
            self.call.duration_seconds = duration;
        }
        for leg in &mut self.call.legs {
            if leg.role == LegRole::Customer && leg.sid == self.call.sid {
                leg.place = Place::Out;
            }
        }
        let has_ended = match self.call.state {
            CallState::Ringing | CallState::Claimed => self.end("missed", EndReason::CallerHangup),
            CallState::Connected => self.end("answered", EndReason::Completed),
            CallState::Dialing => self.end(&said(status), EndReason::Failed),
            CallState::Forwarded | CallState::Voicemail => self.end("missed", EndReason::Completed),
            CallState::Ended => false,
        };
        is_news || has_duration || has_ended
    }

    fn lapse(&mut self) -> bool {
        let has_lapsed = self.call.lease_until.is_some_and(|until| until <= self.now);
        match self.call.state {
            CallState::Claimed if has_lapsed => self.release(),
            CallState::Dialing if has_lapsed => self.end("canceled", EndReason::Failed),
            _ => false,
        }
    }

    /// It rings again.
    fn release(&mut self) -> bool {
        let Some(by) = self.agent() else { return false };
        let was_asked_in = self.call.customers_place().is_some_and(|place| place != Place::Out);
        if !self.step(Step::Release) {
            return false;
        }
        self.deeds.customer = was_asked_in.then_some(Turn::Queue);
        self.drop_others();
        self.call.agent = None;
        self.ring_again(by);
        self.note(What::Released, Some(by), None);
        true
    }

    fn ring_again(&mut self, released_by: UserId) {
        let call_sid = self.call.told_sid();
        let released = CallReleased { call_sid, released_by, timestamp: text::timestamp(self.now) };
        self.events.push(Event::CallReleased(released));
        self.events.push(Event::IncomingCall(self.call.announcement()));
    }

    /// Ends everybody's leg but the customer's.
    fn drop_others(&mut self) {
        let others = self.call.present().filter(|leg| leg.role != LegRole::Customer);
        let sids: Vec<_> = others.filter_map(|leg| leg.sid.clone()).collect();
        self.deeds.drop.extend(sids);
    }

    fn hold(&mut self, is_on_hold: bool) -> bool {
        let changes = self.call.state == CallState::Connected && self.call.is_on_hold != is_on_hold;
        if changes {
            self.call.is_on_hold = is_on_hold;
            self.note(if is_on_hold { What::Held } else { What::Resumed }, self.agent(), None);
        }
        changes
    }

    fn hang_up(&mut self, by: UserId) -> bool {
        let outcome = match self.call.state {
            CallState::Connected => "answered",
            CallState::Claimed => "missed",
            CallState::Dialing => "canceled",
            _ => return false,
        };
        self.note(What::HungUp, Some(by), None);
        self.end(outcome, EndReason::Completed)
    }

    fn hand_over(&mut self, from: UserId, to: &Person) -> bool {
        if self.agent() != Some(from) || self.call.state != CallState::Connected {
            return false;
        }
        self.step(Step::HandOver);
        self.drop_others();
        self.call.agent = None;
        self.call.meant_for = Some(to.id);
        self.deeds.customer = Some(Turn::Queue);
        self.ring_again(from);
        self.note(What::HandedOver, Some(from), Some(to.name.clone()));
        true
    }

    fn send_to(&mut self, from: UserId, phone: &PhoneNumber) -> bool {
        if self.agent() != Some(from) || self.call.state != CallState::Connected {
            return false;
        }
        self.step(Step::Forward);
        self.drop_others();
        self.call.phone = Some(phone.clone());
        self.deeds.customer = Some(Turn::Phone(phone.clone()));
        self.tell_ended(EndReason::Completed);
        self.note(What::Forwarded, Some(from), Some(phone.to_string()));
        true
    }

    fn ask_in(&mut self, user: Option<Person>, phone: Option<PhoneNumber>, sid: &str) -> bool {
        if self.knows(sid) {
            return false;
        }
        if self.call.state != CallState::Connected {
            self.deeds.drop.push(sid.to_owned()); // it came to an end while they were called
        }
        let who = user.as_ref().map(|user| user.id);
        let detail = user.as_ref().map(|user| user.name.clone()).or(phone.as_ref().map(ToString::to_string));
        self.put_leg(LegRole::Colleague, Some(sid), user);
        if let Some(leg) = self.call.legs.last_mut() {
            leg.phone = phone;
        }
        self.note(What::AskedIn, who, detail);
        true
    }

    fn listen(&mut self, user: &Person, listening: Listening) -> bool {
        if self.call.state != CallState::Connected {
            return false;
        }
        let round = self.call.round;
        let is_theirs = |leg: &Leg| {
            leg.role == LegRole::Supervisor
                && leg.round == round
                && leg.place != Place::Out
                && leg.user.as_ref().is_some_and(|other| other.id == user.id)
        };
        match self.call.legs.iter_mut().find(|leg| is_theirs(leg)) {
            Some(leg) if leg.listening == Some(listening) => return false,
            Some(leg) => leg.listening = Some(listening),
            None => {
                self.put_leg(LegRole::Supervisor, None, Some(user.clone()));
                if let Some(leg) = self.call.legs.last_mut() {
                    leg.listening = Some(listening);
                }
            }
        }
        self.note(What::Listened, Some(user.id), Some(listening.as_str().to_owned()));
        true
    }

    fn supervisor_arrives(&mut self, user: UserId, sid: &str) -> bool {
        if self.knows(sid) {
            return false;
        }
        let round = self.call.round;
        let is_asked = |leg: &Leg| {
            leg.role == LegRole::Supervisor
                && leg.round == round
                && leg.sid.is_none()
                && leg.user.as_ref().is_some_and(|other| other.id == user)
        };
        let leg = self.call.legs.iter_mut().find(|leg| is_asked(leg));
        leg.map(|leg| leg.sid = Some(sid.to_owned())).is_some()
    }

    fn recorded(&mut self, is_message: bool) -> bool {
        // What was said in a conference is looked for when it is over, told or not.
        let has_met = self.call.legs.iter().any(|leg| leg.conference.is_some());
        let is_news = self.call.awaits_recording && !has_met;
        self.call.awaits_recording &= has_met;
        if is_message && self.call.answered_at.is_none() {
            // Nobody talked with the caller: unless people said otherwise, that is what came of it.
            let was_missed = self.call.outcome.as_deref().is_none_or(|outcome| outcome == "missed");
            if was_missed {
                self.call.outcome = Some("voicemail".to_owned());
                return true;
            }
        }
        is_news
    }

    /// Ends it. What is left of it at Twilio is ended too. `outcome` is for one in which nobody talked with the customer.
    fn end(&mut self, outcome: &str, reason: EndReason) -> bool {
        // With the agents it was over before.
        let is_told = matches!(self.call.state, CallState::Forwarded | CallState::Voicemail);
        if !self.step(Step::End) {
            return false;
        }
        self.drop_others();
        if !self.call.status.is_over() {
            self.deeds.drop.extend(self.call.sid.clone());
        }
        self.call.ended_at = Some(self.now);
        self.call.meant_for = None;
        self.see_that_they_talked();
        let outcome = if self.call.answered_at.is_some() { ANSWERED } else { outcome };
        self.call.outcome.get_or_insert_with(|| outcome.to_owned());
        if !is_told {
            self.tell_ended(reason);
        }
        self.note(What::Ended, None, self.call.outcome.clone());
        true
    }

    fn tell_accepted(&mut self, accepted_by: UserId) {
        let call_sid = self.call.told_sid();
        let timestamp = text::timestamp(self.now);
        self.events.push(Event::CallAccepted(CallAccepted { call_sid, accepted_by, timestamp }));
    }

    fn tell_ended(&mut self, reason: EndReason) {
        let call_sid = self.call.told_sid();
        let timestamp = text::timestamp(self.now);
        self.events.push(Event::CallEnded(CallEnded { call_sid, reason, timestamp }));
    }
}

/// What came of a call that we made, in Twilio's word.
fn said(status: &CallStatus) -> String {
    match status {
        CallStatus::Completed => "canceled".to_owned(),
        other => other.as_str().to_owned(),
    }
}
