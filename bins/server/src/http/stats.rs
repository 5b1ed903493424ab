use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use serde::Serialize;
use switchboard_domain::check::Check;
use switchboard_domain::stats::{CallStats, MessageStats, Period};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Viewer;
use super::query::{Pairs, moment};
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(stats))
}

/// Figures. Counts are texts.
#[derive(Serialize, ToSchema)]
struct Figures {
    sms: SmsFigures,
    calls: CallFigures,
}

#[derive(Serialize, ToSchema)]
struct SmsFigures {
    /// What was called back, or is to be sent later, does not count.
    total_sms: String,
    sent: String,
    received: String,
    delivered: String,
    failed: String,
    /// What those cost of which Twilio told it, in the account's currency.
    total_sms_cost: String,
}

#[derive(Serialize, ToSchema)]
struct CallFigures {
    total_calls: String,
    outbound: String,
    inbound: String,
    answered: String,
    missed: String,
    voicemail: String,
    /// How long customers were on the line in all, in seconds.
    total_duration: String,
    /// What the customers' ends of those cost of which Twilio told it, in the account's currency. It tells some minutes after
    /// a call's end; what browsers' and phones' ends cost is not in it.
    total_call_cost: String,
}

impl From<(MessageStats, CallStats)> for Figures {
    fn from((sms, calls): (MessageStats, CallStats)) -> Self {
        Self {
            sms: SmsFigures {
                total_sms: sms.total.to_string(),
                sent: sms.sent.to_string(),
                received: sms.received.to_string(),
                delivered: sms.delivered.to_string(),
                failed: sms.failed.to_string(),
                total_sms_cost: sms.cost,
            },
            calls: CallFigures {
                total_calls: calls.total.to_string(),
                outbound: calls.outbound.to_string(),
                inbound: calls.inbound.to_string(),
                answered: calls.answered.to_string(),
                missed: calls.missed.to_string(),
                voicemail: calls.voicemail.to_string(),
                total_duration: calls.duration.to_string(),
                total_call_cost: calls.cost,
            },
        }
    }
}

/// Of which time.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Span {
    /// From this moment or day on.
    #[param(value_type = Option<String>)]
    from: Option<chrono::DateTime<chrono::Utc>>,
    /// Up to this moment, or the beginning of this day.
    #[param(value_type = Option<String>)]
    to: Option<chrono::DateTime<chrono::Utc>>,
}

impl<S: Send + Sync> FromRequestParts<S> for Span {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let span = Self {
            from: moment(&mut check, "from", pairs.find("from")),
            to: moment(&mut check, "to", pairs.find("to")),
        };
        check.finish()?;
        Ok(span)
    }
}

/// Figures over calls and messages, of all times or of a period.
#[utoipa::path(get, path = "/stats", tag = "stats", params(Span), security(("bearer" = ["viewer"])), responses(
    (status = OK, body = Figures), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn stats(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Span { from, to }: Span,
) -> Result<Json<Figures>, ApiError> {
    Ok(Json(server.stats.of(&caller, Period { from, to }).await?.into()))
}
