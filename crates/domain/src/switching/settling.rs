//! Calls of which nothing is heard: leases lapse, Twilio is asked, and what it answers counts.

use chrono::TimeDelta;
use futures_util::future::join_all;
use switchboard_events::CallId;

use super::Switching;
use crate::access::OrgScope;
use crate::calls::{
    Call, CallRecording, CallState, Deeds, Happening, LegRole, Place, QUIET, RecordingKind, Todo, Turn,
};
use crate::error::Error;
use crate::ports::{CallSearch, CallStatus, Credentials, RecordingStatus};

/// How many calls of an organisation are looked at in one go.
const AT_ONCE: i64 = 50;
/// Twilio's clock is not ours.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);

impl Switching {
    /// Lets leases lapse whose time is over: whoever took a call and did not come loses it. Twilio is not asked, so this is as
    /// quick as the database. Gives what has to be done at Twilio then.
    pub async fn lapse(&self, scope: OrgScope) -> Result<Vec<Todo>, Error> {
        let mut todos = Vec::new();
        for call in self.due(scope).await? {
            if !waits_for_audio(&call) {
                let happened = self.parts.calls.happen(scope, call.id, &Happening::Lapse).await?;
                todos.extend(happened.todo);
            }
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
        let call = looked.call;
        let asked = self.ask(scope, &call).await;
        if waits_for_audio(&call) {
            // By now it would be known if they heard each other.
            self.happen(scope, call.id, &Happening::Lapse).await?;
        }
        asked
    }

    async fn ask(&self, scope: OrgScope, call: &Call) -> Result<(), Error> {
        let credentials = self.parts.accounts.credentials(scope).await?;
        if call.state == CallState::Ended && call.status.is_over() {
            return self.look_for_message(&credentials, scope, call).await;
        }
        if !self.is_at_twilio(&credentials, scope, call).await? {
            return Ok(());
        }
        match call.state {
            CallState::Claimed | CallState::Connected | CallState::Dialing => {
                self.look_into_conference(&credentials, scope, call).await
            }
            // They were to wait in the queue again, and still are where they were.
            CallState::Ringing if call.customers_place().is_some_and(|place| place != Place::Out) => {
                let deeds = Deeds { customer: Some(Turn::Queue), ..Deeds::default() };
                self.carry_out(Todo { scope, call: call.id, deeds }).await
            }
            CallState::Ended => {
                let drop = call.sid.clone().into_iter().collect();
                let deeds = Deeds { drop, ..Deeds::default() };
                self.carry_out(Todo { scope, call: call.id, deeds }).await
            }
            CallState::Ringing | CallState::Forwarded | CallState::Voicemail => Ok(()),
        }
    }

    /// Lets something happen, and does what follows.
    async fn happen(&self, scope: OrgScope, id: CallId, happening: &Happening) -> Result<(), Error> {
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
        for found in found {
            let mut tx = self.parts.store.begin(scope).await?;
            let is_anothers = tx.call_by_sid(&found.sid).await?.is_some();
            drop(tx);
            if !is_anothers {
                self.happen(scope, call.id, &Happening::Dialed { sid: found.sid }).await?;
                return Ok(false); // what became of it is asked next time
            }
        }
        if self.parts.clock.now() - call.started_at >= QUIET || call.state == CallState::Ended {
            self.happen(scope, call.id, &Happening::NotDialed { is_certain: false }).await?;
        }
        Ok(false)
    }

    /// Who is in the conference, as Twilio knows it.
    async fn look_into_conference(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: &Call,
    ) -> Result<(), Error> {
        let round = call.round;
        let there = match self.conference(credentials, scope, call).await? {
            Some(sid) => {
                self.parts.conferencing.participants(credentials, &sid).await.map_err(Error::Twilio)?
            }
            None => Vec::new(),
        };
        for participant in &there {
            let role = participant.label.as_deref().and_then(LegRole::parse);
            let joins = Happening::Joins { round, sid: participant.call_sid.clone(), role };
            self.happen(scope, call.id, &joins).await?;
        }
        let is_there = |sid: &String| there.iter().any(|participant| participant.call_sid == *sid);
        let was_in = call.present().filter(|leg| leg.place == Place::In);
        let left: Vec<_> = was_in.filter_map(|leg| leg.sid.clone()).filter(|sid| !is_there(sid)).collect();
        for sid in left {
            self.happen(scope, call.id, &Happening::Leaves { round, sid }).await?;
        }
        Ok(())
    }

    /// The message that a caller may have left.
    async fn look_for_message(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: &Call,
    ) -> Result<(), Error> {
        let sid = call.sid.clone().unwrap_or_default();
        let found = self.parts.recordings.recordings_of_call(credentials, &sid).await;
        let found = found.map_err(Error::Twilio)?;
        let is_unfinished = |status: &RecordingStatus| {
            matches!(status, RecordingStatus::Running | RecordingStatus::Processing)
        };
        if found.iter().any(|recording| is_unfinished(&recording.status)) {
            return Ok(());
        }
        for recording in found.into_iter().filter(|found| found.status == RecordingStatus::Completed) {
            let seconds = recording.duration.and_then(|duration| u32::try_from(duration.as_secs()).ok());
            let recording = CallRecording {
                sid: recording.sid,
                call: call.id,
                kind: RecordingKind::Voicemail,
                seconds,
                transcript: None,
                created_at: self.parts.clock.now(),
            };
            self.parts.calls.recorded(scope, call.id, Some(recording)).await?;
        }
        self.parts.calls.recorded(scope, call.id, None).await
    }
}

/// Whether the browser of whoever took a call has called in, so that both may hear each other already without our having
/// been told.
fn waits_for_audio(call: &Call) -> bool {
    call.state == CallState::Claimed && call.agents_leg().is_some()
}
