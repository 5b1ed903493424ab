//! `<Dial>`: people who are called, and the conversation with who answers.

use super::agenda::{LegEvent, Moment};
use super::call_api::is_phone;
use super::calls::Why;
use super::carry::Flow;
use super::leg::{Answered, Aside, Doing, Plan, Role, Run};
use super::legs::{GRACE, NewLeg};
use super::recordings::NewRecording;
use super::{CallStatus, Direction, Endpoint, RecordingSource, StatusCallback, World};
use crate::parameters::{Parameters, owned};
use crate::twiml::{Dial, Noun, Person, Records, Target};
use std::time::Duration;

impl World {
    pub(super) fn dial(&mut self, call_sid: &str, verb: Dial) -> Flow {
        match verb.target.clone() {
            Target::People(people) => self.dial_people(call_sid, verb, &people),
            Target::Queue(noun) => self.dial_queue(call_sid, verb, &noun),
            Target::Conference(noun) => self.attend(call_sid, verb, &noun),
        }
    }

    fn dial_people(&mut self, call_sid: &str, verb: Dial, people: &[Person]) -> Flow {
        let mut callers = Vec::new();
        for person in people {
            match self.caller_id(call_sid, &verb, person) {
                Some(caller) => callers.push(caller),
                None => {
                    self.alert_call(call_sid, 13214, "Dial: Invalid callerId value");
                    return self.dial_over(call_sid, &verb, owned(&[("DialCallStatus", "failed")]));
                }
            }
        }
        let account_sid = self.account_of(call_sid);
        let mut legs = Vec::new();
        for (person, from) in people.iter().zip(callers) {
            let told = person.status_callback.as_ref();
            let status_callback = told.and_then(|told| {
                let endpoint = self.resolve(call_sid, Some(&told.link))?;
                Some(StatusCallback { endpoint, events: told.events.clone() })
            });
            let leg = self.new_leg(NewLeg {
                account_sid: account_sid.clone(),
                parent_call_sid: Some(call_sid.to_owned()),
                from,
                to: person.address.clone(),
                direction: Direction::OutboundDial,
                status_callback,
                plan: Plan::Connect { whisper: self.resolve(call_sid, person.whisper.as_ref()) },
                parameters: person.parameters.clone(),
                timeout: None,
            });
            if person.noun == Noun::Number && !is_dialable(&person.address) {
                let message = format!("Dial: {} is no phone number", person.address);
                self.alert_call(call_sid, 13224, message);
                self.leg_later(Duration::ZERO, &leg, LegEvent::Fail);
            }
            legs.push(leg);
        }
        let timeout = verb.timeout + GRACE;
        let step = self.wait(call_sid, Role::Main, Doing::Dialing { verb, legs, answered: None });
        self.after(timeout, call_sid, step, Moment::DialTimeout);
        Flow::Wait
    }

    /// What the called person sees; none if this account may not show that.
    fn caller_id(&self, call_sid: &str, verb: &Dial, person: &Person) -> Option<String> {
        let call = self.calls.get(call_sid)?;
        let own = match call.direction {
            Direction::Inbound => [&call.from, &call.to],
            Direction::OutboundApi | Direction::OutboundDial => [&call.from, &call.from],
        };
        let is_free = |caller: &str| {
            own.iter().any(|address| *address == caller) || self.setup.owns(&call.account_sid, caller)
        };
        match (&verb.caller_id, person.noun) {
            (Some(caller), Noun::Client | Noun::Sip) => Some(caller.clone()),
            (Some(caller), Noun::Number) => is_free(caller).then(|| caller.clone()),
            (None, Noun::Number) if call.from.starts_with("client:") => None,
            (None, _) => Some(call.from.clone()),
        }
    }

    /// Somebody who was dialled answers. Until a whisper is over the others ring on, and may answer, too.
    pub(super) fn dialled_leg_answered(&mut self, call_sid: &str, whisper: Option<Endpoint>) {
        let parent =
            self.calls.get(call_sid).and_then(|call| call.parent_call_sid.clone()).unwrap_or_default();
        let Some(Doing::Dialing { answered: None, .. }) = self.leg(&parent).map(|leg| &leg.main.doing) else {
            return self.end(call_sid, CallStatus::Canceled);
        };
        self.wait(call_sid, Role::Main, Doing::Bridged { with: parent });
        match whisper {
            Some(endpoint) => self.whisper(call_sid, endpoint, Vec::new()),
            None => self.whispered(call_sid),
        }
    }

