//! People take calls and silence them.

use switchboard_events::CallId;

use super::call::{Call, CallState};
use super::life::Happening;
use super::timeline::{Note, What};
use super::{Calls, happen};
use crate::access::Caller;
use crate::error::{Error, Person};
use crate::ports::OrgTx;

impl Calls {
    /// Every call that rings and that the caller did not decline, oldest first.
    pub async fn ringing(&self, caller: &Caller) -> Result<Vec<Call>, Error> {
        let board = self.board(caller.scope).await?;
        Ok(board.ringing_for(caller.user).cloned().collect())
    }

    /// Takes a ringing call. Of all who try, one wins; the winner may ask again and gets the same answer.
    ///
    /// [`Error::AlreadyAccepted`] names the winner to the rest; [`Error::CallEnded`] if nobody can have it any more.
    pub async fn accept(&self, caller: &Caller, sid: &str) -> Result<CallId, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        // Read first: of many who ask for a call that is taken, none waits for a lock.
        let mut call = tx.call_by_sid(sid).await?.ok_or(Error::NotFound("call"))?;
        if call.state == CallState::Ringing {
            let by = person(tx.as_mut(), caller).await?;
            let happened = happen(tx.as_mut(), call, &Happening::Accept(by)).await?;
            if happened.is_new {
                tx.commit().await?;
                return Ok(happened.call.id);
            }
            call = happened.call;
        }
        match (call.state, call.agent) {
            (CallState::Claimed | CallState::Connected, Some(by)) if by.id == caller.user => Ok(call.id),
            (CallState::Claimed | CallState::Connected, Some(by)) => Err(Error::AlreadyAccepted { by }),
            _ => Err(Error::CallEnded),
        }
    }

    /// Silences a call for the caller alone; it rings on for everybody else. When nobody is left who might take it, it goes
    /// on the next time that its caller asks what to hear.
    pub async fn decline(&self, caller: &Caller, sid: &str) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let call = tx.call_by_sid(sid).await?.ok_or(Error::NotFound("call"))?;
        match call.state {
            CallState::Ringing => {
                if tx.decline_call(call.id, caller.user).await? {
                    let (at, by) = (tx.now().await?, Some(caller.user));
                    tx.note(call.id.into(), &[Note { at, what: What::Declined, by, detail: None }]).await?;
                    tx.record_offers_change();
                    tx.commit().await?;
                }
                Ok(())
            }
            CallState::Claimed | CallState::Connected | CallState::Dialing => Ok(()),
            CallState::Forwarded | CallState::Voicemail | CallState::Ended => Err(Error::CallEnded),
        }
    }

    /// The caller, as others may name them.
    pub async fn person(&self, caller: &Caller) -> Result<Person, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        person(tx.as_mut(), caller).await
    }
}

async fn person(tx: &mut dyn OrgTx, caller: &Caller) -> Result<Person, Error> {
    Ok(tx.user(caller.user).await?.ok_or(Error::NotFound("user"))?.person())
}
