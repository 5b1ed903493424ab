//! What webhooks about calls say, and to whom they say it.

use super::{Call, CallEvent, Direction, Endpoint, NewOrder, Purpose, World};
use crate::parameters::{self, Parameters};
use chrono::SubsecRound;

impl World {
    /// What every request about a call says.
    pub(crate) fn call_parameters(&self, call: &Call) -> Parameters {
        let mut parameters =
            parameters::call(&call.account_sid, &call.sid, &call.from, &call.to, call.status, call.direction);
        if let Some(parent) = &call.parent_call_sid {
            parameters.push(("ParentCallSid".to_owned(), parent.clone()));
        }
        parameters
    }

    /// Whether a status callback tells of the message or call with this SID.
    pub(crate) fn calls_back(&self, sid: &str) -> bool {
        let message = self.messages.get(sid).is_some_and(|message| message.status_callback.is_some());
        message || self.calls.get(sid).is_some_and(|call| call.status_callback.is_some())
    }

    /// Tells of an event, if somebody wants to know.
    pub(crate) fn tell_progress(&mut self, call_sid: &str, event: CallEvent) {
        let Some(call) = self.calls.get(call_sid) else { return };
        let Some(callback) = call.status_callback.clone().filter(|callback| callback.events.contains(&event))
        else {
            return;
        };
        let mut parameters = self.call_parameters(call);
        let mut add = |name: &str, value: String| parameters.push((name.to_owned(), value));
        add("Timestamp", self.timestamp());
        add("CallbackSource", "call-progress-events".to_owned());
        add("SequenceNumber", call.leg.sequence.to_string());
        if call.status.is_final() {
            let seconds = call.duration(self.now).as_secs();
            add("CallDuration", seconds.to_string());
            add("Duration", seconds.div_ceil(60).to_string());
            let recording = self.recordings.iter().rev();
            let mut recording = recording.filter(|recording| recording.call_sid.as_deref() == Some(call_sid));
            if let Some(recording) = recording.next() {
                parameters.extend(self.recording_parameters(recording));
            }
        }
        self.order(NewOrder {
            account_sid: self.account_of(call_sid),
            purpose: Purpose::CallStatus,
            sid: call_sid.to_owned(),
            endpoint: callback.endpoint,
            fallback: None,
            parameters,
        });
        if let Some(call) = self.calls.get_mut(call_sid) {
            call.leg.sequence += 1;
        }
    }

    /// Tells how something ended that the call does not wait for any more.
    pub(crate) fn tell_afterwards(&mut self, call_sid: &str, endpoint: Option<Endpoint>, extra: Parameters) {
        let (Some(endpoint), Some(call)) = (endpoint, self.calls.get(call_sid)) else { return };
        let mut parameters = self.call_parameters(call);
        parameters.extend(extra);
        self.order(NewOrder {
            account_sid: self.account_of(call_sid),
            purpose: Purpose::Afterwards,
            sid: call_sid.to_owned(),
            endpoint,
            fallback: None,
            parameters,
        });
    }

    /// The time as Twilio's callbacks write it.
    pub(crate) fn timestamp(&self) -> String {
        self.now.trunc_subsecs(0).to_rfc2822()
    }

    pub(crate) fn account_of(&self, call_sid: &str) -> String {
        self.calls.get(call_sid).map(|call| call.account_sid.clone()).unwrap_or_default()
    }
}

impl Direction {
    /// Whether Twilio called, rather than being called.
    pub(crate) fn is_outbound(self) -> bool {
        self != Self::Inbound
    }
}
