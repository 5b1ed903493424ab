//! The customer's leg, from the first ring to the last.

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{CallId, Event};

use super::call::{Call, CallState, Direction};
use super::life::{Happening, Onward, Unanswered};
use super::meeting::Meeting;
use super::next::{Answer, Elsewhere, Next};
use super::timeline::{Note, What};
use super::{Calls, Happened, Todo, happen};
use crate::access::OrgScope;
use crate::error::Error;
use crate::lines::{Line, LineNow, line_at};
use crate::offers::Board;
use crate::party::Party;
use crate::phone::PhoneNumber;
use crate::ports::{CallStatus, OrgTx};
use crate::text;

/// Everybody who calls hears it ring once, in seconds: somebody may be about to come back to their desk.
const FIRST_RING: u32 = 5;

/// What Twilio tells of a call that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundCall {
    /// Twilio's id.
    pub sid: String,
    /// Who calls.
    pub from: Party,
    /// The number dialled.
    pub to: Party,
    /// How far Twilio says it is.
    pub status: CallStatus,
    /// When Twilio told us.
    pub told_at: DateTime<Utc>,
}

/// Why a caller left the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftQueue {
    /// They hung up.
    HungUp,
    /// They were told to, or could not wait there.
    Left,
    /// They were turned to something else.
    Turned,
}

impl Calls {
    /// A call came in. In opening hours it rings, and everybody hears of it; else it goes on at once. Told again of the same
    /// SID, nothing happens, and the answer is the one that fits where the call is.
    pub async fn ring(&self, scope: OrgScope, inbound: InboundCall) -> Result<Next, Error> {
        let mut tx = self.store.begin(scope).await?;
        if let Some(known) = tx.call_by_sid(&inbound.sid).await? {
            return where_it_is(tx.as_mut(), &known).await;
        }
        let LineNow { line, is_open } = line_of(tx.as_mut(), &inbound.to.address, self.clock.now()).await?;
        let mut call = self.new_call(tx.as_mut(), inbound.clone()).await?;
        let announced = Note { at: inbound.told_at, what: What::Announced, by: None, detail: None };
        let stored = Note { at: call.started_at, what: What::Stored, by: None, detail: None };
        let notes = [announced, stored];
        if !tx.insert_call(&call).await? {
            drop(tx);
            return Box::pin(self.ring(scope, inbound)).await; // told twice at the same time
        }
        tx.note(call.id.into(), &notes).await?;
        if is_open {
            tx.record(call.started_at, Event::IncomingCall(call.announcement()));
        } else {
            let closed = Happening::NobodyTakes { why: Unanswered::Timeout, next: onward(&line) };
            call = happen(tx.as_mut(), call, &closed).await?.call;
        }
        let next = where_it_is(tx.as_mut(), &call).await?;
        tx.commit().await?;
        Ok(next)
    }

    async fn new_call(&self, tx: &mut dyn OrgTx, inbound: InboundCall) -> Result<Call, Error> {
        let now = self.clock.now();
        let customer = inbound.from.customer(tx).await?;
        let mut call = Call {
            id: CallId::generate(),
            version: 0,
            direction: Direction::Inbound,
            sid: Some(text::storable(&inbound.sid)),
            from: inbound.from.address,
            to: inbound.to.address,
            customer,
            state: CallState::Ringing,
            agent: None,
            handed_over_by: None,
            meant_for: None,
            phone: None,
            round: 0,
            legs: Vec::new(),
            lease_until: None,
            is_on_hold: false,
            status: inbound.status,
            started_at: now,
            answered_at: None,
            talking_since: None,
            talked: TimeDelta::zero(),
            ended_at: None,
            updated_at: now,
            duration_seconds: None,
            price: None,
            outcome: None,
            notes: None,
            awaits_recording: false,
            due_at: None,
        };
        call.due_at = call.due(tx.now().await?);
        Ok(call)
    }

    /// The caller waits, since `waited` seconds, and asks what to hear. While it rings and somebody may still take it, it
    /// rings on; else they leave the queue. This is where the time that a caller waits is kept, so that it passes while we
    /// are away.
    pub async fn wait(&self, scope: OrgScope, sid: &str, waited: u32) -> Result<Next, Error> {
        let mut tx = self.store.begin(scope).await?;
        let Some(call) = tx.call_by_sid(sid).await? else { return Ok(Next::LeaveQueue) };
        match call.state {
            CallState::Ringing => {}
            // Whoever took it gets the caller in a moment.
            CallState::Claimed | CallState::Connected => return Ok(Next::Ring { place: 1 }),
            _ => return Ok(Next::LeaveQueue),
        }
        let LineNow { line, .. } = line_of(tx.as_mut(), call.our_number(), self.clock.now()).await?;
        if waited >= u32::from(line.ring_seconds) {
            return Ok(Next::LeaveQueue);
        }
        let board = Board::read(tx.as_mut()).await?;
        let has_just_come = waited < FIRST_RING;
        let waiting = board.ringing.iter().position(|ringing| ringing.call.id == call.id);
        Ok(match waiting {
            Some(at) if has_just_come || board.may_be_taken(&board.ringing[at]) => {
                Next::Ring { place: at + 1 }
            }
            _ => Next::LeaveQueue,
        })
    }

