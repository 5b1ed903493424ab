//! How calls begin, are changed from outside, and end.

use super::agenda::LegEvent;
use super::call::{Call, CallStatus, Direction};
use super::leg::{Doing, Leg, Plan, Role};
use super::{CallEvent, Endpoint, NewOrder, OrderId, Purpose, Refusal, StatusCallback, World};
use std::time::Duration;

/// How long callers speak into a recording if nobody says otherwise.
pub(super) const SPEAKS_FOR: Duration = Duration::from_secs(4);

/// A call that nobody ends, Twilio ends.
const LONGEST: Duration = Duration::from_secs(4 * 60 * 60);

/// How many calls are remembered after their end.
const REMEMBERED: usize = 10_000;

/// A call that somebody outside makes.
#[derive(Clone, Debug)]
pub struct NewInboundCall {
    /// `CA…`, or a new one.
    pub sid: Option<String>,
    /// Who calls.
    pub from: String,
    /// One of the numbers.
    pub to: String,
    /// A webhook in place of the number's.
    pub url: Option<String>,
}

/// Why a call leaves what it was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It is over.
    HungUp,
    /// The REST API has something else for it.
    Redirected,
}

impl World {
    /// Somebody calls a number; none if it belongs to nobody. The webhook that asks what to do is `None` if the number
    /// has none. A call that is known is announced once more, and goes on as it did.
    pub fn call(&mut self, new: NewInboundCall) -> Option<(String, Option<OrderId>)> {
        let number = self.setup.owner_of(&new.to)?.clone();
        let account_sid = number.account_sid.clone();
        let application = number.voice_application_sid.and_then(|sid| self.setup.applications.get(&sid));
        let (voice, fallback, status_callback) = match application {
            Some(application) => (
                application.voice.clone(),
                application.voice_fallback.clone(),
                application.status_callback.clone(),
            ),
            None => (number.voice, number.voice_fallback, number.status_callback),
        };
        let endpoint = new.url.map(Endpoint::post).or(voice);
        let sid = new.sid.unwrap_or_else(|| self.new_sid("CA"));
        if self.calls.get(&sid).is_some_and(|known| known.account_sid == account_sid) {
            return Some((sid.clone(), endpoint.map(|endpoint| self.announce(&sid, endpoint))));
        }
        // Whoever gives a SID may give one of another account's: that call makes room.
        self.end(&sid, CallStatus::Completed);
        let mut call = Call::new(self.now, &sid, &account_sid, &new.from, &new.to, Direction::Inbound);
        call.status = CallStatus::Ringing;
        call.phone_number_sid = Some(number.sid);
        call.leg.fallback = fallback;
        call.status_callback = status_callback.map(StatusCallback::of_the_end);
        self.keep_call(call);
        let Some(endpoint) = endpoint else {
            self.end(&sid, CallStatus::Failed);
            return Some((sid, None));
        };
        self.ask(&sid, Role::Main, endpoint, Vec::new());
        let order = self.outbox.last().map(|order| order.id);
        Some((sid, order))
    }

    /// The first webhook of a call once more: nothing comes of the answer.
    fn announce(&mut self, call_sid: &str, endpoint: Endpoint) -> OrderId {
        let call = self.calls.get(call_sid);
        let mut parameters = call.map(|call| self.call_parameters(call)).unwrap_or_default();
        for (name, value) in &mut parameters {
            if name == "CallStatus" {
                *value = CallStatus::Ringing.as_str().to_owned();
            }
        }
        self.order(NewOrder {
            account_sid: self.account_of(call_sid),
            purpose: Purpose::Voice,
            sid: call_sid.to_owned(),
            endpoint,
            fallback: None,
            parameters,
        })
    }

    /// The person at this end of a call hangs up, whatever is going on. Somebody whose phone rings declines.
    pub fn hang_up(&mut self, call_sid: &str) {
        let Some(call) = self.live(call_sid) else { return };
        let rings = call.answered.is_none() && call.direction.is_outbound();
        self.end(call_sid, if rings { CallStatus::Busy } else { CallStatus::Completed });
    }

    /// For how long the person at this end speaks into a recording from now on.
    pub fn speaks_for(&mut self, call_sid: &str, length: Duration) {
        if let Some(call) = self.live(call_sid) {
            call.speaks_for = length;
        }
    }

    /// What the person at this end says into a recording from now on: that is what a transcription reads.
    pub fn says(&mut self, call_sid: &str, words: &str) {
        if let Some(call) = self.live(call_sid) {
            call.words = Some(words.to_owned());
        }
    }

    /// The account's call with this SID.
    pub fn call_of(&self, account_sid: &str, call_sid: &str) -> Result<&Call, Refusal> {
        let found = self.calls.get(call_sid).filter(|found| found.account_sid == account_sid);
        found.ok_or_else(|| Refusal::not_found(&format!("/Calls/{call_sid}")))
    }

