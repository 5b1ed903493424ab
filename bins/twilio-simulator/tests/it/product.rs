//! Something that lives on the simulator as a product does: it answers by path, and acts while it answers.

use crate::receiver::{ACCOUNT, NUMBER, TOKEN, serve};
use crate::world::stage::{APPLICATION, KEY, KEY_SECRET};
use crate::world::tokens::{claims, mint};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use switchboard_twilio::webhook::{decode_form, first};
use switchboard_twilio_simulator::world::{Application, CallUpdate, Endpoint, Instructions};
use switchboard_twilio_simulator::{Account, ApiKey, Call, Clock, Simulator};
use tokio::time::timeout;

/// Longer than anything here takes, but for a simulator that hangs.
const PATIENCE: Duration = Duration::from_secs(20);

const ROOM: &str = "<Dial><Conference endConferenceOnExit=\"true\" waitUrl=\"\" statusCallback=\"/conf\" \
     statusCallbackEvent=\"start end join leave\">room</Conference></Dial>";

type Requests = Arc<Mutex<Vec<(String, Vec<(String, String)>)>>>;

#[derive(Clone, Default)]
struct Product {
    requests: Requests,
    /// To act through, as a product acts through the REST API.
    simulator: Arc<Mutex<Option<Simulator>>>,
    caller: Arc<Mutex<Option<String>>>,
}

impl Product {
    async fn start(clock: Clock) -> (Self, Simulator) {
        let product = Self::default();
        let address = serve(Router::new().fallback(answer).with_state(product.clone())).await;
        let account = Account {
            account_sid: ACCOUNT.into(),
            auth_token: SecretString::from(TOKEN),
            api_keys: vec![ApiKey { sid: KEY.into(), secret: SecretString::from(KEY_SECRET) }],
            phone_numbers: vec![NUMBER.into()],
            sms_url: None,
            voice_url: Some(format!("http://{address}/voice")),
        };
        let simulator = Simulator::with(vec![account], clock, 42).expect("one account");
        simulator.act(|world| {
            let application = application(world.now(), format!("http://{address}/app"));
            world.setup.applications.put(&application.sid.clone(), application);
            let number = world.setup.numbers.iter_mut().next().expect("one number");
            number.status_callback = Some(Endpoint::post(format!("http://{address}/status")));
        });
        *product.simulator.lock().expect("not poisoned") = Some(simulator.clone());
        (product, simulator)
    }

    fn paths(&self) -> Vec<String> {
        self.requests.lock().expect("not poisoned").iter().map(|(path, _)| path.clone()).collect()
    }

    fn calls(&self) -> Call {
        Call { from: "+15558675310".into(), to: NUMBER.into(), sid: None, url: None }
    }
}

fn application(now: DateTime<Utc>, url: String) -> Application {
    Application {
        sid: APPLICATION.into(),
        account_sid: ACCOUNT.into(),
        friendly_name: "browsers".into(),
        voice: Some(Endpoint::post(url)),
        voice_fallback: None,
        status_callback: None,
        sms: None,
        sms_fallback: None,
        message_status_callback: None,
        created: now,
        updated: now,
    }
}

async fn answer(State(product): State<Product>, uri: Uri, body: Bytes) -> Response {
    let params = decode_form(&body).expect("UTF-8");
    let sid = first(&params, "CallSid").unwrap_or_default().to_owned();
    product.requests.lock().expect("not poisoned").push((uri.path().to_owned(), params));
    let verbs = match uri.path() {
        "/voice" => {
            *product.caller.lock().expect("not poisoned") = Some(sid);
            "<Enqueue action=\"/queue-result\" waitUrl=\"/wait\">sales</Enqueue>".to_owned()
        }
        "/wait" => "<Play>ring.mp3</Play>".to_owned(),
        // The browser has come: its caller is fetched at the same time.
        "/app" => {
            let simulator = product.simulator.lock().expect("not poisoned").clone();
            let caller = product.caller.lock().expect("not poisoned").clone().expect("somebody called");
            let url = format!("http://{}/room", host(&product));
            let update = CallUpdate::Go(Instructions::Url(Endpoint::post(url)));
            let updated = simulator.map(|it| it.act(|world| world.update_call(ACCOUNT, &caller, update)));
            assert_eq!(updated, Some(Ok(())));
            ROOM.to_owned()
        }
        "/room" => ROOM.to_owned(),
        _ => String::new(),
    };
    ([(header::CONTENT_TYPE, "text/xml")], format!("<Response>{verbs}</Response>")).into_response()
}

