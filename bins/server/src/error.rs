//! What each failure becomes on the wire. The only such place.

use std::error::Error as _;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use switchboard_domain::Error;
use switchboard_domain::error::FieldError;
use switchboard_domain::ports::{PasswordError, StoreError, TelephonyError, TwilioRefusal};
use switchboard_domain::sessions::Refusal;
use tracing::error;
use utoipa::ToSchema;

/// When it is worth asking Twilio again, if it did not say.
const TWILIO_RESTS: Duration = Duration::from_secs(5);

/// Why a request was not done.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The domain said so.
    Domain(Error),
    /// The request cannot be read.
    Malformed(String),
    /// The body is over the limit, of so many bytes.
    TooLarge(usize),
    /// There is no such route.
    NoRoute,
    /// There is, for other methods.
    NoMethod,
    /// A handler panicked.
    Panicked,
}

/// The one shape of every error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// A few words for people.
    error: &'static str,
    /// What happened, for people.
    message: String,
    /// What happened, for programs.
    code: &'static str,
    /// Which fields break which rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<FieldDetail>,
    /// Who was first (`already_accepted`).
    #[serde(rename = "acceptedBy", skip_serializing_if = "Option::is_none")]
    accepted_by: Option<PersonBody>,
    /// Twilio's error code (`twilio_refused`); absent from a few of its answers.
    #[serde(rename = "twilioCode", skip_serializing_if = "Option::is_none")]
    twilio_code: Option<u32>,
    /// Twilio's words (`twilio_refused`).
    #[serde(rename = "twilioMessage", skip_serializing_if = "Option::is_none")]
    twilio_message: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldDetail {
    field: String,
    message: String,
}

/// A member of the team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonBody {
    pub(crate) id: uuid::Uuid,
    pub(crate) name: String,
}

impl<E: Into<Error>> From<E> for ApiError {
    fn from(error: E) -> Self {
        ApiError::Domain(error.into())
    }
}

impl ApiError {
    pub(crate) fn from_refusal(refusal: Refusal) -> Self {
        ApiError::Domain(refusal.into())
    }

    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            ApiError::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed"),
            ApiError::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            ApiError::NoRoute => (StatusCode::NOT_FOUND, "not_found"),
            ApiError::NoMethod => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            ApiError::Panicked => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            ApiError::Domain(error) => match error {
                Error::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
                Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "unauthenticated"),
                Error::Forbidden { .. } => (StatusCode::FORBIDDEN, "forbidden"),
                Error::InactiveOrganization => (StatusCode::FORBIDDEN, "organization_inactive"),
                Error::RegistrationClosed => (StatusCode::FORBIDDEN, "registration_closed"),
                Error::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
                Error::Taken(_) => (StatusCode::CONFLICT, "already_exists"),
                Error::AlreadyAccepted { .. } => (StatusCode::CONFLICT, "already_accepted"),
                Error::ChangedMeanwhile => (StatusCode::CONFLICT, "changed_meanwhile"),
                Error::AlreadyMember => (StatusCode::CONFLICT, "already_member"),
                Error::CallEnded => (StatusCode::GONE, "call_ended"),
                Error::InvitationEnded => (StatusCode::GONE, "invitation_ended"),
                Error::WrongState(_) => (StatusCode::CONFLICT, "wrong_state"),
                Error::OptedOut { .. } => (StatusCode::CONFLICT, "opted_out"),
                Error::OutsideWindow { .. } => (StatusCode::CONFLICT, "outside_window"),
                Error::AlreadySent => (StatusCode::CONFLICT, "already_sent"),
                Error::NoRoom => (StatusCode::CONFLICT, "no_room"),
                Error::Throttled { .. } => (StatusCode::TOO_MANY_REQUESTS, "throttled"),
                Error::NotConfigured => (StatusCode::CONFLICT, "not_configured"),
                Error::RefusedByTwilio { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "twilio_refused"),
                Error::Twilio(TelephonyError::Refused(_))
                | Error::WebhooksNotSet(TelephonyError::Refused(_)) => {
                    (StatusCode::BAD_GATEWAY, "twilio_refused")
                }
                Error::Twilio(_) | Error::WebhooksNotSet(_) => {
                    (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
                }
                Error::Store(StoreError::Unavailable(_)) | Error::Passwords(PasswordError::Busy) => {
                    (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
                }
                Error::Store(_) | Error::Passwords(_) | Error::Vault(_) => {
                    (StatusCode::INTERNAL_SERVER_ERROR, "internal")
                }
            },
        }
    }

    /// What people read. Nothing of what went wrong inside.
    fn message(&self) -> String {
        match self {
            ApiError::Malformed(why) => why.clone(),
            ApiError::TooLarge(most) => format!("the body is larger than {most} bytes"),
            ApiError::NoRoute => "there is nothing at this address".to_owned(),
            ApiError::NoMethod => "this address does not know that method".to_owned(),
            ApiError::Panicked => "something went wrong on our side".to_owned(),
            ApiError::Domain(
                Error::Store(StoreError::Unavailable(_)) | Error::Passwords(PasswordError::Busy),
            ) => "the service is busy, try again in a moment".to_owned(),
            ApiError::Domain(Error::Store(_) | Error::Passwords(_) | Error::Vault(_)) => {
                "something went wrong on our side".to_owned()
            }
            ApiError::Domain(Error::Twilio(TelephonyError::Refused(_))) => "Twilio refused it".to_owned(),
            ApiError::Domain(Error::Twilio(_)) => {
                "Twilio does not answer as it should, try again in a moment".to_owned()
            }
            ApiError::Domain(error) => error.to_string(),
        }
    }
}

