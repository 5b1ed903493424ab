//! Calls of which nothing is heard: Twilio is asked, and what it answers counts.

use switchboard_events::CallId;

use super::Switching;
use crate::access::OrgScope;
use crate::calls::{
    Call, CallRecording, CallState, Deeds, Happening, LegRole, Place, QUIET, RecordingKind, Todo, Turn,
};
use crate::error::Error;
use crate::ports::{Credentials, RecordingStatus};

/// How many calls of an organisation are looked at in one go.
const AT_ONCE: i64 = 50;

impl Switching {
    /// Looks after the organisation's calls that are due: lets leases lapse, and asks Twilio about those of which nothing is
    /// heard. Gives what went wrong, call by call; those are due again later.
    pub async fn settle(&self, scope: OrgScope) -> Result<Vec<(CallId, Error)>, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let due = tx.due_calls(AT_ONCE).await?;
        drop(tx);
        let mut failures = Vec::new();
        for call in due {
            let id = call.id;
            if let Err(error) = self.settle_one(scope, call).await {
                // Whatever was wrong with this one, the others are not kept waiting.
                self.happen(scope, id, &Happening::NothingNew).await?;
                failures.push((id, error));
            }
        }
        Ok(failures)
    }

    async fn settle_one(&self, scope: OrgScope, call: Call) -> Result<(), Error> {
        let has_ended = call.state == CallState::Ended;
        if has_ended && call.status.is_over() {
            return self.look_for_recordings(scope, &call).await;
        }
        let waits_for_audio = call.state == CallState::Claimed && call.agents_leg().is_some();
        if !waits_for_audio && self.happen(scope, call.id, &Happening::Lapse).await? {
            return Ok(());
        }
        let credentials = self.parts.accounts.credentials(scope).await?;
        let Some(call) = self.find_at_twilio(&credentials, scope, call).await? else { return Ok(()) };
        match call.state {
            CallState::Claimed | CallState::Connected | CallState::Dialing => {
                self.look_into_conference(&credentials, scope, &call).await?;
                self.happen(scope, call.id, &Happening::Lapse).await?;
            }
            // They were to wait in the queue again, and still are where they were.
            CallState::Ringing if call.customers_place().is_some_and(|place| place != Place::Out) => {
                let deeds = Deeds { customer: Some(Turn::Queue), ..Deeds::default() };
                self.carry_out(Todo { scope, call: call.id, deeds }).await?;
            }
            CallState::Ended => {
                let drop = call.sid.clone().into_iter().collect();
                let deeds = Deeds { drop, ..Deeds::default() };
                self.carry_out(Todo { scope, call: call.id, deeds }).await?;
            }
            _ => {}
        }
        self.happen(scope, call.id, &Happening::NothingNew).await?;
        Ok(())
    }

    /// Lets something happen, and does what follows; whether it was new.
    async fn happen(&self, scope: OrgScope, id: CallId, happening: &Happening) -> Result<bool, Error> {
        let happened = self.parts.calls.happen(scope, id, happening).await?;
        if let Some(todo) = happened.todo {
            self.carry_out(todo).await?;
        }
        Ok(happened.is_new)
    }

    /// Asks for the customer's leg. `None` if the call is over, or was given up; that is noted.
    async fn find_at_twilio(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: Call,
    ) -> Result<Option<Call>, Error> {
        let Some(sid) = call.sid.clone() else {
            // Twilio never told whether it began to call. If it does after all, the leg that it makes is dropped.
            if self.parts.clock.now() - call.started_at >= QUIET {
                self.happen(scope, call.id, &Happening::NotDialed).await?;
                return Ok(None);
            }
            return Ok(Some(call));
        };
        let found = self.parts.call_control.call(credentials, &sid).await.map_err(Error::Twilio)?;
        let gone = match found {
            Some(found) if !found.status.is_over() => return Ok(Some(call)),
            Some(found) => Happening::CustomerGone {
                duration: found.duration.and_then(|duration| u32::try_from(duration.as_secs()).ok()),
                status: found.status,
            },
            None => Happening::CustomerGone { status: crate::ports::CallStatus::Completed, duration: None },
        };
        self.happen(scope, call.id, &gone).await?;
        Ok(None)
    }

    /// Who is in the conference, as Twilio knows it.
    async fn look_into_conference(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: &Call,
    ) -> Result<(), Error> {
        let round = call.round;
        let Some(sid) = self.conference(credentials, scope, call).await? else {
            if call.present().any(|leg| leg.place == Place::In) {
                self.happen(scope, call.id, &Happening::ConferenceEnds { round }).await?;
            }
            return Ok(());
        };
        let there = self.parts.conferencing.participants(credentials, &sid).await.map_err(Error::Twilio)?;
        for participant in &there {
            let role = participant.label.as_deref().and_then(LegRole::parse);
            let joins = Happening::Joins { round, sid: participant.call_sid.clone(), role };
            self.happen(scope, call.id, &joins).await?;
        }
        let is_there = |sid: &String| there.iter().any(|participant| participant.call_sid == *sid);
        let left: Vec<_> = call
            .present()
            .filter(|leg| leg.place == Place::In)
            .filter_map(|leg| leg.sid.clone())
            .filter(|sid| !is_there(sid))
            .collect();
        for sid in left {
            self.happen(scope, call.id, &Happening::Leaves { round, sid }).await?;
        }
        Ok(())
    }

    /// The message that a caller may have left.
    async fn look_for_recordings(&self, scope: OrgScope, call: &Call) -> Result<(), Error> {
        let credentials = self.parts.accounts.credentials(scope).await?;
        let sid = call.sid.clone().unwrap_or_default();
        let found =
            self.parts.recordings.recordings_of_call(&credentials, &sid).await.map_err(Error::Twilio)?;
        let is_unfinished = |status: &RecordingStatus| {
            matches!(status, RecordingStatus::Running | RecordingStatus::Processing)
        };
        if found.iter().any(|recording| is_unfinished(&recording.status)) {
            self.happen(scope, call.id, &Happening::NothingNew).await?;
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
