//! The life of a call: every step that there is, and what each thing that happens does to it. Pure; what is not in the
//! [`TABLE`] does not happen, however late, often or in whatever order it is told.
//!
//! | file | what is in it |
//! |---|---|
//! | [`table`], [`happening`] | the steps, and what may happen |
//! | [`due`] | when a call has to be looked at, heard of or not |
//! | [`ringing`], [`dialing`] | until somebody has it |
//! | [`meeting`] | who comes into its conference and goes |
//! | [`talking`] | what people do with it |
//! | [`ending`] | how it ends |

mod dialing;
mod due;
mod ending;
mod happening;
mod meeting;
mod ringing;
mod table;
mod talking;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{Event, UserId};

pub use self::due::{AUDIO_LEASE, DIAL_LEASE, LEASE, QUIET};
pub use self::happening::{Happening, Onward, Unanswered};
pub use self::table::{Step, TABLE};
use super::call::Call;
use super::legs::Place;
use super::timeline::{Note, What};
use crate::phone::PhoneNumber;

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
            Happening::PicksUp => self.picks_up(),
            Happening::Mistaken { sid } => self.mistaken(sid),
            Happening::NotDialed { is_certain } => self.not_dialed(*is_certain),
            Happening::Joins { round, sid, role, conference } => {
                self.joins(*round, sid, *role, conference.as_deref())
            }
            Happening::Leaves { round, sid } => {
                self.leave(true, |leg| leg.round == *round && leg.sid.as_ref() == Some(sid))
            }
            Happening::LegGone { sid } => self.leg_gone(sid),
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
            Happening::AskIn { user, phone } => self.ask_in(user.clone(), phone.clone()),
            Happening::AskedIn { sid } => self.asked_in(sid),
            Happening::NotAskedIn => self.not_asked_in(),
            Happening::Listen { user, listening } => self.listen(user, *listening),
            Happening::SupervisorArrives { user, sid } => self.supervisor_arrives(*user, sid),
            Happening::Recorded { is_message } => self.recorded(*is_message),
            Happening::Priced(price) => self.priced(price),
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
        self.fall_silent();
        self.call.is_on_hold = false;
        self.call.lease_until = None;
        self.call.awaits_recording |= step == Step::TakeMessage;
        true
    }

    /// Somebody talks with the customer from now on.
    fn begin_to_talk(&mut self) {
        self.call.talking_since.get_or_insert(self.now);
        self.call.answered_at.get_or_insert(self.now);
    }

    /// Nobody does any more.
    fn fall_silent(&mut self) {
        if let Some(since) = self.call.talking_since.take() {
            self.call.talked += (self.now - since).max(TimeDelta::zero());
        }
    }

    fn note(&mut self, what: What, by: Option<UserId>, detail: Option<String>) {
        self.notes.push(Note { at: self.now, what, by, detail });
    }

    fn agent(&self) -> Option<UserId> {
        self.call.agent.as_ref().map(|agent| agent.id)
    }
}
