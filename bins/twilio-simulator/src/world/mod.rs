//! Everything that exists at Twilio, and how it changes: a state machine without I/O and without a clock.
//!
//! Whatever happens is a method on [`World`]. What has to be told or asked outside lands in its outbox as a
//! [`WebhookOrder`]; whoever sends it comes back with [`World::answered`]. Files are fetched likewise. What happens later is
//! on its agenda, for [`World::tick`].
//!
//! | file | reason to change |
//! |---|---|
//! | `accounts.rs`, `call.rs`, `conference.rs`, `queue.rs`, `recording.rs`, `message.rs`, `device.rs` | what a thing is |
//! | `calls.rs`, `call_api.rs` | how calls begin, are changed and end |
//! | `legs.rs` | outgoing calls, and who is at their other ends |
//! | `leg.rs`, `carry.rs` | how far a call's TwiML has come, and how it goes on |
//! | `gather.rs`, `voicemail.rs`, `waiting.rs`, `dialing.rs`, `serving.rs`, `conferences.rs` | a verb each, or a noun of `<Dial>` |
//! | `queues.rs`, `participants.rs`, `recordings.rs` | the REST API to them |
//! | `devices.rs` | browsers |
//! | `hearing.rs` | who is where, and hears what |
//! | `messages.rs`, `texting.rs`, `fetching.rs`, `replies.rs`, `consent.rs`, `magic.rs`, `segments.rs` | texts |
//! | `telling.rs`, `alert.rs`, `order.rs` | what is told, and to whom |
//! | `agenda.rs`, `shelf.rs`, `refusal.rs` | tools |

mod accounts;
mod agenda;
mod alert;
mod call;
mod call_api;
mod calls;
mod carry;
mod conference;
mod conferences;
mod consent;
mod device;
mod devices;
mod dialing;
mod fetching;
mod gather;
mod hearing;
mod leg;
mod legs;
mod magic;
mod message;
mod messages;
mod order;
mod participants;
mod queue;
mod queues;
mod recording;
mod recordings;
mod refusal;
mod replies;
mod segments;
mod serving;
mod shelf;
mod telling;
mod texting;
mod voicemail;
mod waiting;

use crate::account::Account;
use crate::{SimulatorError, parameters};
use agenda::{Agenda, Moment, Timer};
use chrono::{DateTime, Utc};
use conferences::Left;
use consent::OptOuts;
use leg::Doing;
use replies::Unanswered;
use std::collections::{HashMap, VecDeque};

pub use accounts::{AccountState, Accounts, Application, IncomingNumber, Service};
pub use alert::Alert;
pub use call::{Call, CallEvent, CallStatus, Direction, StatusCallback};
pub use call_api::{CallUpdate, Instructions, NewCall};
pub use calls::NewInboundCall;
pub use conference::{Conference, ConferenceCallback, ConferenceStatus, Participant, ParticipantStatus};
pub use device::{Device, DeviceEvent};
pub use fetching::{Fetch, Fetched, NotFetched};
pub use magic::{Effect, MAGIC, Magic};
pub use message::{Media, Message, MessageDirection, MessageStatus};
pub use messages::NewInboundMessage;
pub use order::{Endpoint, Method, NewOrder, OrderId, Outcome, Purpose, WebhookOrder};
pub use participants::{NewParticipant, ParticipantUpdate};
pub use queue::{Member, Queue};
pub use queues::Dequeue;
pub use recording::{Recording, RecordingCallback, RecordingSource, RecordingStatus};
pub use recordings::NewRecording;
pub use refusal::Refusal;
pub use shelf::Shelf;
pub use texting::NewMessage;

/// A Twilio.
#[derive(Debug)]
pub struct World {
    /// What is set up.
    pub setup: Accounts,
    /// By `SM…` or `MM…`.
    pub messages: Shelf<Message>,
    /// By `CA…`.
    pub calls: Shelf<Call>,
    /// By `CF…`.
    pub conferences: Shelf<Conference>,
    /// By `QU…`.
    pub queues: Shelf<Queue>,
    /// By `RE…`.
    pub recordings: Shelf<Recording>,
    /// Browsers, by an id of their own.
    pub devices: Shelf<Device>,
    /// Where the REST API can be reached: media and recordings have their addresses there.
    pub base_url: String,
    /// What Twilio's debugger says besides what it says about webhooks; the last few, oldest first.
    pub alerts: VecDeque<Alert>,
    opt_outs: OptOuts,
    unanswered: HashMap<OrderId, Unanswered>,
    started: DateTime<Utc>,
    now: DateTime<Utc>,
    rng: fastrand::Rng,
    agenda: Agenda,
    outbox: Vec<WebhookOrder>,
    fetches: Vec<Fetch>,
    orders: u64,
    /// Which step of which call waits for which webhook's answer.
    asked: HashMap<OrderId, (String, u64)>,
    steps: u64,
    /// In the order of their ends, to be forgotten in that order.
    ended: VecDeque<String>,
    ended_conferences: VecDeque<String>,
}

