use crate::delivery::{Courier, Delivery, Parcel};
use crate::faults::Faults;
use crate::fetching::Fetcher;
use crate::plan::Plan;
use crate::recent::Recent;
use crate::world::{Fetch, NewInboundCall, NewInboundMessage, OrderId, WebhookOrder, World};
use crate::{Account, Clock, Exchange, Kind, SimulatorError, sid, webhook_url};
use chrono::{DateTime, SecondsFormat, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};

/// A local Twilio. Clones share everything; with the last one, everything that it does ends.
#[derive(Clone, Debug)]
pub struct Simulator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    accounts: Vec<Account>,
    clock: Clock,
    courier: Arc<Courier>,
    fetcher: Arc<Fetcher>,
    faults: Arc<Faults>,
    log: Recent<Exchange>,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    /// Something new may be due earlier than what the driver waits for.
    earlier: Arc<Notify>,
    /// One at a time moves a stepped clock. What is being delivered is here: it goes on when they give up waiting for it.
    stepping: tokio::sync::Mutex<JoinSet<()>>,
}

#[derive(Debug)]
struct State {
    world: World,
    /// Taken from the world, not yet sent: a stepped clock sends them one after the other.
    unsent: VecDeque<Errand>,
    /// What is decided about webhooks that are put off.
    planned: HashMap<OrderId, Plan>,
    /// The auth tokens before the last rotation, by account.
    previous_tokens: HashMap<String, SecretString>,
    /// Who waits for a webhook's exchange.
    waiting: HashMap<OrderId, oneshot::Sender<Exchange>>,
    tasks: JoinSet<()>,
    /// What lets happen what falls due; it may have ended with the runtime that it ran in.
    driver: Option<AbortHandle>,
}

/// What the world wants done outside.
#[derive(Debug)]
enum Errand {
    Deliver(Box<Parcel>),
    Fetch(Fetch),
}

/// A text that somebody sends to one of the numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sms {
    /// Any address: a number, `whatsapp:+1…`, a short code, a name.
    pub from: String,
    /// The number; it decides whose webhook is asked.
    pub to: String,
    /// The text, delivered exactly as it is.
    #[serde(default)]
    pub body: String,
    /// How many pictures come with it.
    #[serde(default)]
    pub media: u8,
    /// The SID of an earlier message, to deliver it again.
    pub sid: Option<String>,
    /// A webhook in place of the number's.
    pub url: Option<String>,
}

/// A call that somebody makes to one of the numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Call {
    /// Any address: a number, `client:…`, `sip:…`, `anonymous`.
    pub from: String,
    /// The number; it decides whose webhook is asked.
    pub to: String,
    /// The SID of an earlier call, to deliver its webhook again.
    pub sid: Option<String>,
    /// A webhook in place of the number's.
    pub url: Option<String>,
}

/// A call, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveCall {
    /// `CA…`
    pub sid: String,
    /// Whose it is.
    pub account_sid: String,
    /// Who calls.
    pub from: String,
    /// Who is called.
    pub to: String,
    /// `ringing`, `in-progress`, …
    pub status: &'static str,
}

impl Simulator {
    /// A Twilio with these accounts and no past, in real time and with SIDs that nobody has seen before.
    pub fn new(accounts: Vec<Account>) -> Result<Self, SimulatorError> {
        Self::with(accounts, Clock::real(), fastrand::u64(..))
    }

    /// A Twilio with another clock. The seed decides whatever chance decides.
    pub fn with(accounts: Vec<Account>, clock: Clock, seed: u64) -> Result<Self, SimulatorError> {
        let state = State {
            world: World::new(&accounts, clock.now(), seed)?,
            unsent: VecDeque::new(),
            planned: HashMap::new(),
            previous_tokens: HashMap::new(),
            waiting: HashMap::new(),
            tasks: JoinSet::new(),
            driver: None,
        };
        let faults = Arc::new(Faults::new(seed, &clock));
        Ok(Self(Arc::new(Inner {
            accounts,
            clock,
            courier: Arc::new(Courier::new()?),
            fetcher: Arc::new(Fetcher::new()?),
            faults,
            log: Recent::new(),
            state: Mutex::new(state),
            changes: watch::Sender::default(),
            earlier: Arc::default(),
            stepping: tokio::sync::Mutex::default(),
        })))
    }