impl ApiError {
    /// When it is worth trying again, in whole seconds and never none.
    fn retry_after(&self) -> u64 {
        let wait = match self {
            ApiError::Domain(Error::Throttled { retry_after }) => *retry_after,
            ApiError::Domain(Error::Twilio(error) | Error::WebhooksNotSet(error)) => match error {
                TelephonyError::Busy { retry_after } => retry_after.unwrap_or(TWILIO_RESTS),
                _ => TWILIO_RESTS,
            },
            _ => Duration::from_secs(1),
        };
        (wait.as_secs_f64().ceil() as u64).max(1)
    }
}

impl ErrorBody {
    /// The fields that only some errors have.
    fn tell(&mut self, error: Error) {
        match error {
            Error::Invalid(errors) => self.details = errors.into_iter().map(FieldDetail::from).collect(),
            Error::AlreadyAccepted { by } => self.accepted_by = Some(by.into()),
            Error::RefusedByTwilio { field, refusal } => {
                let message = refusal.message.clone();
                self.details =
                    field.map(|field| FieldDetail { field: field.to_owned(), message }).into_iter().collect();
                self.tell_refusal(refusal);
            }
            Error::Twilio(TelephonyError::Refused(refusal))
            | Error::WebhooksNotSet(TelephonyError::Refused(refusal)) => self.tell_refusal(refusal),
            _ => {}
        }
    }

    fn tell_refusal(&mut self, refusal: TwilioRefusal) {
        self.twilio_code = refusal.code;
        self.twilio_message = Some(refusal.message);
    }
}

/// What is nobody's mistake but ours, or somebody's on whom we depend.
fn is_worth_a_line(error: &Error) -> bool {
    matches!(
        error,
        Error::Store(_) | Error::Passwords(_) | Error::Vault(_) | Error::Twilio(_) | Error::WebhooksNotSet(_)
    )
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        let message = self.message();
        let says_when = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].contains(&status);
        let retry_after = says_when.then(|| self.retry_after());
        let mut body = ErrorBody {
            error: status.canonical_reason().unwrap_or("Error"),
            message,
            code,
            details: Vec::new(),
            accepted_by: None,
            twilio_code: None,
            twilio_message: None,
        };
        if let ApiError::Domain(error) = self {
            if is_worth_a_line(&error) {
                log_chain(&error);
            }
            body.tell(error);
        }
        let mut response = (status, Json(body)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<FieldError> for FieldDetail {
    fn from(error: FieldError) -> Self {
        Self { field: error.field, message: error.message }
    }
}

impl From<switchboard_domain::error::Person> for PersonBody {
    fn from(person: switchboard_domain::error::Person) -> Self {
        Self { id: person.id.into(), name: person.name }
    }
}

/// Once, where it is handled, with everything underneath.
fn log_chain(error: &Error) {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        chain = format!("{chain}: {cause}");
        source = cause.source();
    }
    error!("{chain}");
}
