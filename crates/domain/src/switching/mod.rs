//! What is done at Twilio: what follows from what happened to a call, what people want done with one, and what is found out
//! about those of which nothing is heard.
//!
//! No transaction is open while Twilio is asked. What is lost on the way, because Twilio or we were away, is found by
//! [`settle`](Switching::settle), which every call comes to that is left alone.

mod dialing;
mod settling;
mod talking;
mod transfers;

use std::sync::Arc;

use switchboard_events::CallId;

pub use self::dialing::CallOrder;
pub use self::transfers::{TransferForm, TransferKind};
use crate::access::{Caller, OrgScope, Role};
use crate::calls::{Call, CallState, Calls, Elsewhere, Happening, Meeting, Place, Todo, Turn};
use crate::error::Error;
use crate::phone::PhoneNumber;
use crate::ports::{
    CallControl, CallStatus, Clock, Conferencing, Credentials, Documents, Instructions, ParticipantChange,
    Recordings, Store, TelephonyError,
};
use crate::twilio_settings::{Account, TwilioAccounts};

/// What calls are switched with.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port or service of its name")]
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub calls: Arc<Calls>,
    pub accounts: Arc<TwilioAccounts>,
    pub call_control: Arc<dyn CallControl>,
    pub conferencing: Arc<dyn Conferencing>,
    pub recordings: Arc<dyn Recordings>,
    pub documents: Arc<dyn Documents>,
}

/// Switches calls at Twilio.
#[derive(Clone)]
pub struct Switching {
    parts: Parts,
}

impl Switching {
    /// Over its parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }

    /// Does what follows from what happened to a call. What fails is worth trying again: doing it twice does no harm.
    pub async fn carry_out(&self, todo: Todo) -> Result<(), Error> {
        let mut next = Some(todo);
        while let Some(todo) = next {
            next = self.carry_out_once(todo).await?;
        }
        Ok(())
    }

    /// What follows from what was found out meanwhile, if anything. A call ends once, so that has an end.
    async fn carry_out_once(&self, todo: Todo) -> Result<Option<Todo>, Error> {
        let credentials = self.parts.accounts.credentials(todo.scope).await?;
        let found = match &todo.deeds.customer {
            Some(turn) => self.turn(&credentials, &todo, turn).await?,
            None => None,
        };
        if todo.deeds.resume {
            self.resume_customer(&credentials, todo.scope, todo.call).await?;
        }
        let mut failed = None;
        for sid in &todo.deeds.drop {
            // Whoever does not end is not the others' trouble.
            if let Err(error) = self.drop_leg(&credentials, sid).await {
                failed.get_or_insert(error);
            }
        }
        failed.map_or(Ok(found), Err)
    }

