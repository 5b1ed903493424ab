//! Calls of which nothing is heard: leases lapse, Twilio is asked, and what it answers counts.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use switchboard_events::CallId;

use super::Switching;
use crate::access::OrgScope;
use crate::calls::{
    Call, CallRecording, CallState, Deeds, Happening, LegRole, Place, QUIET, RecordingKind, Todo, Turn,
};
use crate::error::Error;
use crate::ports::{
    CallDirection, CallSearch, CallStatus, Credentials, Participant, ParticipantStatus, RecordingStatus,
    TwilioCall,
};

/// How many calls of an organisation are looked at in one go.
const AT_ONCE: i64 = 50;
/// Leases are looked at every second. One that ended so long ago ended while we were away.
const MISSED: TimeDelta = TimeDelta::seconds(5);
/// Twilio's clock is not ours.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);
/// After how long a call that Twilio does not know was not made.
const GIVES_UP: TimeDelta = TimeDelta::minutes(10);

impl Switching {
    /// Lets leases lapse whose time is over: whoever took a call and did not come loses it. Twilio is not asked, so this is as
    /// quick as the database. Gives what has to be done at Twilio then.
    ///
    /// Leases that ended while nobody looked are left to [`settle`](Self::settle): what was not told meanwhile may be that they met.
    pub async fn lapse(&self, scope: OrgScope) -> Result<Vec<Todo>, Error> {
        let mut todos = Vec::new();
        let now = self.parts.clock.now();
        let has_lease = |call: &Call| call.lease_until.is_some() && !may_have_met(call, now);
        for call in self.due(scope).await?.into_iter().filter(has_lease) {
            let happened = self.parts.calls.happen(scope, call.id, &Happening::Lapse).await?;
            todos.extend(happened.todo);
        }
        Ok(todos)
    }

    /// Asks Twilio about the organisation's calls that are due. Of several servers that do so at the same time one asks about
    /// each call. Gives what went wrong, call by call; those are due again later.
    pub async fn settle(&self, scope: OrgScope) -> Result<Vec<(CallId, Error)>, Error> {
        let due = self.due(scope).await?;
        let settled = due.into_iter().map(async |call| (call.id, self.settle_one(scope, call).await));
        let failed = |(id, settled): (CallId, Result<(), Error>)| settled.err().map(|error| (id, error));
        Ok(join_all(settled).await.into_iter().filter_map(failed).collect())
    }