    /// Lets one end hear something first.
    pub(super) fn whisper(&mut self, call_sid: &str, endpoint: Endpoint, extra: Parameters) {
        if let Some(leg) = self.leg(call_sid) {
            leg.aside = Some((Aside::Whisper, Run::default()));
            self.ask(call_sid, Role::Aside, endpoint, extra);
        }
    }

    /// That is over, and they are connected.
    pub(super) fn whispered(&mut self, call_sid: &str) {
        let Some(leg) = self.leg(call_sid) else { return };
        leg.aside = None;
        let partner = match &leg.main.doing {
            Doing::Bridged { with } => {
                let with = with.clone();
                self.won(&with, call_sid);
                with
            }
            Doing::Served { by, .. } => by.clone(),
            _ => return,
        };
        self.connect(&partner);
    }

    /// The first who may be connected with who dialled: the others need not answer any more.
    fn won(&mut self, dialler: &str, call_sid: &str) {
        let now = self.now;
        let found = self.leg(dialler).map(|leg| &mut leg.main.doing);
        let Some(Doing::Dialing { legs, answered: answered @ None, .. }) = found else { return };
        *answered = Some(Answered {
            call_sid: call_sid.to_owned(),
            since: now,
            is_connected: false,
            recording_sid: None,
        });
        let others: Vec<_> = legs.iter().filter(|leg| *leg != call_sid).cloned().collect();
        for other in others {
            self.end(&other, CallStatus::Canceled);
        }
    }

    /// Who dialled hears who answered, or who waited in the queue.
    fn connect(&mut self, call_sid: &str) {
        let now = self.now;
        let Some(leg) = self.leg(call_sid) else { return };
        let doing = std::mem::take(&mut leg.main.doing);
        let (verb, partner) = match &doing {
            Doing::Dialing { verb, answered: Some(answered), .. } => {
                (verb.clone(), answered.call_sid.clone())
            }
            Doing::Dequeuing { verb, served: Some(served), .. } => (verb.clone(), served.call_sid.clone()),
            _ => {
                leg.main.doing = doing;
                return;
            }
        };
        let step = self.wait(call_sid, Role::Main, doing);
        self.after(verb.time_limit, call_sid, step, Moment::TimeLimit);
        self.answer(call_sid);
        self.answer(&partner);
        let recording = verb.record.as_ref().map(|records| self.record_dial(call_sid, records));
        let doing = self.leg(call_sid).map(|leg| &mut leg.main.doing);
        let answered = match doing {
            Some(Doing::Dialing { answered, .. } | Doing::Dequeuing { served: answered, .. }) => answered,
            _ => return,
        };
        if let Some(answered) = answered {
            answered.is_connected = true;
            answered.since = now;
            answered.recording_sid = recording;
        }
    }

    fn record_dial(&mut self, call_sid: &str, records: &Records) -> String {
        let callback = self.recording_callback(call_sid, records.status_callback.as_ref());
        let channels = if records.dual { 2 } else { 1 };
        let recording = NewRecording { source: RecordingSource::DialVerb, channels, callback };
        self.begin_recording(&self.account_of(call_sid), Some(call_sid), None, recording)
    }

    /// A leg that was dialled is over, or goes on elsewhere.
    pub(super) fn dialled_leg_ended(&mut self, parent: &str, call_sid: &str) {
        let goes_on = self.live(call_sid).is_some();
        let Some(leg) = self.leg(parent) else { return };
        let Doing::Dialing { verb, legs, answered } = &mut leg.main.doing else { return };
        if goes_on && answered.is_none() {
            legs.retain(|leg| leg != call_sid);
        }
        let (verb, legs, answered) = (verb.clone(), legs.clone(), answered.clone());
        let result = match answered {
            Some(answered) if answered.call_sid == call_sid => self.conversation(&answered),
            Some(_) => return,
            None => match self.nobody_answered(&legs) {
                Some(result) => result,
                None => return,
            },
        };
        self.dial_over_and_on(parent, &verb, result);
    }

