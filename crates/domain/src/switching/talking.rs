//! What people do with a call that they have.

use switchboard_events::CallId;

use super::{Switching, is_gone, require_switchable};
use crate::access::{Caller, Role};
use crate::calls::{Call, CallState, Happened, Happening, LegRole, Listening, Place};
use crate::error::Error;
use crate::ports::ParticipantChange;

impl Switching {
    /// The customer hears music until [`resume`](Self::resume). Asked twice, nothing changes.
    ///
    /// [`Error::WrongState`] unless customer and agent are connected.
    pub async fn hold(&self, caller: &Caller, id: CallId) -> Result<Call, Error> {
        self.set_hold(caller, id, true).await
    }

    /// The customer hears the agent again.
    pub async fn resume(&self, caller: &Caller, id: CallId) -> Result<Call, Error> {
        self.set_hold(caller, id, false).await
    }

    async fn set_hold(&self, caller: &Caller, id: CallId, is_on_hold: bool) -> Result<Call, Error> {
        let call = self.switchable(caller, id).await?;
        if call.state != CallState::Connected {
            return Err(Error::WrongState(call.state));
        }
        if call.is_on_hold != is_on_hold {
            let change =
                if is_on_hold { ParticipantChange::Hold { url: None } } else { ParticipantChange::Resume };
            self.change_customer(caller, &call, &change).await?;
        }
        let held = Happening::Hold(is_on_hold);
        Ok(self.parts.calls.happen(caller.scope, id, &held).await?.call)
    }

    pub(super) async fn change_customer(
        &self,
        caller: &Caller,
        call: &Call,
        change: &ParticipantChange,
    ) -> Result<(), Error> {
        let customer = call.sid.as_deref().ok_or(Error::WrongState(call.state))?;
        self.change_participant(caller, call, customer, change).await
    }

    pub(super) async fn change_participant(
        &self,
        caller: &Caller,
        call: &Call,
        participant: &str,
        change: &ParticipantChange,
    ) -> Result<(), Error> {
        let credentials = self.account(caller.scope).await?.credentials;
        let conference = self.conference(&credentials, caller.scope, call).await?;
        let sid = conference.ok_or(Error::WrongState(call.state))?;
        let changed =
            self.parts.conferencing.change_participant(&credentials, &sid, participant, change).await;
        changed.map_err(
            |error| if is_gone(&error) { Error::WrongState(call.state) } else { Error::Twilio(error) },
        )
    }

    /// Ends a call for everybody on it; but where a colleague was asked in, and is there, they have it from now on.
    ///
    /// [`Error::WrongState`] if it is not with an agent.
    pub async fn hang_up(&self, caller: &Caller, id: CallId) -> Result<Call, Error> {
        let before = self.parts.calls.find(caller.scope, id).await?;
        if before.was_left_by(caller.user) {
            return Ok(before); // they asked before, and heard no answer
        }
        require_switchable(caller, &before)?;
        let agent_of = |call: &Call| call.agent.as_ref().map(|agent| agent.id);
        let credentials = self.account(caller.scope).await?.credentials;
        if before.colleagues_leg().is_some_and(|leg| leg.place == Place::Coming) {
            // They may talk already, of which we are yet to be told.
            self.look_into_conference(&credentials, caller.scope, &before).await?;
        }
        let call = self.parts.calls.find(caller.scope, id).await?;
        if agent_of(&call) != agent_of(&before) {
            return Ok(call); // it is somebody else's by now
        }
        let colleague = call.colleagues_leg().filter(|leg| leg.place == Place::In);
        let agents = call.agents_leg().and_then(|leg| leg.sid.clone());
        if let (Some(_), Some(sid)) = (colleague, agents) {
            if call.is_on_hold {
                self.set_hold(caller, id, false).await?;
            }
            self.drop_leg(&credentials, &sid).await?;
            let leaves = Happening::Leaves { round: call.round, sid };
            return Ok(self.parts.calls.happen(caller.scope, id, &leaves).await?.call);
        }
        // Twilio first: a call that is said to be over is over.
        if let Some(sid) = &call.sid {
            self.drop_leg(&credentials, sid).await?;
        }
        let Happened { call, todo, .. } =
            self.parts.calls.happen(caller.scope, id, &Happening::HangUp(caller.user)).await?;
        if let Some(todo) = todo {
            self.carry_out(todo).await?;
        }
        Ok(call)
    }

    /// Lets a supervisor take part in somebody's call: to listen, to whisper to the agent, to be heard by both. Their browser
    /// calls in for it; asked again, they take part in the other way.
    ///
    /// [`Error::WrongState`] unless customer and agent are connected.
    pub async fn listen(&self, caller: &Caller, id: CallId, listening: Listening) -> Result<Call, Error> {
        caller.require(Role::Manager)?;
        let call = self.parts.calls.find(caller.scope, id).await?;
        if call.agent.as_ref().is_some_and(|agent| agent.id == caller.user) {
            return Err(Error::WrongState(call.state));
        }
        let user = self.parts.calls.person(caller).await?;
        let asked = Happening::Listen { user, listening };
        let Happened { call, .. } = self.parts.calls.happen(caller.scope, id, &asked).await?;
        if call.state != CallState::Connected {
            return Err(Error::WrongState(call.state));
        }
        // Twilio may have them in the conference before we are told of it.
        let theirs = call.legs.iter().rfind(|leg| {
            leg.role == LegRole::Supervisor
                && leg.place != Place::Out
                && leg.user.as_ref().is_some_and(|user| user.id == caller.user)
        });
        if let Some(sid) = theirs.and_then(|leg| leg.sid.clone()) {
            for change in changes(&call, listening) {
                match self.change_participant(caller, &call, &sid, &change).await {
                    // They left, or are on the way: they take part in this way once they are there.
                    Err(Error::WrongState(_)) => break,
                    changed => changed?,
                }
            }
        }
        Ok(call)
    }
}

/// What makes a supervisor who is there take part in another way.
fn changes(call: &Call, listening: Listening) -> Vec<ParticipantChange> {
    let agents = call.agents_leg().and_then(|leg| leg.sid.clone()).unwrap_or_default();
    match listening {
        Listening::Monitor => vec![ParticipantChange::Mute],
        Listening::Whisper => {
            vec![ParticipantChange::Coach { call_sid: agents }, ParticipantChange::Unmute]
        }
        Listening::Barge => vec![ParticipantChange::StopCoaching, ParticipantChange::Unmute],
    }
}
