//! What the product expects of Twilio: our REST client finds it here, as the product's tests find it at their fake.

use crate::api::Api;
use crate::receiver::{ACCOUNT, KEY, NUMBER, SECRET, STRANGER, STRANGERS_TOKEN};
use chrono::{DateTime, Utc};
use serde_json::Value;
use switchboard_domain::events::OrgId;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{Clock, Credentials};
use switchboard_domain::testing::telephony_contract::{self, Given};
use switchboard_twilio::rest::{BaseUrl, RestClient, RestConfig};
use switchboard_twilio_simulator::Simulator;

/// The simulator's own time.
struct ThatClock(Simulator);

impl Clock for ThatClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }
}

#[tokio::test]
async fn our_client_finds_what_the_product_expects() {
    let api = Api::start().await;
    let service = api.post("/v1/Services", &[("FriendlyName", "Desk")]).await;
    let service_sid = sid(&service.body);
    let number_sid = sid(&api.get("/IncomingPhoneNumbers.json").await.body["incoming_phone_numbers"][0]);
    let numbers = format!("/v1/Services/{service_sid}/PhoneNumbers");
    assert_eq!(api.post(&numbers, &[("PhoneNumberSid", &number_sid)]).await.status, 201);

    let base = BaseUrl::parse(&api.base).expect("this machine");
    let client = RestClient::new(RestConfig::at(base)).expect("a client");
    let clock = ThatClock(api.simulator.clone());
    let opens = |account_sid: &str, username: &str, password: &str| Credentials {
        org: OrgId::generate(),
        account_sid: account_sid.into(),
        username: username.into(),
        password: password.into(),
    };
    let (account, stranger) = (opens(ACCOUNT, KEY, SECRET), opens(STRANGER, STRANGER, STRANGERS_TOKEN));
    let number = PhoneNumber::from_e164(NUMBER);
    telephony_contract::run(&client, &Given { account, stranger, number, service_sid, clock: &clock }).await;
}

fn sid(thing: &Value) -> String {
    thing["sid"].as_str().expect("a SID").to_owned()
}