    /// A call begins; it does not go on for ever.
    pub(super) fn keep_call(&mut self, call: Call) {
        self.leg_later(LONGEST, &call.sid, LegEvent::Limit);
        self.calls.put(&call.sid.clone(), call);
    }

    /// A call that rang is answered.
    pub(super) fn answer(&mut self, call_sid: &str) {
        let now = self.now;
        let Some(call) = self.live(call_sid).filter(|call| call.answered.is_none()) else { return };
        call.status = CallStatus::InProgress;
        call.answered = Some(now);
        let record = call.leg.record.take();
        self.tell_progress(call_sid, CallEvent::Answered);
        self.device_answered(call_sid);
        if let Some(record) = record {
            let sid = self.begin_recording(&self.account_of(call_sid), Some(call_sid), None, record);
            if let Some(leg) = self.leg(call_sid) {
                leg.recordings.push(sid);
            }
        }
    }

    /// A call is over, and so is everything that it was doing. An answered call is always completed.
    pub(super) fn end(&mut self, call_sid: &str, status: CallStatus) {
        let now = self.now;
        let Some(call) = self.live(call_sid) else { return };
        call.status = match (call.answered, status) {
            (Some(_), _) => CallStatus::Completed,
            (None, CallStatus::Completed) if call.direction.is_outbound() => CallStatus::Canceled,
            (None, CallStatus::Completed) => CallStatus::NoAnswer,
            (None, status) => status,
        };
        call.ended = Some(now);
        let dialled_by = match std::mem::take(&mut call.leg.plan) {
            Plan::Connect { .. } => call.parent_call_sid.clone(),
            _ => None,
        };
        for recording_sid in std::mem::take(&mut call.leg.recordings) {
            self.end_recording(&recording_sid, None);
        }
        self.device_call_ended(call_sid);
        self.tell_progress(call_sid, CallEvent::Completed);
        self.let_go(call_sid, Why::HungUp);
        self.called_participant_ended(call_sid);
        if let Some(parent) = dialled_by {
            self.dialled_leg_ended(&parent, call_sid);
        }
        self.ended.push_back(call_sid.to_owned());
        while self.ended.len() > REMEMBERED
            && let Some(oldest) = self.ended.pop_front()
        {
            self.calls.remove(&oldest);
        }
    }

    /// A call leaves what it was doing, and who has to do with that goes on.
    pub(super) fn let_go(&mut self, call_sid: &str, why: Why) {
        let Some(call) = self.calls.get_mut(call_sid) else { return };
        call.leg.aside = None;
        call.leg.main.step = 0;
        match std::mem::take(&mut call.leg.main.doing) {
            Doing::Nothing | Doing::Asking | Doing::Sounding(_) | Doing::Gathering { .. } => {}
            Doing::Recording { verb, recording_sid, since } => {
                self.message_cut_off(call_sid, &verb, &recording_sid, since, why);
            }
            Doing::Queued { verb, queue_sid, since } => {
                self.left_queue(call_sid, &verb, &queue_sid, since, why);
            }
            Doing::Served { verb, queue_sid, waited, by } => {
                self.served_left(call_sid, &verb, &queue_sid, waited, &by, why);
            }
            Doing::Dialing { verb, legs, answered } => {
                self.dialler_left(call_sid, &verb, &legs, answered, why)
            }
            Doing::Dequeuing { verb, queue_sid, served } => {
                self.server_left(call_sid, &verb, &queue_sid, served, why);
            }
            Doing::Bridged { with } => self.dialled_leg_ended(&with, call_sid),
            Doing::Attending { verb, conference_sid } => {
                self.attendant_left(call_sid, &verb, &conference_sid, why);
            }
        }
    }
}

impl Call {
    pub(super) fn new(
        now: chrono::DateTime<chrono::Utc>,
        sid: &str,
        account_sid: &str,
        from: &str,
        to: &str,
        direction: Direction,
    ) -> Self {
        Self {
            sid: sid.to_owned(),
            account_sid: account_sid.to_owned(),
            parent_call_sid: None,
            phone_number_sid: None,
            from: from.to_owned(),
            to: to.to_owned(),
            direction,
            status: CallStatus::Queued,
            created: now,
            answered: None,
            ended: None,
            status_callback: None,
            speaks_for: SPEAKS_FOR,
            words: None,
            leg: Leg::default(),
        }
    }
}

impl StatusCallback {
    /// As numbers and applications have it.
    pub(super) fn of_the_end(endpoint: Endpoint) -> Self {
        Self { endpoint, events: vec![CallEvent::Completed] }
    }
}
