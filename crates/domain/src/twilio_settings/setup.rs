//! What is asked of Twilio when settings are saved.

use futures_util::future::join_all;
use secrecy::SecretString;
use switchboard_events::OrgId;

use super::form::Wanted;
use super::{TwilioNumber, TwilioSettings, WebhookUrls};
use crate::check::Check;
use crate::error::Error;
use crate::ports::{Credentials, Provisioning, TelephonyError};

/// How many numbers are set up at once.
const AT_ONCE: usize = 4;

/// Tries the credentials, the auth token and the API key alike, and finds the numbers and the messaging service in the account.
pub(super) async fn try_out(
    twilio: &dyn Provisioning,
    org: OrgId,
    wanted: &Wanted,
) -> Result<Vec<TwilioNumber>, Error> {
    // One number is asked for by name: an account may have thousands.
    let only = if let [only] = wanted.numbers.as_slice() { Some(only) } else { None };
    let token = by_token(org, &wanted.account_sid, &wanted.auth_token);
    let found = twilio.numbers(&token, only).await.map_err(refused("authToken"))?;
    if let Some((sid, secret)) = &wanted.api_key {
        let key = Credentials { username: sid.clone(), password: secret.clone(), ..token.clone() };
        twilio.numbers(&key, wanted.numbers.first()).await.map_err(refused("apiKeySecret"))?;
    }
    let mut check = Check::default();
    let mut numbers = Vec::new();
    for number in &wanted.numbers {
        match found.iter().find(|found| found.number == *number) {
            Some(found) => numbers.push(TwilioNumber { number: number.clone(), sid: found.sid.clone() }),
            None if wanted.numbers.first() == Some(number) => {
                check.refuse("phoneNumber", format!("{number} is no number of this account"));
            }
            None => check.refuse("phoneNumbers", format!("{number} is no number of this account")),
        }
    }
    if let Some(service) = &wanted.messaging_service_sid
        && !twilio.has_service(&token, service).await.map_err(refused("messagingServiceSid"))?
    {
        check.refuse("messagingServiceSid", "the account has no such messaging service");
    }
    check.finish()?;
    numbers.sort_by(|one, other| one.number.cmp(&other.number));
    Ok(numbers)
}

/// The application through which the organisation's browsers call, `known` if there is one.
pub(super) async fn set_application(
    twilio: &dyn Provisioning,
    org: OrgId,
    wanted: &Wanted,
    known: Option<&str>,
    urls: &WebhookUrls,
) -> Result<String, Error> {
    let token = by_token(org, &wanted.account_sid, &wanted.auth_token);
    let set = twilio.set_application(&token, known, &urls.of_application(org)).await;
    set.map_err(|error| match error {
        TelephonyError::Refused(refusal) => Error::RefusedByTwilio { field: None, refusal },
        other => Error::Twilio(other),
    })
}

/// Tells Twilio where calls and texts to these numbers are announced. What is saved by then stays saved.
pub(super) async fn set_webhooks(
    twilio: &dyn Provisioning,
    org: OrgId,
    settings: &TwilioSettings,
    auth_token: &SecretString,
    urls: &WebhookUrls,
) -> Result<(), Error> {
    let token = by_token(org, &settings.account_sid, auth_token);
    let webhooks = urls.of_number();
    for group in settings.numbers.chunks(AT_ONCE) {
        let set = group.iter().map(|number| twilio.set_number_webhooks(&token, &number.sid, &webhooks));
        for set in join_all(set).await {
            set.map_err(Error::WebhooksNotSet)?;
        }
    }
    if let Some(service) = &settings.messaging_service_sid {
        let set = twilio.set_service_webhooks(&token, service, &urls.of_service()).await;
        set.map_err(Error::WebhooksNotSet)?;
    }
    Ok(())
}

/// The auth token may do everything; what an API key may do is for the account's owner to say.
pub(super) fn by_token(org: OrgId, account_sid: &str, auth_token: &SecretString) -> Credentials {
    Credentials {
        org,
        account_sid: account_sid.to_owned(),
        username: account_sid.to_owned(),
        password: auth_token.clone(),
    }
}

fn refused(field: &'static str) -> impl Fn(TelephonyError) -> Error {
    move |error| match error {
        TelephonyError::Refused(refusal) => Error::RefusedByTwilio { field: Some(field), refusal },
        other => Error::Twilio(other),
    }
}