    /// Delivers a text and waits for the webhook's answer.
    pub async fn sms(&self, sms: Sms) -> Result<Exchange, SimulatorError> {
        if let Some(url) = &sms.url {
            webhook_url::request_url(url)?;
        }
        let new = NewInboundMessage {
            sid: sid::given(Kind::Sms, sms.sid)?,
            from: sms.from,
            to: sms.to,
            body: sms.body,
            media: usize::from(sms.media),
            url: sms.url,
        };
        self.act_and_wait(|world| world.text(new)).await
    }

    /// Lets somebody call, and waits for the first webhook's answer. What it says is then carried out.
    pub async fn call(&self, call: Call) -> Result<Exchange, SimulatorError> {
        let sid = sid::given(Kind::Call, call.sid)?;
        if let Some(url) = &call.url {
            webhook_url::request_url(url)?;
        }
        let new = NewInboundCall { sid, from: call.from, to: call.to.clone(), url: call.url };
        let answer = self.act_and_wait(|world| {
            let (_, order) = world.call(new).ok_or_else(|| SimulatorError::UnknownNumber(call.to.clone()))?;
            order.ok_or(SimulatorError::NoWebhook(call.to))
        });
        answer.await
    }

    /// The accounts it was made with.
    pub fn accounts(&self) -> &[Account] {
        &self.0.accounts
    }

    /// What goes wrong on purpose.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Gives an account a new auth token, which is returned; the old one holds no longer. `None` if there is no such
    /// account.
    pub fn rotate_token(&self, account_sid: &str) -> Option<SecretString> {
        let mut state = self.0.lock();
        let token = SecretString::from(format!("{:032x}", state.world.rng().u128(..)));
        let account = state.world.setup.accounts.get_mut(account_sid)?;
        let previous = std::mem::replace(&mut account.auth_token, token.clone());
        state.previous_tokens.insert(account_sid.to_owned(), previous);
        Some(token)
    }

    /// Waits until a webhook about `sid` was delivered, but no longer than `patience`.
    pub(crate) async fn heard_of(&self, sid: &str, patience: Duration) {
        let mut changes = self.changes();
        let heard = async {
            while !self.0.log.to_vec().iter().any(|exchange| exchange.sid == sid) {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        // Nobody said that anything would be heard of it.
        let _ = tokio::time::timeout(patience, heard).await;
    }

    /// The last 200 webhooks, oldest first.
    pub fn log(&self) -> Vec<Exchange> {
        self.0.log.to_vec()
    }

    /// The last 200 calls, oldest first.
    pub fn calls(&self) -> Vec<LiveCall> {
        self.act(|world| {
            let mut calls: Vec<_> = world.calls.iter().rev().take(200).map(LiveCall::of).collect();
            calls.reverse();
            calls
        })
    }

    /// Looks at the world or changes it, at the present time. In real time, the webhooks that come of it are on their way
    /// when this returns, and it has to be called within a runtime; under a stepped clock they wait for
    /// [`Self::settle`].
    pub fn act<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let mut state = self.0.lock();
        state.world.tick(self.0.clock.now());
        let done = act(&mut state.world);
        self.0.go_on(state, &Arc::downgrade(&self.0));
        done
    }

    /// Looks at the world as it was left.
    pub fn look<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.0.lock().world)
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// Whether time stands still between calls of [`Self::advance`].
    pub fn is_stepped(&self) -> bool {
        self.0.clock.is_stepped()
    }