    /// What to tell of legs that all ended before they were connected; none if one is still on its way. Who answered
    /// and hung up in the whisper counts as no answer.
    fn nobody_answered(&self, legs: &[String]) -> Option<Parameters> {
        let statuses: Vec<_> = legs.iter().filter_map(|leg| Some(self.calls.get(leg)?.status)).collect();
        if statuses.iter().any(|status| !status.is_final()) {
            return None;
        }
        let order = [CallStatus::Busy, CallStatus::NoAnswer, CallStatus::Completed, CallStatus::Canceled];
        let status = match order.into_iter().find(|status| statuses.contains(status)) {
            Some(CallStatus::Completed) => CallStatus::NoAnswer,
            None if statuses.is_empty() => CallStatus::NoAnswer,
            status => status.unwrap_or(CallStatus::Failed),
        };
        let last = legs.last().map(String::as_str).unwrap_or_default();
        Some(owned(&[("DialCallStatus", status.as_str()), ("DialCallSid", last), ("DialBridged", "false")]))
    }

    /// What to tell of a conversation that ends now; its recording ends, too.
    pub(super) fn conversation(&mut self, answered: &Answered) -> Parameters {
        let seconds = (self.now - answered.since).to_std().unwrap_or_default().as_secs();
        let status = if answered.is_connected { CallStatus::Completed } else { CallStatus::NoAnswer };
        let mut result = owned(&[
            ("DialCallStatus", status.as_str()),
            ("DialCallSid", &answered.call_sid),
            ("DialBridged", if answered.is_connected { "true" } else { "false" }),
        ]);
        if answered.is_connected {
            result.push(("DialCallDuration".to_owned(), seconds.to_string()));
        }
        if let Some(recording_sid) = &answered.recording_sid {
            self.end_recording(recording_sid, None);
            let recording = self.recordings.get(recording_sid);
            result
                .extend(recording.map(|recording| self.recording_parameters(recording)).unwrap_or_default());
        }
        result
    }

    /// Nobody has answered in time, or nobody but who still hears the whisper.
    pub(super) fn dial_timed_out(&mut self, call_sid: &str) {
        match self.leg(call_sid).map(|leg| leg.main.doing.clone()) {
            Some(Doing::Dialing { legs, answered: None, .. }) => {
                for leg in legs {
                    if self.live(&leg).is_some_and(|call| call.answered.is_none()) {
                        self.end(&leg, CallStatus::NoAnswer);
                    }
                }
            }
            Some(Doing::Dequeuing { verb, queue_sid, served: None }) => {
                self.stop_serving(call_sid, &queue_sid);
                self.dial_over_and_on(call_sid, &verb, owned(&[("DialCallStatus", "no-answer")]));
            }
            _ => {}
        }
    }

    /// Who dialled hung up, or goes on elsewhere: those who were dialled are alone.
    pub(super) fn dialler_left(
        &mut self,
        call_sid: &str,
        verb: &Dial,
        legs: &[String],
        answered: Option<Answered>,
        why: Why,
    ) {
        let result = match &answered {
            Some(answered) => self.conversation(answered),
            None => owned(&[("DialCallStatus", "canceled")]),
        };
        for leg in legs {
            self.end(leg, CallStatus::Canceled);
        }
        if why == Why::HungUp {
            let action = self.resolve(call_sid, verb.action.as_ref());
            self.tell_afterwards(call_sid, action, result);
        }
    }

    /// The call goes on after `<Dial>`: with its action, or else with the next verb.
    pub(super) fn dial_over(&mut self, call_sid: &str, verb: &Dial, result: Parameters) -> Flow {
        match &verb.action {
            None => Flow::Next,
            Some(action) => {
                self.follow(call_sid, Role::Main, Some(action), result);
                Flow::Wait
            }
        }
    }

    pub(super) fn dial_over_and_on(&mut self, call_sid: &str, verb: &Dial, result: Parameters) {
        if let Some(leg) = self.leg(call_sid) {
            leg.aside = None;
            leg.main.doing = Doing::Nothing;
        }
        if let Flow::Next = self.dial_over(call_sid, verb, result) {
            self.go_on(call_sid, Role::Main);
        }
    }
}

/// Whether this is a phone number as people write it: in groups, and with or without `+`.
fn is_dialable(number: &str) -> bool {
    let number: String = number.chars().filter(|sign| !" -.()".contains(*sign)).collect();
    is_phone(&format!("+{}", number.strip_prefix('+').unwrap_or(&number)))
}
