//! Calls that the organisation makes.

use std::time::Duration;

use chrono::TimeDelta;
use switchboard_events::{CallId, CustomerId};
use uuid::Uuid;

use super::Switching;
use crate::access::Caller;
use crate::calls::{Call, CallState, DIAL_LEASE, Direction, Happening, Note, What};
use crate::check::{self, Check};
use crate::customers;
use crate::error::Error;
use crate::party::CustomerRef;
use crate::people;
use crate::ports::{CallProgress, CallStatus, Instructions, NewCall, ProgressCallback, TelephonyError};
use crate::twilio_settings::Account;

/// How long a customer's phone rings.
const RINGS: Duration = Duration::from_secs(45);

/// By which the next call of the same order is known, when Twilio took none before.
const AGAIN: &[u8] = b"again";

/// A call to be made, as typed.
#[derive(Debug, Clone, Default)]
pub struct CallOrder {
    /// Whom to call.
    pub to: Option<String>,
    /// Which lead that is.
    pub lead_id: Option<CustomerId>,
    /// Which contact that is.
    pub contact_id: Option<CustomerId>,
    /// The conference in which the browser already waits: the id that the call is to have.
    pub conference_id: Option<CallId>,
    /// By which the same order is known when it comes again: it makes one call.
    pub idempotency_key: Option<String>,
}

impl Switching {
    /// Calls a customer. The caller's browser calls in by the call's id, before or after; the customer's phone rings at once.
    ///
    /// [`Error::Twilio`] if Twilio refused, and then the call has failed; while Twilio's answer is unknown the call is being
    /// dialled, and what becomes of it is found out. The same order is the same call, and dials again only if Twilio certainly
    /// never had that one: then it is another call.
    pub async fn make(&self, caller: &Caller, order: CallOrder) -> Result<Call, Error> {
        let account = self.account(caller.scope).await?;
        let mut tx = self.parts.store.begin(caller.scope).await?;
        let region = people::organization(tx.as_mut()).await?.region;
        let mut check = Check::default();
        let to = check.phone("to", order.to.as_deref(), region);
        if order.to.as_deref().is_none_or(|to| to.trim().is_empty()) {
            check.refuse("to", "is required");
        }
        if to.as_ref().is_some_and(|(_, to)| account.numbers.contains(to)) {
            check.refuse("to", "is a number of this organization");
        }
        let key = check.optional("Idempotency-Key", order.idempotency_key.as_deref(), check::LINE);
        let named = customers::named(tx.as_mut(), &mut check, order.contact_id, order.lead_id).await?;
        check.finish()?;
        let (_, to) = to.ok_or_else(|| Error::invalid("to", "must be a phone number"))?;
        let customer = match named {
            None => tx.customer_by_phone(&to).await?,
            named => named,
        };
        let customer = customer.map(CustomerRef::from);
        let id = match (order.conference_id, &key) {
            (Some(id), _) => id,
            (None, Some(key)) => Uuid::new_v5(&caller.user.into(), key.as_bytes()).into(),
            (None, None) => CallId::generate(),
        };
        let person = tx.user(caller.user).await?.ok_or(Error::NotFound("user"))?.person();
        let now = tx.now().await?;
        let mut call = Call {
            id,
            version: 0,
            direction: Direction::Outbound,
            sid: None,
            from: account.phone_number.to_string(),
            to: to.to_string(),
            customer,
            state: CallState::Dialing,
            agent: Some(person),
            handed_over_by: None,
            meant_for: None,
            phone: None,
            round: 1,
            legs: Vec::new(),
            lease_until: Some(now + DIAL_LEASE),
            is_on_hold: false,
            status: CallStatus::Queued,
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
        call.due_at = call.due(now);
        while !tx.insert_call(&call).await? {
            let known = tx.call(call.id).await?;
            let is_same = |known: &Call| {
                known.agent == call.agent && known.to == call.to && known.direction == Direction::Outbound
            };
            let known = known.filter(is_same).ok_or(Error::Taken("conference"))?;
            if !known.was_never_made() {
                return Ok(known);
            }
            // Ordered again, that is another call: an ended one stays so.
            call.id = Uuid::new_v5(&known.id.into(), AGAIN).into();
        }
        let id = call.id;
        let made = Note { at: now, what: What::Made, by: Some(caller.user), detail: None };
        tx.note(id.into(), &[made]).await?;
        tx.record_offers_change();
        tx.commit().await?;
        self.dial(caller, &account, call).await
    }

    async fn dial(&self, caller: &Caller, account: &Account, call: Call) -> Result<Call, Error> {
        let (scope, id) = (caller.scope, call.id);
        let urls = self.parts.accounts.urls();
        let order = NewCall {
            to: call.to.clone(),
            from: call.from.clone(),
            instructions: Instructions::url(urls.customer(scope.org(), id)),
            progress: Some(ProgressCallback {
                url: urls.progress(scope.org(), id),
                events: CallProgress::ALL.to_vec(),
            }),
            timeout: Some(RINGS),
            detect_machine: false,
            recording: None,
        };
        match self.parts.call_control.start_call(&account.credentials, &order).await {
            Ok(made) => {
                let happened = self.parts.calls.dialed(scope, id, &made.sid).await?;
                let happened = happened.ok_or(Error::NotFound("call"))?;
                if let Some(todo) = happened.todo {
                    self.carry_out(todo).await?;
                }
                Ok(happened.call)
            }
            // Its callbacks tell, or else it is asked about.
            Err(TelephonyError::Unknown(_)) => self.parts.calls.find(scope, id).await,
            Err(error) => {
                let happened =
                    self.parts.calls.happen(scope, id, &Happening::NotDialed { is_certain: true }).await?;
                if let Some(todo) = happened.todo {
                    self.carry_out(todo).await?;
                }
                Err(Error::Twilio(error))
            }
        }
    }
}
