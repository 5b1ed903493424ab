//! Everything that exists at Twilio, and how it changes: a state machine without I/O and without a clock.
//!
//! Whatever happens is a method on [`World`]. What has to be told or asked outside lands in its outbox as a
//! [`WebhookOrder`]; whoever sends it comes back with [`World::answered`]. What happens later is on its agenda, for
//! [`World::tick`].

mod accounts;
mod agenda;
mod call;
mod calls;
mod conference;
mod consent;
mod leg;
mod magic;
mod message;
mod messages;
mod order;
mod queue;
mod recording;
mod refusal;
mod replies;
mod segments;
mod shelf;
mod texting;

use crate::account::Account;
use crate::{SimulatorError, parameters};
use agenda::{Agenda, Timer};
use chrono::{DateTime, Utc};
use consent::OptOuts;
use replies::Unanswered;
use std::collections::{HashMap, VecDeque};

pub use accounts::{AccountState, Accounts, Application, IncomingNumber, Service};
pub use call::{Call, CallEvent, CallStatus, Direction, StatusCallback};
pub use calls::NewInboundCall;
pub use conference::{Conference, ConferenceCallback, ConferenceStatus, Participant, ParticipantStatus};
pub use magic::{Effect, MAGIC, Magic};
pub use message::{Media, Message, MessageDirection, MessageStatus};
pub use messages::NewInboundMessage;
pub use order::{Endpoint, Method, OrderId, Outcome, Purpose, WebhookOrder};
pub use queue::{Member, Queue};
pub use recording::{Recording, RecordingCallback, RecordingSource, RecordingStatus};
pub use refusal::Refusal;
pub use shelf::Shelf;
pub use texting::NewMessage;

/// How many alerts are remembered.
const ALERTS: usize = 200;

/// An entry of Twilio's debugger that is about no webhook.
#[derive(Clone, Debug)]
pub struct Alert {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose it is.
    pub account_sid: String,
    /// What it is about.
    pub sid: String,
    /// <https://www.twilio.com/docs/api/errors>
    pub code: u32,
    /// For people.
    pub message: String,
}

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
    orders: u64,
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
            base_url: "https://api.twilio.com".to_owned(),
            alerts: VecDeque::new(),
            opt_outs: OptOuts::default(),
            unanswered: HashMap::new(),
            started: now,
            now,
            rng: fastrand::Rng::with_seed(seed),
            agenda: Agenda::default(),
            outbox: Vec::new(),
            orders: 0,
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
            match timer {
                Timer::Send(order) => self.outbox.push(order),
                Timer::Message(sid, status) => self.message_due(&sid, status),
            }
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
        self.text_answered(order, &outcome);
    }

    /// Writes something into Twilio's debugger.
    pub(crate) fn alert(&mut self, account_sid: &str, sid: &str, code: u32, message: impl Into<String>) {
        if self.alerts.len() == ALERTS {
            self.alerts.pop_front();
        }
        let (account_sid, sid) = (account_sid.to_owned(), sid.to_owned());
        self.alerts.push_back(Alert { at: self.now, account_sid, sid, code, message: message.into() });
    }

    /// A SID that nothing has yet.
    pub fn new_sid(&mut self, prefix: &str) -> String {
        format!("{prefix}{:032x}", self.rng.u128(..))
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

/// A webhook without a number yet; [`World::order`] adds the parameters that all of Twilio's have.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// Whose token signs.
    pub account_sid: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The message or call that it is about; the conference, if no call is.
    pub sid: String,
    /// Where it goes.
    pub endpoint: Endpoint,
    /// Where it goes when that gives no valid answer.
    pub fallback: Option<Endpoint>,
    /// What it says.
    pub parameters: Vec<(String, String)>,
}