impl World {
    /// A Twilio with these accounts and no past. Whoever gives the same seed, and does the same at the same times, sees
    /// the same.
    pub fn new(accounts: &[Account], now: DateTime<Utc>, seed: u64) -> Result<Self, SimulatorError> {
        Ok(Self {
            setup: Accounts::new(accounts, now)?,
            messages: Shelf::default(),
            calls: Shelf::default(),
            conferences: Shelf::default(),
            queues: Shelf::default(),
            recordings: Shelf::default(),
            devices: Shelf::default(),
            base_url: "https://api.twilio.com".to_owned(),
            alerts: VecDeque::new(),
            opt_outs: OptOuts::default(),
            unanswered: HashMap::new(),
            started: now,
            now,
            rng: fastrand::Rng::with_seed(seed),
            agenda: Agenda::default(),
            outbox: Vec::new(),
            fetches: Vec::new(),
            orders: 0,
            asked: HashMap::new(),
            steps: 0,
            ended: VecDeque::new(),
            ended_conferences: VecDeque::new(),
        })
    }

    /// When it began.
    pub fn started(&self) -> DateTime<Utc> {
        self.started
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Chance, from the seed.
    pub fn rng(&mut self) -> &mut fastrand::Rng {
        &mut self.rng
    }

    /// When [`Self::tick`] has something to do next.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.agenda.next_due()
    }

    /// Lets time pass until `now`, and everything happen that falls due, in order.
    pub fn tick(&mut self, now: DateTime<Utc>) {
        while let Some((due, timer)) = self.agenda.take_due(now) {
            self.now = due.max(self.now);
            self.happen(timer);
        }
        self.now = now.max(self.now);
    }

    /// The webhooks that are to be sent now, in this order.
    pub fn take_outbox(&mut self) -> Vec<WebhookOrder> {
        std::mem::take(&mut self.outbox)
    }

    /// Puts a webhook off: it comes to the outbox at `due`.
    pub fn send_at(&mut self, due: DateTime<Utc>, order: WebhookOrder) {
        self.agenda.at(due, Timer::Send(order));
    }

    /// What came of a webhook.
    pub fn answered(&mut self, order: OrderId, outcome: Outcome) {
        match self.asked.remove(&order) {
            Some((call_sid, step)) => self.told_what_to_do(&call_sid, step, outcome),
            None => self.text_answered(order, &outcome),
        }
    }

    /// A SID that nothing has yet.
    pub fn new_sid(&mut self, prefix: &str) -> String {
        format!("{prefix}{:032x}", self.rng.u128(..))
    }

    fn happen(&mut self, timer: Timer) {
        match timer {
            Timer::Send(order) => self.outbox.push(order),
            Timer::Message(sid, status) => self.message_due(&sid, status),
            Timer::Step { call_sid, step, moment } => self.step(&call_sid, step, moment),
            Timer::Ask { call_sid, step, endpoint, extra } => self.ask_now(&call_sid, step, endpoint, extra),
            Timer::Leg { call_sid, event } => self.leg_event(&call_sid, event),
            Timer::Recording { recording_sid } => self.recording_is_ready(&recording_sid),
            Timer::Transcription { call_sid, recording_sid, endpoint } => {
                self.transcribed(&call_sid, &recording_sid, endpoint);
            }
            Timer::DeviceExpires { device_id } => self.device_expired(&device_id),
        }
    }

    fn step(&mut self, call_sid: &str, step: u64, moment: Moment) {
        let Some(leg) = self.leg(call_sid) else { return };
        let Some(role) = leg.role_at(step) else { return };
        let Some(doing) = leg.run(role).map(|run| run.doing.clone()) else { return };
        match (moment, doing) {
            (Moment::Over, Doing::Sounding(_)) => self.go_on(call_sid, role),
            (Moment::Over, Doing::Gathering { verb, digits }) => {
                self.gathered_digits(call_sid, role, &verb, digits);
            }
            (Moment::Over, Doing::Recording { .. }) => self.message_ended(call_sid, None),
            (Moment::DialTimeout, _) => self.dial_timed_out(call_sid),
            (Moment::TimeLimit, Doing::Dialing { answered: Some(answered), .. }) => {
                self.end(&answered.call_sid, CallStatus::Completed);
            }
            (Moment::TimeLimit, Doing::Dequeuing { verb, served: Some(served), .. }) => {
                self.serving_timed_out(call_sid, &verb, &served);
            }
            (Moment::TimeLimit, Doing::Attending { conference_sid, .. }) => {
                self.put_out(call_sid, &conference_sid, Left::HungUp);
            }
            _ => {}
        }
    }

    /// Puts a webhook into the outbox.
    pub fn order(&mut self, order: NewOrder) -> OrderId {
        self.orders += 1;
        let id = OrderId(self.orders);
        let NewOrder { account_sid, purpose, sid, endpoint, fallback, mut parameters } = order;
        parameters.extend(parameters::always());
        self.outbox.push(WebhookOrder { id, account_sid, purpose, sid, endpoint, fallback, parameters });
        id
    }
}