    /// The caller left the queue. Asked once more, the answer is the one that fits where the call is.
    pub async fn leave_queue(&self, scope: OrgScope, sid: &str, how: LeftQueue) -> Result<Answer, Error> {
        let mut tx = self.store.begin(scope).await?;
        let Some(mut call) = tx.call_by_sid(sid).await? else { return Ok(Next::HangUp.into()) };
        let mut todo = None;
        match how {
            LeftQueue::Turned => return Ok(Next::HangUp.into()), // heard by nobody: it does something else already
            LeftQueue::HungUp => {
                let gone = Happening::CustomerGone { status: CallStatus::Completed, duration: None };
                let happened = happen(tx.as_mut(), call, &gone).await?;
                tx.commit().await?;
                return Ok(Answer { next: Next::HangUp, todo: happened.todo });
            }
            LeftQueue::Left => {}
        }
        if call.state == CallState::Ringing {
            let happening = nobody_takes(tx.as_mut(), &call, self.clock.now()).await?;
            let happened = happen(tx.as_mut(), call, &happening).await?;
            (call, todo) = (happened.call, happened.todo);
        }
        let next = if call.state == CallState::Claimed {
            // Somebody took it at the last moment: they meet, unless the caller is on the way there.
            let happened = happen(tx.as_mut(), call, &Happening::AskCustomerIn).await?;
            match happened.is_new {
                true => meet_as_customer(tx.as_mut(), &happened.call).await?.into(),
                false => Next::AskAgain,
            }
        } else {
            where_it_is(tx.as_mut(), &call).await?
        };
        tx.commit().await?;
        Ok(Answer { next, todo })
    }

    /// Somebody picked up one of the organisation's phones, or the one that the call was handed over to: that one has it.
    pub async fn pick_up(&self, scope: OrgScope, id: CallId, phone: PhoneNumber) -> Result<Next, Error> {
        let mut tx = self.store.begin(scope).await?;
        let Some(call) = tx.call(id).await? else { return Ok(Next::HangUp) };
        match &call.phone {
            _ if call.state != CallState::Forwarded => Ok(Next::HangUp),
            None => Ok(Next::AskForOne { org: scope.org(), call: id, phone }),
            Some(known) if *known == phone => {
                happen(tx.as_mut(), call, &Happening::PhoneTakes(phone)).await?;
                tx.commit().await?;
                Ok(Next::GoOn)
            }
            Some(_) => Ok(Next::HangUp),
        }
    }

    /// Whoever picked up pressed a key, or none. The first to press 1 has the caller.
    pub async fn press(
        &self,
        scope: OrgScope,
        id: CallId,
        phone: PhoneNumber,
        key: &str,
    ) -> Result<Next, Error> {
        if key != "1" {
            return Ok(Next::HangUp);
        }
        let mut tx = self.store.begin(scope).await?;
        let Some(call) = tx.call(id).await? else { return Ok(Next::HangUp) };
        let takes = Happening::PhoneTakes(phone.clone());
        let Happened { call, is_new, .. } = happen(tx.as_mut(), call, &takes).await?;
        tx.commit().await?;
        let is_theirs = is_new || (call.state == CallState::Forwarded && call.phone == Some(phone));
        Ok(if is_theirs { Next::GoOn } else { Next::HangUp })
    }

    /// The organisation's phones have rung, or whoever talked at one hung up.
    pub async fn phones_done(&self, scope: OrgScope, sid: &str, has_talked: bool) -> Result<Answer, Error> {
        let mut tx = self.store.begin(scope).await?;
        let Some(call) = tx.call_by_sid(sid).await? else { return Ok(Next::HangUp.into()) };
        let LineNow { line, .. } = line_of(tx.as_mut(), call.our_number(), self.clock.now()).await?;
        let done = Happening::PhonesDone { has_talked, has_voicemail: line.has_voicemail };
        let Happened { call, todo, .. } = happen(tx.as_mut(), call, &done).await?;
        let next = match call.state {
            CallState::Voicemail => where_it_is(tx.as_mut(), &call).await?,
            CallState::Ended if call.answered_at.is_none() => Next::Goodbye { greeting: line.greeting },
            _ => Next::HangUp,
        };
        tx.commit().await?;
        Ok(Answer { next, todo })
    }