    async fn due(&self, scope: OrgScope) -> Result<Vec<Call>, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        Ok(tx.due_calls(AT_ONCE).await?)
    }

    async fn settle_one(&self, scope: OrgScope, call: Call) -> Result<(), Error> {
        let looked = self.parts.calls.happen(scope, call.id, &Happening::LookedAt).await?;
        if !looked.is_new {
            return Ok(()); // somebody else looks after it
        }
        let asked = self.ask(scope, &looked.call).await;
        if may_have_met(&looked.call, self.parts.clock.now()) {
            self.happen(scope, looked.call.id, &Happening::Lapse).await?;
        }
        asked
    }

    async fn ask(&self, scope: OrgScope, call: &Call) -> Result<(), Error> {
        let credentials = self.parts.accounts.credentials(scope).await?;
        if call.state == CallState::Ended {
            return self.clear_up(&credentials, scope, call).await;
        }
        if !self.is_at_twilio(&credentials, scope, call).await? {
            return Ok(());
        }
        match call.state {
            CallState::Claimed | CallState::Connected | CallState::Dialing => {
                self.look_into_conference(&credentials, scope, call).await
            }
            _ if call.awaits_turn() => self.look_for_customer(&credentials, scope, call).await,
            CallState::Forwarded if call.customers_place().is_some_and(|place| place != Place::Out) => {
                self.look_into_conference(&credentials, scope, call).await
            }
            CallState::Ringing | CallState::Forwarded | CallState::Voicemail | CallState::Ended => Ok(()),
        }
    }

    /// What is left at Twilio of a call that is over is ended, what was recorded of it is looked for, and then what it cost.
    async fn clear_up(&self, credentials: &Credentials, scope: OrgScope, call: &Call) -> Result<(), Error> {
        for sid in call.lingering() {
            self.drop_leg(credentials, sid).await?;
            self.happen(scope, call.id, &Happening::LegGone { sid: sid.to_owned() }).await?;
        }
        if !call.status.is_over() && self.is_at_twilio(credentials, scope, call).await? {
            self.drop_leg(credentials, call.sid.as_deref().unwrap_or_default()).await?;
            if self.is_at_twilio(credentials, scope, call).await? {
                return Ok(()); // it takes a while, and is asked about next time
            }
        }
        if call.awaits_recording {
            self.look_for_recordings(credentials, scope, call).await?;
        }
        match &call.sid {
            Some(sid) if call.is_settled() && call.awaits_price() => {
                let found = self.parts.call_control.call(credentials, sid).await.map_err(Error::Twilio)?;
                match found.and_then(|found| found.price) {
                    Some(price) => self.happen(scope, call.id, &Happening::Priced(price)).await,
                    None => Ok(()), // it is asked again
                }
            }
            _ => Ok(()),
        }
    }

    /// The customer was to wait in the queue again, or to be sent to a phone, and may still be where they were.
    async fn look_for_customer(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: &Call,
    ) -> Result<(), Error> {
        let sid = call.sid.clone().unwrap_or_default();
        let there = self.participants(credentials, scope, call).await?;
        if !there.iter().any(|participant| participant.call_sid == sid) {
            return self.happen(scope, call.id, &Happening::Leaves { round: call.round, sid }).await;
        }
        let turn = match (call.state, &call.phone) {
            (CallState::Forwarded, Some(phone)) => Turn::Phone(phone.clone()),
            _ => Turn::Queue,
        };
        let others = call.present().filter(|leg| leg.role != LegRole::Customer);
        let drop = others.filter_map(|leg| leg.sid.clone()).collect();
        let deeds = Deeds { customer: Some(turn), drop, ..Deeds::default() };
        self.carry_out(Todo { scope, call: call.id, deeds }).await
    }

    /// Lets something happen, and does what follows.
    pub(super) async fn happen(
        &self,
        scope: OrgScope,
        id: CallId,
        happening: &Happening,
    ) -> Result<(), Error> {
        let happened = self.parts.calls.happen(scope, id, happening).await?;
        match happened.todo {
            Some(todo) => self.carry_out(todo).await,
            None => Ok(()),
        }
    }

    /// Whether the customer's leg lives at Twilio. If not, that is noted.
    async fn is_at_twilio(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: &Call,
    ) -> Result<bool, Error> {
        let Some(sid) = &call.sid else { return self.find_what_was_dialed(credentials, scope, call).await };
        let found = self.parts.call_control.call(credentials, sid).await.map_err(Error::Twilio)?;
        let (status, duration) = match found {
            Some(found) if !found.status.is_over() => return Ok(true),
            Some(found) => (found.status, found.duration),
            None => (CallStatus::Completed, None), // Twilio forgets calls after a long time
        };
        let duration = duration.and_then(|duration| u32::try_from(duration.as_secs()).ok());
        self.happen(scope, call.id, &Happening::CustomerGone { status, duration }).await?;
        Ok(false)
    }

    /// Twilio never told whether it called the customer: it is looked up. What is not found in a while was never dialled; if it
    /// was after all, its leg is dropped when it turns up.
    async fn find_what_was_dialed(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: &Call,
    ) -> Result<bool, Error> {
        let search = CallSearch {
            to: call.to.clone(),
            from: Some(call.from.clone()),
            since: call.started_at - CLOCKS_DIFFER,
        };
        let found = self.parts.call_control.calls(credentials, &search).await.map_err(Error::Twilio)?;
        let mut tx = self.parts.store.begin(scope).await?;
        // What is there may be that of another one to the same number, whose leg is not known either.
        let is_alone = tx.calls_without_sid(&call.to).await?.iter().all(|id| *id == call.id);
        let is_outbound = |found: &TwilioCall| found.direction == CallDirection::OutboundApi;
        let mut candidates = Vec::new();
        for found in found.into_iter().filter(|found| is_alone && is_outbound(found)) {
            if tx.call_by_sid(&found.sid).await?.is_none() {
                candidates.push(found.sid);
            }
        }
        drop(tx);
        // Of several it is seen by who picks up, or by what is told of them.
        if let [sid] = candidates.as_slice() {
            return match self.happen(scope, call.id, &Happening::Dialed { sid: sid.clone() }).await {
                Ok(()) | Err(Error::Taken(_)) => Ok(false), // what became of it, or whose it is, is asked next time
                Err(error) => Err(error),
            };
        }
        let waited = self.parts.clock.now() - call.started_at;
        if waited >= QUIET {
            let is_certain = waited >= GIVES_UP;
            self.happen(scope, call.id, &Happening::NotDialed { is_certain }).await?;
        }
        Ok(false)
    }

    /// Who is in the conference, or is called into it, as Twilio knows it.
    async fn participants(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: &Call,
    ) -> Result<Vec<Participant>, Error> {
        let Some(sid) = self.conference(credentials, scope, call).await? else { return Ok(Vec::new()) };
        self.parts.conferencing.participants(credentials, &sid).await.map_err(Error::Twilio)
    }

    /// What Twilio knows of the conference is what would have been told.
    pub(super) async fn look_into_conference(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: &Call,
    ) -> Result<(), Error> {
        let round = call.round;
        let there = self.participants(credentials, scope, call).await?;
        let is_there = |sid: &str| there.iter().any(|participant| participant.call_sid == sid);
        for participant in there.iter().filter(|one| one.status == ParticipantStatus::Connected) {
            let joins = Happening::Joins {
                round,
                sid: participant.call_sid.clone(),
                role: participant.label.as_deref().and_then(LegRole::parse),
                conference: Some(participant.conference_sid.clone()),
            };
            self.happen(scope, call.id, &joins).await?;
        }
        for leg in call.present() {
            let Some(sid) = leg.sid.clone().filter(|sid| !is_there(sid)) else { continue };
            let happening = match leg.place {
                Place::In => Happening::Leaves { round, sid },
                // A claim lapses by itself, and a customer is no participant while their phone rings.
                _ if call.state == CallState::Claimed || leg.role == LegRole::Customer => continue,
                // Who calls somebody may still be on the way.
                _ if call.state == CallState::Dialing && self.is_news_awaited_of(call) => continue,
                _ => Happening::LegGone { sid },
            };
            self.happen(scope, call.id, &happening).await?;
        }
        let is_asked = |one: &Participant| one.label.as_deref() == Some(LegRole::Colleague.as_str());
        if call.colleagues_leg().is_some_and(|leg| leg.sid.is_none()) && !there.iter().any(is_asked) {
            self.happen(scope, call.id, &Happening::NotAskedIn).await?;
        }
        let hears_music = |one: &Participant| one.on_hold && call.sid.as_deref() == Some(&one.call_sid);
        if !call.is_on_hold && there.iter().any(hears_music) {
            // Whoever left them to a colleague could not tell Twilio.
            let deeds = Deeds { resume: true, ..Deeds::default() };
            self.carry_out(Todo { scope, call: call.id, deeds }).await?;
        }
        let is_alone = call.agents_leg().and_then(|leg| leg.sid.as_deref()).is_some_and(is_there);
        if call.state == CallState::Claimed && is_alone && !call.sid.as_deref().is_some_and(is_there) {
            // Nobody asked the customer in, or it came to nothing.
            self.happen(scope, call.id, &Happening::CustomerNotAsked).await?;
            let deeds = Deeds { customer: Some(Turn::Meet), ..Deeds::default() };
            self.carry_out(Todo { scope, call: call.id, deeds }).await?;
        }
        Ok(())
    }

    /// Whether it is not long since anything was heard of it.
    fn is_news_awaited_of(&self, call: &Call) -> bool {
        self.parts.clock.now() - call.updated_at < QUIET
    }

    /// What was said on the phone, and the message that the caller may have left.
    async fn look_for_recordings(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: &Call,
    ) -> Result<(), Error> {
        let recordings = &self.parts.recordings;
        let mut found = Vec::new();
        if let Some(sid) = &call.sid {
            found = recordings.recordings_of_call(credentials, sid).await.map_err(Error::Twilio)?;
        }
        let conferences: BTreeSet<_> = call.legs.iter().filter_map(|leg| leg.conference.as_deref()).collect();
        for sid in conferences {
            let said = recordings.recordings_of_conference(credentials, sid).await;
            found.extend(said.map_err(Error::Twilio)?);
        }
        let is_unfinished = |status: &RecordingStatus| {
            matches!(status, RecordingStatus::Running | RecordingStatus::Processing)
        };
        let has_unfinished = found.iter().any(|recording| is_unfinished(&recording.status));
        for recording in found.into_iter().filter(|found| found.status == RecordingStatus::Completed) {
            let seconds = recording.duration.and_then(|duration| u32::try_from(duration.as_secs()).ok());
            let is_said = recording.conference_sid.is_some();
            let recording = CallRecording {
                sid: recording.sid,
                call: call.id,
                kind: if is_said { RecordingKind::Conversation } else { RecordingKind::Voicemail },
                seconds,
                transcript: None,
                created_at: self.parts.clock.now(),
            };
            self.parts.calls.recorded(scope, call.id, Some(recording)).await?;
        }
        if has_unfinished {
            return Ok(()); // they are asked for next time
        }
        self.happen(scope, call.id, &Happening::RecordingsKnown).await
    }
}

/// Whether the lease ended while nobody looked, and customer and agent may have met all the same.
fn may_have_met(call: &Call, now: DateTime<Utc>) -> bool {
    let was_missed = call.lease_until.is_some_and(|until| now - until > MISSED);
    call.state == CallState::Claimed && was_missed && call.customers_place().is_some()
}
