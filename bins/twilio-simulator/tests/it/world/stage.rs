//! A world without a network: webhooks are answered from a list, and time moves when it is told to.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use switchboard_twilio_simulator::world::{
    Application, Call, CallEvent, Endpoint, Instructions, NewCall, NewInboundCall, Outcome, Purpose,
    StatusCallback, WebhookOrder, World,
};
use switchboard_twilio_simulator::{Account, ApiKey};

pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub(crate) const KEY: &str = "SK00000000000000000000000000000001";
pub(crate) const KEY_SECRET: &str = "a secret of the key";
pub(crate) const APPLICATION: &str = "AP00000000000000000000000000000001";
pub(crate) const NUMBER: &str = "+12025550123";
pub(crate) const CUSTOMER: &str = "+15558675310";

pub(crate) struct Stage {
    pub(crate) world: World,
    answers: HashMap<String, VecDeque<String>>,
    /// Every webhook so far.
    pub(crate) told: Vec<WebhookOrder>,
}

impl Stage {
    /// One account with a number, whose webhooks are `/voice`, `/voice-fallback` and `/number-status`, and an application,
    /// whose webhooks are `/app` and `/app-status`.
    pub(crate) fn new() -> Self {
        Self::seeded(1)
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        let account = Account {
            account_sid: ACCOUNT.into(),
            auth_token: SecretString::from("a token"),
            api_keys: vec![ApiKey { sid: KEY.into(), secret: SecretString::from(KEY_SECRET) }],
            phone_numbers: vec![NUMBER.into()],
            sms_url: None,
            voice_url: Some(url("voice")),
        };
        let start = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let mut world = World::new(&[account], start, seed).expect("one account");
        let number = world.setup.numbers.iter_mut().next().expect("one number");
        number.status_callback = Some(at("number-status"));
        let application = Application {
            sid: APPLICATION.into(),
            account_sid: ACCOUNT.into(),
            friendly_name: "browsers".into(),
            voice: Some(at("app")),
            voice_fallback: None,
            status_callback: Some(at("app-status")),
            sms: None,
            sms_fallback: None,
            message_status_callback: None,
            created: start,
            updated: start,
        };
        world.setup.applications.put(APPLICATION, application);
        Self { world, answers: HashMap::new(), told: Vec::new() }
    }

    /// What `path` answers: each document once, the last one for ever.
    pub(crate) fn answer(&mut self, path: &str, documents: &[&str]) {
        let documents = documents.iter().map(|verbs| format!("<Response>{verbs}</Response>"));
        self.answers.insert(path.to_owned(), documents.collect());
    }

    /// Somebody calls the number.
    pub(crate) fn call(&mut self) -> String {
        let new = NewInboundCall { sid: None, from: CUSTOMER.into(), to: NUMBER.into(), url: None };
        let (sid, _) = self.world.call(new).expect("the number is somebody's");
        self.settle();
        sid
    }

    /// The REST API calls somebody and carries out `/outbound`.
    pub(crate) fn create_call(&mut self, to: &str) -> String {
        let events = ["initiated", "ringing", "answered", "completed"];
        let new = NewCall {
            from: NUMBER.into(),
            to: to.into(),
            instructions: Instructions::Url(at("outbound")),
            fallback: None,
            status_callback: Some(StatusCallback {
                endpoint: at("progress"),
                events: events.iter().filter_map(|word| CallEvent::parse(word)).collect(),
            }),
            timeout: Duration::from_secs(20),
            record: None,
        };
        let sid = self.world.create_call(ACCOUNT, new).expect("a call");
        self.settle();
        sid
    }

    /// Answers all webhooks, and those that come of the answers.
    pub(crate) fn settle(&mut self) {
        let now = self.world.now();
        self.world.tick(now);
        for round in 0.. {
            assert!(round < 10_000, "it never comes to rest");
            let orders = self.world.take_outbox();
            if orders.is_empty() {
                return;
            }
            for order in orders {
                self.told.push(order.clone());
                let outcome = self.outcome(&order);
                self.world.answered(order.id, outcome);
            }
        }
    }

    /// Lets time pass, and everything happen in it.
    pub(crate) fn advance(&mut self, seconds: f64) {
        let goal = self.world.now() + Duration::from_secs_f64(seconds);
        self.settle();
        while let Some(due) = self.world.next_due().filter(|due| *due <= goal) {
            self.world.tick(due);
            self.settle();
        }
        self.world.tick(goal);
        self.settle();
    }

    fn outcome(&mut self, order: &WebhookOrder) -> Outcome {
        let path = path_of(&order.endpoint.url);
        let twiml = match self.answers.get_mut(&path) {
            Some(documents) if documents.len() > 1 => documents.pop_front(),
            Some(documents) => documents.front().cloned(),
            None => Some("<Response/>".to_owned()),
        };
        match twiml {
            Some(twiml) => Outcome::Answered { twiml, from: order.endpoint.clone() },
            None => Outcome::Failed { code: 11200, message: "no answer".into() },
        }
    }

    pub(crate) fn status(&self, call_sid: &str) -> &'static str {
        self.found(call_sid).status.as_str()
    }

    pub(crate) fn found(&self, call_sid: &str) -> &Call {
        self.world.calls.get(call_sid).expect("the call")
    }

    /// The calls that `<Dial>` made, in order.
    pub(crate) fn dialled(&self, parent: &str) -> Vec<String> {
        let of = self.world.calls.iter().filter(|call| call.parent_call_sid.as_deref() == Some(parent));
        of.map(|call| call.sid.clone()).collect()
    }

    /// The requests to `path` so far.
    pub(crate) fn requests(&self, path: &str) -> Vec<&WebhookOrder> {
        self.told.iter().filter(|order| path_of(&order.endpoint.url) == path).collect()
    }

    /// The values of a parameter in the requests to `path`, `-` where it is missing.
    pub(crate) fn values(&self, path: &str, name: &str) -> Vec<&str> {
        self.requests(path).into_iter().map(|order| param(order, name).unwrap_or("-")).collect()
    }

    /// The last value of a parameter in the requests to `path`.
    pub(crate) fn last(&self, path: &str, name: &str) -> &str {
        self.values(path, name).pop().unwrap_or_else(|| panic!("nothing was sent to {path}"))
    }

    /// How often `path` was told with `purpose`.
    pub(crate) fn count(&self, path: &str, purpose: Purpose) -> usize {
        self.requests(path).into_iter().filter(|order| order.purpose == purpose).count()
    }

    /// The codes in Twilio's debugger.
    pub(crate) fn alerts(&self) -> Vec<u32> {
        self.world.alerts.iter().map(|alert| alert.code).collect()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.world.now()
    }
}

pub(crate) fn url(path: &str) -> String {
    format!("https://app.example/{path}")
}

pub(crate) fn at(path: &str) -> Endpoint {
    Endpoint::post(url(path))
}

pub(crate) fn param<'a>(order: &'a WebhookOrder, name: &str) -> Option<&'a str> {
    order.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn path_of(url: &str) -> String {
    let path = url.strip_prefix("https://app.example/").unwrap_or(url);
    path.split(['?', '#']).next().unwrap_or_default().to_owned()
}
