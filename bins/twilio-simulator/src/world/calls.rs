//! Calls that come in.

use super::call::{Call, CallStatus, Direction};
use super::leg::Leg;
use super::{CallEvent, Endpoint, NewOrder, OrderId, Purpose, StatusCallback, World};
use crate::parameters;
use std::time::Duration;

/// A call that somebody outside makes.
#[derive(Clone, Debug)]
pub struct NewInboundCall {
    /// `CA…`, or a new one.
    pub sid: Option<String>,
    /// Who calls.
    pub from: String,
    /// One of the numbers.
    pub to: String,
    /// A webhook in place of the number's.
    pub url: Option<String>,
}

/// How long callers speak into a recording if nobody says otherwise.
const SPEAKS_FOR: Duration = Duration::from_secs(4);

impl World {
    /// Somebody calls a number; none if it belongs to nobody. The webhook that asks what to do is `None` if the number
    /// has none. A call that is known is announced once more, and goes on as it did.
    pub fn call(&mut self, new: NewInboundCall) -> Option<(String, Option<OrderId>)> {
        let number = self.setup.owner_of(&new.to)?.clone();
        let sid = new.sid.unwrap_or_else(|| self.new_sid("CA"));
        let endpoint = new.url.map(Endpoint::post).or(number.voice.clone());
        if self.calls.get(&sid).is_none() {
            let status_callback = number.status_callback.clone();
            let call = Call {
                sid: sid.clone(),
                account_sid: number.account_sid.clone(),
                parent_call_sid: None,
                phone_number_sid: Some(number.sid.clone()),
                from: new.from.clone(),
                to: new.to.clone(),
                direction: Direction::Inbound,
                status: CallStatus::Ringing,
                created: self.now,
                answered: None,
                ended: None,
                status_callback: status_callback
                    .map(|endpoint| StatusCallback { endpoint, events: vec![CallEvent::Completed] }),
                speaks_for: SPEAKS_FOR,
                leg: Leg { fallback: number.voice_fallback.clone(), ..Leg::default() },
            };
            self.calls.put(&sid, call);
        }
        let order = endpoint.map(|endpoint| {
            self.order(NewOrder {
                parameters: parameters::call(&number.account_sid, &sid, &new.from, &new.to),
                account_sid: number.account_sid,
                purpose: Purpose::Voice,
                sid: sid.clone(),
                endpoint,
                fallback: number.voice_fallback,
            })
        });
        Some((sid, order))
    }
}