    /// Counts up with every change: whoever shows the world looks again then.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Under a stepped clock: sends what is to be sent, one webhook after the other, with everything that comes of it.
    pub async fn settle(&self) {
        self.advance(Duration::ZERO).await;
    }

    /// Moves a stepped clock on. Everything that falls due happens at its time and in order; every webhook is answered
    /// before the next is sent and before time goes on. Not to be waited for within a webhook.
    pub async fn advance(&self, by: Duration) {
        let mut under_way = self.0.stepping.lock().await;
        while under_way.join_next().await.is_some() {}
        let goal = self.0.clock.now() + by;
        loop {
            self.send_unsent(&mut under_way).await;
            match self.0.lock().world.next_due() {
                Some(due) if due <= goal => self.0.clock.step_to(due),
                _ => break,
            }
            self.act(|_| ());
        }
        self.0.clock.step_to(goal);
        self.act(|_| ());
    }

    async fn send_unsent(&self, under_way: &mut JoinSet<()>) {
        self.act(|_| ());
        loop {
            let next = self.0.lock().unsent.pop_front();
            let Some(errand) = next else { return };
            self.0.go(under_way, &Arc::downgrade(&self.0), errand);
            under_way.join_next().await;
        }
    }

    async fn act_and_wait(
        &self,
        act: impl FnOnce(&mut World) -> Result<OrderId, SimulatorError>,
    ) -> Result<Exchange, SimulatorError> {
        let (sender, exchange) = oneshot::channel();
        {
            let mut state = self.0.lock();
            state.world.tick(self.0.clock.now());
            let order = act(&mut state.world)?;
            state.waiting.insert(order, sender);
            self.0.go_on(state, &Arc::downgrade(&self.0));
        }
        if self.0.clock.is_stepped() {
            self.settle().await;
        }
        exchange.await.map_err(|_| SimulatorError::Lost)
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in the world is a fault of ours that has been reported; what others see of it is their least trouble.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sees to it that what the world wants is done, and tells who watches.
    fn go_on(&self, mut state: MutexGuard<'_, State>, this: &Weak<Self>) {
        self.dispatch(&mut state, this);
        if !self.clock.is_stepped() {
            let is_driven = state.driver.as_ref().is_some_and(|driver| !driver.is_finished());
            if !is_driven && state.world.next_due().is_some() {
                let driver = state.tasks.spawn(drive(this.clone(), Arc::clone(&self.earlier)));
                state.driver = Some(driver);
            }
            self.earlier.notify_one();
        }
        drop(state);
        self.changes.send_modify(|count| *count += 1);
    }

    fn dispatch(&self, state: &mut State, this: &Weak<Self>) {
        while state.tasks.try_join_next().is_some() {}
        for order in state.world.take_outbox() {
            if let Some(parcel) = self.pack(state, order) {
                self.send_out(state, this, Errand::Deliver(Box::new(parcel)));
            }
        }
        for fetch in state.world.take_fetches() {
            self.send_out(state, this, Errand::Fetch(fetch));
        }
    }

    fn send_out(&self, state: &mut State, this: &Weak<Self>, errand: Errand) {
        if self.clock.is_stepped() {
            state.unsent.push_back(errand);
        } else {
            self.go(&mut state.tasks, this, errand);
        }
    }

    fn go(&self, tasks: &mut JoinSet<()>, this: &Weak<Self>, errand: Errand) {
        match errand {
            Errand::Deliver(parcel) => tasks.spawn(self.deliver(this, *parcel)),
            Errand::Fetch(fetch) => tasks.spawn(self.fetch(this, fetch)),
        };
    }

    /// Fetches a file that is to be sent.
    fn fetch(&self, this: &Weak<Self>, fetch: Fetch) -> impl Future<Output = ()> + Send + use<> {
        let (fetcher, this) = (Arc::clone(&self.fetcher), this.clone());
        async move {
            let fetched = fetcher.fetch(&fetch).await;
            let Some(inner) = this.upgrade() else { return };
            let mut state = inner.lock();
            state.world.tick(inner.clock.now());
            state.world.fetched(&fetch, fetched);
            inner.go_on(state, &this);
        }
    }

    /// Makes an order ready to be sent, or puts it off.
    fn pack(&self, state: &mut State, order: WebhookOrder) -> Option<Parcel> {
        let previous = state.previous_tokens.get(&order.account_sid);
        let plan = match state.planned.remove(&order.id) {
            Some(plan) => plan,
            None => {
                let plan = Plan::new(&order, &self.faults, previous.is_some());
                if !plan.delay.is_zero() {
                    let due = state.world.now() + plan.delay;
                    state.planned.insert(order.id, plan);
                    state.world.send_at(due, order);
                    return None;
                }
                plan
            }
        };
        let account = state.world.setup.accounts.get(&order.account_sid);
        let signer = plan.signer(account.map(|account| &account.auth_token), previous);
        let at = state.world.now().to_rfc3339_opts(SecondsFormat::Millis, true);
        Some(Parcel { order, plan, signer, at })
    }

    /// Delivers, and delivers a second time where that is planned: then nobody listens to the answer. A delivery under
    /// way keeps no simulator alive.
    fn deliver(&self, this: &Weak<Self>, mut parcel: Parcel) -> impl Future<Output = ()> + Send + use<> {
        let (courier, faults, this) = (Arc::clone(&self.courier), Arc::clone(&self.faults), this.clone());
        async move {
            let delivery = courier.deliver(&parcel, &faults).await;
            let Some(inner) = this.upgrade() else { return };
            inner.settled(parcel.order.id, delivery, &this);
            drop(inner);
            let Some(second) = parcel.plan.take_second() else { return };
            parcel.plan = second;
            let delivery = courier.deliver(&parcel, &faults).await;
            let Some(inner) = this.upgrade() else { return };
            for exchange in delivery.exchanges {
                inner.log.push(exchange);
            }
            inner.changes.send_modify(|count| *count += 1);
        }
    }

    fn settled(&self, order: OrderId, delivery: Delivery, this: &Weak<Self>) {
        let last = delivery.exchanges.last().cloned();
        for exchange in delivery.exchanges {
            self.log.push(exchange);
        }
        let mut state = self.lock();
        state.world.tick(self.clock.now());
        state.world.answered(order, delivery.outcome);
        let waiting = state.waiting.remove(&order);
        self.go_on(state, this);
        if let (Some(waiting), Some(exchange)) = (waiting, last) {
            // Whoever asked may have given up.
            let _ = waiting.send(exchange);
        }
    }
}

/// Lets happen what falls due, in real time.
async fn drive(simulator: Weak<Inner>, earlier: Arc<Notify>) {
    loop {
        let wait = {
            let Some(inner) = simulator.upgrade() else { return };
            let now = inner.clock.now();
            let mut state = inner.lock();
            let is_due = state.world.next_due().is_some_and(|due| due <= now);
            state.world.tick(now);
            inner.dispatch(&mut state, &simulator);
            let next = state.world.next_due();
            drop(state);
            if is_due {
                inner.changes.send_modify(|count| *count += 1);
            }
            next.map(|next| (next - now).to_std().unwrap_or_default())
        };
        match wait {
            // A millisecond more than needed, because that is how exact the runtime's timers are.
            Some(wait) => {
                let _ = tokio::time::timeout(wait + Duration::from_millis(1), earlier.notified()).await;
            }
            None => earlier.notified().await,
        }
    }
}

impl LiveCall {
    fn of(call: &crate::world::Call) -> Self {
        Self {
            sid: call.sid.clone(),
            account_sid: call.account_sid.clone(),
            from: call.from.clone(),
            to: call.to.clone(),
            status: call.status.as_str(),
        }
    }
}
