//! Twilio's webhooks. Verify, write, answer.

mod accounts;
mod backlog;
mod findings;
mod later;
mod messages;
mod outage;
mod progress;
mod recording;
mod replay;
mod signed;
mod spooling;
mod voice;

use axum::http::header;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use switchboard_domain::party::Party;
use switchboard_domain::phone::{PhoneNumber, Region};
use switchboard_twilio::address::Address;
use switchboard_twilio::twiml;
use utoipa_axum::router::OpenApiRouter;

pub(crate) use self::accounts::AccountKeys;
pub(crate) use self::backlog::Backlog;
pub use self::backlog::Scribe;
pub use self::replay::Replay;
use crate::Server;

pub(super) fn routes() -> OpenApiRouter<Server> {
    told().layer(from_fn(spooling::put_away)).merge(voice::routes()).layer(from_fn(recording::record))
}

/// What Twilio tells without waiting for more than a nod.
fn told() -> OpenApiRouter<Server> {
    OpenApiRouter::new().merge(messages::routes()).merge(progress::routes())
}

/// A TwiML document (Twilio, "TwiML for Programmable Voice" and "… Messaging").
struct Twiml(String);

impl From<twiml::Response> for Twiml {
    fn from(response: twiml::Response) -> Self {
        Self(response.to_xml())
    }
}

impl IntoResponse for Twiml {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, twiml::CONTENT_TYPE)], self.0).into_response()
    }
}

/// One end of a call or message, as the domain knows it. Withheld callers, short codes and the like are told apart
/// before anything is read as a phone number.
fn party(address: &Address) -> Party {
    // Twilio writes numbers in E.164, so no region is needed to read them.
    match address.phone().and_then(|phone| PhoneNumber::parse(phone, Region::default())) {
        Some(phone) => Party::phone(phone),
        None => Party::other(&address.to_string()),
    }
}
