//! Outgoing legs, and the people at their other ends.
//!
//! Nobody is there, so the last digits of a number decide:
//!
//! | the number ends with | what happens |
//! |---|---|
//! | `0002` | busy after a second of ringing |
//! | `0003` | nobody answers |
//! | `0004` | the call fails before it rings |
//! | `0005` | it rings until [`World::pick_up`] or [`World::hang_up`] |
//! | anything else | somebody answers after two seconds of ringing |
//!
//! The same holds for the name in `sip:…`. `client:…` rings at the browsers that registered under that name; without
//! any, nobody answers.

use super::agenda::{LegEvent, Timer};
use super::leg::Plan;
use super::leg::Role;
use super::{Call, CallEvent, CallStatus, Direction, StatusCallback, World};
use std::time::Duration;

/// From the dialling to the ringing.
const CONNECTING: Duration = Duration::from_secs(1);

/// From the ringing to the answer.
const HESITATION: Duration = Duration::from_secs(2);

/// From the ringing to the busy signal.
const BUSY: Duration = Duration::from_secs(1);

/// Twilio adds this to every timeout.
pub(super) const GRACE: Duration = Duration::from_secs(5);

/// A leg that Twilio makes.
pub(super) struct NewLeg {
    pub(super) account_sid: String,
    pub(super) parent_call_sid: Option<String>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) direction: Direction,
    pub(super) status_callback: Option<StatusCallback>,
    pub(super) plan: Plan,
    /// Custom parameters for a browser.
    pub(super) parameters: Vec<(String, String)>,
    /// How long it rings; what `<Dial>` rings, `<Dial>` ends.
    pub(super) timeout: Option<Duration>,
}

enum Fate {
    Busy,
    NoAnswer,
    Failed,
    ByHand,
    Answers,
}

impl World {
    pub(super) fn new_leg(&mut self, new: NewLeg) -> String {
        let sid = self.new_sid("CA");
        let mut call = Call::new(self.now, &sid, &new.account_sid, &new.from, &new.to, new.direction);
        call.phone_number_sid = self.setup.owner_of(&new.from).map(|number| number.sid.clone());
        call.parent_call_sid = new.parent_call_sid;
        call.status_callback = new.status_callback;
        call.leg.plan = new.plan;
        call.leg.parameters = new.parameters;
        if let Some((client, query)) = new.to.split_once('?').filter(|(to, _)| to.starts_with("client:")) {
            call.to = client.to_owned();
            call.leg.parameters.extend(form_urlencoded::parse(query.as_bytes()).into_owned());
        }
        self.keep_call(call);
        self.leg_later(Duration::ZERO, &sid, LegEvent::Initiate);
        if let Some(timeout) = new.timeout {
            self.leg_later(timeout + GRACE, &sid, LegEvent::RingTimeout);
        }
        sid
    }

    /// Somebody whose phone rings answers it.
    pub fn pick_up(&mut self, call_sid: &str) {
        if self.live(call_sid).is_none_or(|call| !call.direction.is_outbound() || call.answered.is_some()) {
            return;
        }
        self.answer(call_sid);
        let Some(leg) = self.leg(call_sid) else { return };
        match std::mem::take(&mut leg.plan) {
            Plan::None => {}
            Plan::Ask(endpoint) => self.ask(call_sid, Role::Main, endpoint, Vec::new()),
            Plan::CarryOut(document) => self.carry_out(call_sid, Role::Main, document, None),
            Plan::Connect { whisper } => self.dialled_leg_answered(call_sid, whisper),
        }
    }

    pub(super) fn leg_event(&mut self, call_sid: &str, event: LegEvent) {
        let Some(call) = self.live(call_sid) else { return };
        match (event, call.status) {
            (LegEvent::Initiate, CallStatus::Queued) => {
                call.status = CallStatus::Initiated;
                let fate = fate(&call.to);
                self.called_participant_moved(call_sid);
                self.tell_progress(call_sid, CallEvent::Initiated);
                match fate {
                    Fate::Failed => self.end(call_sid, CallStatus::Failed),
                    _ => self.leg_later(CONNECTING, call_sid, LegEvent::Ring),
                }
            }
            (LegEvent::Ring, CallStatus::Initiated) => {
                call.status = CallStatus::Ringing;
                let (is_browser, fate) = (call.to.starts_with("client:"), fate(&call.to));
                self.called_participant_moved(call_sid);
                self.tell_progress(call_sid, CallEvent::Ringing);
                match fate {
                    _ if is_browser => self.ring_devices(call_sid),
                    Fate::Busy => self.leg_later(BUSY, call_sid, LegEvent::Decline),
                    Fate::Answers => self.leg_later(HESITATION, call_sid, LegEvent::PickUp),
                    Fate::NoAnswer | Fate::ByHand | Fate::Failed => {}
                }
            }
            (LegEvent::PickUp, CallStatus::Ringing) => self.pick_up(call_sid),
            (LegEvent::Decline, CallStatus::Ringing) => self.end(call_sid, CallStatus::Busy),
            (LegEvent::Fail, _) => self.end(call_sid, CallStatus::Failed),
            (LegEvent::RingTimeout, status) if status != CallStatus::InProgress => {
                self.end(call_sid, CallStatus::NoAnswer);
            }
            (LegEvent::Limit | LegEvent::Lost, _) => self.end(call_sid, CallStatus::Completed),
            _ => {}
        }
    }

    pub(super) fn leg_later(&mut self, delay: Duration, call_sid: &str, event: LegEvent) {
        self.agenda.after(self.now, delay, Timer::Leg { call_sid: call_sid.to_owned(), event });
    }
}

fn fate(to: &str) -> Fate {
    let name = to.strip_prefix("sip:").and_then(|sip| sip.split('@').next()).unwrap_or(to);
    match name.get(name.len().saturating_sub(4)..) {
        _ if to.starts_with("client:") => Fate::ByHand,
        Some("0002") => Fate::Busy,
        Some("0003") => Fate::NoAnswer,
        Some("0004") => Fate::Failed,
        Some("0005") => Fate::ByHand,
        _ => Fate::Answers,
    }
}