fn host(product: &Product) -> String {
    let simulator = product.simulator.lock().expect("not poisoned").clone().expect("a simulator");
    let url =
        simulator.act(|world| world.setup.numbers.iter().next().and_then(|number| number.voice.clone()));
    let url = url.expect("a webhook").url;
    url.trim_start_matches("http://").trim_end_matches("/voice").to_owned()
}

/// A caller waits, a browser comes, they talk, the caller hangs up.
async fn a_conversation() -> (Product, Simulator) {
    let start = "2026-03-05T10:00:00Z".parse().expect("a time");
    let (product, simulator) = Product::start(Clock::stepped(start)).await;
    simulator.call(product.calls()).await.expect("an exchange");
    simulator.advance(Duration::from_secs(7)).await;
    let device = simulator.act(|world| world.register(&mint(&claims(world.now())))).expect("a token");
    simulator.act(|world| world.connect_device(&device, Vec::new())).expect("an application");
    simulator.advance(Duration::from_secs(3)).await;
    let caller = product.caller.lock().expect("not poisoned").clone().expect("somebody called");
    simulator.act(|world| world.hang_up(&caller));
    simulator.advance(Duration::from_secs(60)).await;
    (product, simulator)
}

#[tokio::test]
async fn on_a_stepped_clock_everything_happens_in_order_and_nothing_by_itself() {
    let (product, simulator) = timeout(PATIENCE, a_conversation()).await.expect("in time");
    let paths = [
        "/voice",
        "/wait",
        "/wait",
        "/app",
        "/queue-result",
        "/room",
        "/conf",
        "/conf",
        "/conf",
        "/status",
        "/conf",
        "/conf",
        "/conf",
    ];
    assert_eq!(product.paths(), paths);
    assert!(simulator.act(|world| world.calls.iter().all(|call| call.status.is_final())));
    assert!(simulator.log().iter().all(|exchange| exchange.warnings.is_empty()));
}

#[tokio::test]
async fn a_seed_says_the_same_again() {
    let told = |product: Product| {
        let requests = product.requests.lock().expect("not poisoned");
        requests.iter().map(|(path, params)| (path.clone(), params.clone())).collect::<Vec<_>>()
    };
    let (one, _simulator) = timeout(PATIENCE, a_conversation()).await.expect("in time");
    let (other, _simulator) = timeout(PATIENCE, a_conversation()).await.expect("in time");
    assert_eq!(told(one), told(other));
}

#[tokio::test]
async fn in_real_time_things_happen_by_themselves() {
    let (product, simulator) = Product::start(Clock::real()).await;
    let mut changes = simulator.changes();
    simulator.call(product.calls()).await.expect("an exchange");
    let waited_again = async {
        while product.paths().iter().filter(|path| *path == "/wait").count() < 2 {
            changes.changed().await.expect("the simulator lives");
        }
    };
    timeout(PATIENCE, waited_again).await.expect("in time");
    let caller = product.caller.lock().expect("not poisoned").clone().expect("somebody called");
    simulator.act(|world| world.hang_up(&caller));
    let ended = async {
        while !product.paths().iter().any(|path| path == "/status") {
            changes.changed().await.expect("the simulator lives");
        }
    };
    timeout(PATIENCE, ended).await.expect("in time");
}

#[tokio::test]
async fn with_the_last_simulator_everything_ends_that_it_did() {
    let (product, simulator) = Product::start(Clock::real()).await;
    simulator.call(product.calls()).await.expect("an exchange");
    let mut changes = simulator.changes();
    drop(simulator);
    *product.simulator.lock().expect("not poisoned") = None;
    let over = async { while changes.changed().await.is_ok() {} };
    timeout(PATIENCE, over).await.expect("nothing keeps it alive");
}