    /// The customer's leg is over. One that we never heard of before is one whose announcement is late, or was refused: it does
    /// not ring then, and nobody is told.
    pub async fn customer_gone(
        &self,
        scope: OrgScope,
        gone: InboundCall,
        duration: Option<u32>,
    ) -> Result<Option<Todo>, Error> {
        let happening = self.as_told(Happening::CustomerGone { status: gone.status.clone(), duration });
        let mut tx = self.store.begin(scope).await?;
        let sid = text::storable(&gone.sid);
        if tx.call_by_sid(&sid).await?.is_none() {
            let call = self.new_call(tx.as_mut(), gone).await?;
            let over = call.after(&happening, call.started_at).map(|outcome| outcome.call);
            if tx.insert_call(&over.unwrap_or(call)).await? {
                tx.commit().await?;
                return Ok(None);
            }
        }
        // Somebody else may have stored it a moment ago.
        let call = tx.call_by_sid(&sid).await?.ok_or(Error::NotFound("call"))?;
        let happened = happen(tx.as_mut(), call, &happening).await?;
        tx.commit().await?;
        Ok(happened.todo)
    }

    /// Our id of a call that may never have been announced to us; it rings no more then.
    pub async fn know(&self, scope: OrgScope, late: InboundCall) -> Result<CallId, Error> {
        let mut tx = self.store.begin(scope).await?;
        let sid = text::storable(&late.sid);
        if let Some(call) = tx.call_by_sid(&sid).await? {
            return Ok(call.id);
        }
        let mut call = self.new_call(tx.as_mut(), late).await?;
        if !tx.insert_call(&call).await? {
            call = tx.call_by_sid(&sid).await?.ok_or(Error::NotFound("call"))?; // somebody else was faster
        }
        let missed = Happening::NobodyTakes { why: Unanswered::Timeout, next: Onward::Voicemail };
        let happened = happen(tx.as_mut(), call, &missed).await?;
        tx.commit().await?;
        Ok(happened.call.id)
    }
}

/// What a caller hears whose call is here.
async fn where_it_is(tx: &mut dyn OrgTx, call: &Call) -> Result<Next, Error> {
    let org = tx.scope().org();
    let line = line_of(tx, call.our_number(), call.started_at).await?.line;
    Ok(match call.state {
        CallState::Dialing => Next::HangUp,
        CallState::Ringing | CallState::Claimed | CallState::Connected => Next::Queue { org },
        CallState::Forwarded => {
            let (phones, seconds) = (line.phones, line.phone_ring_seconds);
            Next::Phones { org, call: call.id, phones, seconds, shows: call.our_number().to_owned() }
        }
        CallState::Voicemail => Next::Voicemail { org, call: call.id, greeting: line.greeting },
        CallState::Ended if call.status.is_over() => Next::HangUp,
        CallState::Ended => Next::Goodbye { greeting: line.greeting },
    })
}

/// What was decided about the number of ours that a call is about.
pub(super) async fn line_of(tx: &mut dyn OrgTx, number: &str, now: DateTime<Utc>) -> Result<LineNow, Error> {
    line_at(tx, &PhoneNumber::from_e164(number), now).await
}

/// Why nobody takes a call that rings no more, and what comes then.
async fn nobody_takes(tx: &mut dyn OrgTx, call: &Call, now: DateTime<Utc>) -> Result<Happening, Error> {
    let LineNow { line, .. } = line_of(tx, call.our_number(), now).await?;
    let board = Board::read(tx).await?;
    let ringing = board.ringing.iter().find(|ringing| ringing.call.id == call.id);
    let is_declined =
        ringing.is_some_and(|ringing| !ringing.declined_by.is_empty() && !board.may_be_taken(ringing));
    let why = if is_declined { Unanswered::Declined } else { Unanswered::Timeout };
    Ok(Happening::NobodyTakes { why, next: onward(&line) })
}

fn onward(line: &Line) -> Onward {
    match (line.phones.is_empty(), line.has_voicemail) {
        (false, _) => Onward::Phones,
        (true, true) => Onward::Voicemail,
        (true, false) => Onward::Goodbye,
    }
}

pub(super) async fn meet_as_customer(tx: &mut dyn OrgTx, call: &Call) -> Result<Elsewhere, Error> {
    let LineNow { line, .. } = line_of(tx, call.our_number(), call.started_at).await?;
    let meeting = Meeting { org: tx.scope().org(), call: call.id, round: call.round };
    Ok(Elsewhere::Meet { meeting, is_recorded: line.is_recorded })
}
