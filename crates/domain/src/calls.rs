//! Calls that come in: they ring with everybody, and exactly one person takes each.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use switchboard_events::{CallAccepted, CallEnded, CallId, EndReason, Event, IncomingCall};

use crate::access::{Caller, OrgScope};
use crate::error::{Error, Person};
use crate::offers::Board;
use crate::party::{CustomerRef, Party};
use crate::ports::{Clock, Store};
use crate::text;

/// Where a call is in its life.
///
/// ```text
/// ringing ─▶ claimed
///    └─────▶ ended
/// ```
/// Every step is one conditional update that names the state it leaves, so a late one changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallState {
    /// The caller waits; anybody may accept.
    Ringing,
    /// Somebody took it.
    Claimed(Person),
    /// It is over.
    Ended,
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Our id; also the id of the conference in which both sides meet.
    pub id: CallId,
    /// Twilio's id.
    pub sid: String,
    /// Who calls: E.164, or what Twilio said.
    pub from: String,
    /// The number dialled.
    pub to: String,
    /// Who that is.
    pub customer: Option<CustomerRef>,
    /// Where it stands.
    pub state: CallState,
    /// When it reached us.
    pub started_at: DateTime<Utc>,
}

impl Call {
    /// The call as agents hear of it.
    pub fn announcement(&self) -> IncomingCall {
        IncomingCall {
            call_sid: text::inert(&self.sid),
            from: text::inert(&self.from),
            to: text::inert(&self.to),
            caller_name: CustomerRef::shown_name(self.customer.as_ref()),
            lead_id: CustomerRef::lead_id(self.customer.as_ref()),
            contact_id: CustomerRef::contact_id(self.customer.as_ref()),
            timestamp: text::timestamp(self.started_at),
        }
    }
}

/// What Twilio tells of a call that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundCall {
    /// Twilio's id.
    pub sid: String,
    /// Who calls.
    pub from: Party,
    /// The number dialled.
    pub to: Party,
}

/// Calls, from the first ring to the one who takes it.
pub struct Calls {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Calls {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// A call came in: it rings, and everybody hears of it. Told again of the same SID, nothing happens.
    pub async fn ring(&self, scope: OrgScope, inbound: InboundCall) -> Result<(), Error> {
        let mut tx = self.store.begin(scope).await?;
        let customer = inbound.from.customer(tx.as_mut()).await?;
        let call = Call {
            id: CallId::generate(),
            sid: text::storable(&inbound.sid),
            from: inbound.from.address,
            to: inbound.to.address,
            customer,
            state: CallState::Ringing,
            started_at: self.clock.now(),
        };
        if tx.insert_call(&call).await? {
            tx.record(call.started_at, Event::IncomingCall(call.announcement()));
            tx.commit().await?;
        }
        Ok(())
    }

    /// Every call that rings and that the caller did not decline, oldest first.
    pub async fn ringing(&self, caller: &Caller) -> Result<Vec<Call>, Error> {
        let board = self.board(caller.scope).await?;
        Ok(board.ringing_for(caller.user).cloned().collect())
    }

    /// Everything that rings.
    pub async fn board(&self, scope: OrgScope) -> Result<Board, Error> {
        let mut tx = self.store.begin(scope).await?;
        // The position first: what rings is then at least as new.
        Ok(Board { position: tx.position().await?, ringing: tx.ringing_calls().await? })
    }

    /// Takes a ringing call. Of all who try, one wins; the winner may ask again and gets the same answer.
    ///
    /// [`Error::AlreadyAccepted`] names the winner to the rest; [`Error::CallEnded`] if nobody can have it any more.
    pub async fn accept(&self, caller: &Caller, sid: &str) -> Result<CallId, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        // Read first: of many who ask for a call that is taken, none waits for a lock.
        let mut call = tx.call_by_sid(sid).await?.ok_or(Error::NotFound("call"))?;
        let now = self.clock.now();
        if call.state == CallState::Ringing {
            if tx.claim_call(call.id, caller.user, now).await? {
                tx.record(
                    now,
                    Event::CallAccepted(CallAccepted {
                        call_sid: text::inert(&call.sid),
                        accepted_by: caller.user,
                        timestamp: text::timestamp(now),
                    }),
                );
                tx.commit().await?;
                return Ok(call.id);
            }
            call = tx.call_by_sid(sid).await?.ok_or(Error::NotFound("call"))?;
        }
        match call.state {
            CallState::Claimed(by) if by.id == caller.user => Ok(call.id),
            CallState::Claimed(by) => Err(Error::AlreadyAccepted { by }),
            CallState::Ringing | CallState::Ended => Err(Error::CallEnded),
        }
    }

    /// The customer hung up. A call that rang ends, and falls silent everywhere; told again, or of a call that somebody
    /// took, nothing happens.
    pub async fn hang_up(&self, scope: OrgScope, sid: &str) -> Result<(), Error> {
        let mut tx = self.store.begin(scope).await?;
        let now = self.clock.now();
        if let Some(call) = tx.call_by_sid(sid).await?
            && tx.end_ringing_call(call.id).await?
        {
            let call_sid = text::inert(&call.sid);
            let ended =
                CallEnded { call_sid, reason: EndReason::CallerHangup, timestamp: text::timestamp(now) };
            tx.record(now, Event::CallEnded(ended));
            tx.commit().await?;
        }
        Ok(())
    }

    /// Silences a call for the caller alone; it rings on for everybody else.
    pub async fn decline(&self, caller: &Caller, sid: &str) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let call = tx.call_by_sid(sid).await?.ok_or(Error::NotFound("call"))?;
        match call.state {
            CallState::Ringing => {
                if tx.decline_call(call.id, caller.user).await? {
                    tx.record_offers_change();
                    tx.commit().await?;
                }
                Ok(())
            }
            CallState::Claimed(_) => Ok(()),
            CallState::Ended => Err(Error::CallEnded),
        }
    }
}