    /// Ends somebody's leg.
    async fn drop_leg(&self, credentials: &Credentials, sid: &str) -> Result<(), Error> {
        match self.parts.call_control.complete(credentials, sid).await {
            Err(error) if !is_gone(&error) => Err(Error::Twilio(error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Turns the customer's leg to something else, if the call still is where that was decided.
    async fn turn(&self, credentials: &Credentials, todo: &Todo, turn: &Turn) -> Result<Option<Todo>, Error> {
        let (scope, id) = (todo.scope, todo.call);
        let call = match turn {
            Turn::Meet => {
                let asked = self.parts.calls.happen(scope, id, &Happening::AskCustomerIn).await?;
                if !asked.is_new {
                    return Ok(None);
                }
                asked.call
            }
            Turn::Queue | Turn::Phone(_) => {
                let call = self.parts.calls.find(scope, id).await?;
                if !is_still_to(turn, &call) {
                    return Ok(None);
                }
                call
            }
        };
        let Some(sid) = call.sid.clone() else { return Ok(None) };
        let elsewhere = match turn {
            Turn::Meet => self.parts.calls.meeting(scope, &call).await?,
            Turn::Queue => Elsewhere::Queue { org: scope.org() },
            Turn::Phone(phone) => Elsewhere::Phone {
                org: scope.org(),
                call: id,
                phone: phone.clone(),
                shows: PhoneNumber::from_e164(call.our_number()),
            },
        };
        let to = Instructions::Inline(self.parts.documents.write(&elsewhere));
        match self.parts.call_control.redirect(credentials, &sid, &to).await {
            Ok(()) if *turn == Turn::Meet => Ok(None),
            // So that it is not done again, which they would hear.
            Ok(()) => {
                let leaves = Happening::Leaves { round: call.round, sid };
                Ok(self.parts.calls.happen(scope, id, &leaves).await?.todo)
            }
            Err(TelephonyError::Refused(refusal)) if refusal.is_gone() => {
                let gone = Happening::CustomerGone { status: CallStatus::Completed, duration: None };
                Ok(self.parts.calls.happen(scope, id, &gone).await?.todo)
            }
            Err(error) => {
                // Where it may have happened, it is seen from who is in the conference.
                if *turn == Turn::Meet && !matches!(error, TelephonyError::Unknown(_)) {
                    self.parts.calls.happen(scope, id, &Happening::CustomerNotAsked).await?;
                }
                Err(Error::Twilio(error))
            }
        }
    }

    /// The customer hears the others again. Where there is no customer, or no conference, there is nothing to do.
    async fn resume_customer(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        id: CallId,
    ) -> Result<(), Error> {
        let call = self.parts.calls.find(scope, id).await?;
        let conference = self.conference(credentials, scope, &call).await?;
        let (Some(conference), Some(sid)) = (conference, &call.sid) else { return Ok(()) };
        let resume = ParticipantChange::Resume;
        match self.parts.conferencing.change_participant(credentials, &conference, sid, &resume).await {
            Err(error) if !is_gone(&error) => Err(Error::Twilio(error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// A call that is with an agent, and that the caller may switch: their own, or anybody's for those who supervise.
    async fn switchable(&self, caller: &Caller, id: CallId) -> Result<Call, Error> {
        let call = self.parts.calls.find(caller.scope, id).await?;
        require_switchable(caller, &call)?;
        Ok(call)
    }

    /// Its conference, where it is held now: the SID.
    async fn conference(
        &self,
        credentials: &Credentials,
        scope: OrgScope,
        call: &Call,
    ) -> Result<Option<String>, Error> {
        let meeting = Meeting { org: scope.org(), call: call.id, round: call.round };
        let name = meeting.to_string();
        self.parts.conferencing.conference(credentials, &name).await.map_err(Error::Twilio)
    }

    async fn account(&self, scope: OrgScope) -> Result<Account, Error> {
        self.parts.accounts.account(scope).await
    }
}

fn require_switchable(caller: &Caller, call: &Call) -> Result<(), Error> {
    if !call.state.keeps_busy() {
        return Err(Error::WrongState(call.state));
    }
    let is_theirs = call.agent.as_ref().is_some_and(|agent| agent.id == caller.user);
    if is_theirs { Ok(()) } else { caller.require(Role::Manager) }
}

/// Whether the customer has still to be turned there: somebody may have taken the call meanwhile, or it was done.
fn is_still_to(turn: &Turn, call: &Call) -> bool {
    let is_there = call.customers_place().is_some_and(|place| place != Place::Out);
    match turn {
        Turn::Meet => true,
        Turn::Queue => is_there && call.state == CallState::Ringing,
        Turn::Phone(phone) => {
            is_there && call.state == CallState::Forwarded && call.phone.as_ref() == Some(phone)
        }
    }
}

/// Whether there was nothing to act on: the call, or whoever was meant, is gone.
fn is_gone(error: &TelephonyError) -> bool {
    matches!(error, TelephonyError::Refused(refusal) if refusal.is_gone())
}

/// The number as Twilio writes it.
fn address(phone: &PhoneNumber) -> String {
    phone.to_string()
}
