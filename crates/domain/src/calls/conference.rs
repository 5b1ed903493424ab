//! Who meets in a call's conference.

use switchboard_events::{CallId, UserId};

use super::call::{Call, CallState};
use super::inbound::{line_of, meet_as_customer};
use super::legs::LegRole;
use super::life::Happening;
use super::meeting::Meeting;
use super::next::{Answer, Elsewhere, Next};
use super::{Calls, Happened, Todo, happen};
use crate::access::OrgScope;
use crate::error::Error;
use crate::ports::CallStatus;

/// How often it is asked for a call that is not known, once a second.
const PATIENCE: u32 = 60;

impl Calls {
    /// The browser of somebody calls in for a call. Whoever has the call is let in, and nobody else: [`Next::Refused`].
    /// One that is not known is waited for, a minute at most: who makes it may be about to tell us.
    pub async fn agent_calls_in(
        &self,
        scope: OrgScope,
        user: UserId,
        id: CallId,
        sid: &str,
        tries: u32,
    ) -> Result<Answer, Error> {
        let mut tx = self.store.begin(scope).await?;
        let Some(call) = tx.call(id).await? else {
            let is_patient = tries < PATIENCE;
            let next =
                if is_patient { Next::AwaitCall { conference: id, tries: tries + 1 } } else { Next::Refused };
            return Ok(next.into());
        };
        let Some(person) = call.agent.clone().filter(|agent| agent.id == user) else {
            return Ok(Next::Refused.into());
        };
        let line = line_of(tx.as_mut(), call.our_number(), call.started_at).await?.line;
        let is_recorded = line.is_recorded;
        let arrives = Happening::AgentArrives { user: person, sid: sid.to_owned(), is_recorded };
        let Happened { call, todo, .. } = happen(tx.as_mut(), call, &arrives).await?;
        let is_in = call.present().any(|leg| leg.sid.as_deref() == Some(sid));
        if !is_in || !call.state.keeps_busy() {
            return Ok(Next::Refused.into());
        }
        let meeting = Meeting { org: scope.org(), call: call.id, round: call.round };
        tx.commit().await?;
        Ok(Answer { next: Next::MeetAsAgent { meeting, is_recorded }, todo })
    }

    /// The browser of a supervisor calls in for a call in which they asked to take part.
    pub async fn supervisor_calls_in(
        &self,
        scope: OrgScope,
        user: UserId,
        id: CallId,
        sid: &str,
    ) -> Result<Next, Error> {
        let mut tx = self.store.begin(scope).await?;
        let Some(call) = tx.call(id).await? else { return Ok(Next::Refused) };
        let arrives = Happening::SupervisorArrives { user, sid: sid.to_owned() };
        let Happened { call, .. } = happen(tx.as_mut(), call, &arrives).await?;
        tx.commit().await?;
        let leg =
            call.present().find(|leg| leg.role == LegRole::Supervisor && leg.sid.as_deref() == Some(sid));
        let listening = leg.and_then(|leg| leg.listening);
        let agents_leg = call.agents_leg().and_then(|leg| leg.sid.clone());
        let meeting = Meeting { org: scope.org(), call: id, round: call.round };
        Ok(match (listening, agents_leg) {
            (Some(listening), Some(agents_leg)) if call.state == CallState::Connected => {
                Next::MeetAsSupervisor { meeting, listening, agents_leg }
            }
            _ => Next::Refused,
        })
    }

    /// The customer whom we called picked up.
    pub async fn customer_picks_up(&self, scope: OrgScope, id: CallId, sid: &str) -> Result<Answer, Error> {
        let Some(Happened { call, todo, .. }) = self.dialed(scope, id, sid).await? else {
            return Ok(Next::HangUp.into());
        };
        if call.sid.as_deref() != Some(sid) {
            return Ok(Answer { next: Next::HangUp, todo });
        }
        let call = self.happen(scope, id, &Happening::PicksUp).await?.call;
        let next =
            if call.state.keeps_busy() { self.meeting(scope, &call).await?.into() } else { Next::HangUp };
        Ok(Answer { next, todo })
    }

    /// A leg that we made is over: the customer's, whom we called, or that of somebody who was asked in.
    pub async fn leg_gone(
        &self,
        scope: OrgScope,
        id: CallId,
        sid: &str,
        status: CallStatus,
        duration: Option<u32>,
    ) -> Result<Option<Todo>, Error> {
        let mut tx = self.store.begin(scope).await?;
        let Some(call) = tx.call(id).await? else { return Ok(None) };
        let is_customers = call.sid.as_deref() == Some(sid);
        let gone = match is_customers {
            true => Happening::CustomerGone { status, duration },
            false => Happening::LegGone { sid: sid.to_owned() },
        };
        let happened = happen(tx.as_mut(), call, &self.as_told(gone)).await?;
        tx.commit().await?;
        Ok(happened.todo)
    }

    /// How the customer enters the conference.
    pub async fn meeting(&self, scope: OrgScope, call: &Call) -> Result<Elsewhere, Error> {
        let mut tx = self.store.begin(scope).await?;
        meet_as_customer(tx.as_mut(), call).await
    }

    /// Something happened in a call's conference. What is told of one that we do not know changes nothing.
    pub async fn meet(
        &self,
        scope: OrgScope,
        id: CallId,
        happening: &Happening,
    ) -> Result<Option<Todo>, Error> {
        match self.happen(scope, id, happening).await {
            Ok(happened) => Ok(happened.todo),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
