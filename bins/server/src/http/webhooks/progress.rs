use axum::extract::State;
use axum::http::StatusCode;
use switchboard_domain::access::OrgScope;
use switchboard_domain::calls::{CallRecording, Happening, InboundCall, LegRole, Meeting, RecordingKind};
use switchboard_domain::events::CallId;
use switchboard_domain::ports::{CallStatus, RecordingStatus};
use switchboard_twilio::address::Address;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::party;
use super::signed::{Signed, Unsigned};
use super::voice::{call_of, inbound};
use crate::Server;
use crate::error::{ApiError, ErrorBody};

/// What Twilio tells, and nobody waits for.
pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(call_status))
        .routes(routes!(conference_status))
        .routes(routes!(recording))
        .routes(routes!(transcription))
}

/// A call moved on.
#[utoipa::path(post, path = "/call-status", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = NO_CONTENT, description = "noted"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn call_status(State(server): State<Server>, webhook: Signed) -> Result<StatusCode, Unsigned> {
    let status = CallStatus::parse(webhook.param("CallStatus"));
    let duration = webhook.param("CallDuration").parse().ok();
    if !webhook.ours("call").is_empty() {
        let Some((scope, id)) = call_of(&webhook)? else { return Ok(StatusCode::NO_CONTENT) };
        let (calls, sid) = (webhook.calls(&server), webhook.sid("CallSid", &["CA"])?);
        // It may be the first that we hear of it. Only of a customer whom we call that is to be learned.
        let dialed = calls.dialed(scope, id, sid).await.map_err(ApiError::from)?;
        server.later(dialed.and_then(|happened| happened.todo));
        if status.is_over() {
            server.later(calls.leg_gone(scope, id, sid, status, duration).await.map_err(ApiError::from)?);
        }
        return Ok(StatusCode::NO_CONTENT);
    }
    // Of a browser's leg the conference tells.
    if webhook.is_clients() {
        return Ok(StatusCode::NO_CONTENT);
    }
    if let Some(scope) = webhook.scope(&server).await?
        && status.is_over()
    {
        let gone = inbound(&webhook)?;
        let todo =
            webhook.calls(&server).customer_gone(scope, gone, duration).await.map_err(ApiError::from)?;
        server.later(todo);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody entered or left a call's conference, or it is over.
#[utoipa::path(post, path = "/conference-status", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = NO_CONTENT, description = "noted"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn conference_status(State(server): State<Server>, webhook: Signed) -> Result<StatusCode, Unsigned> {
    let Ok(Meeting { org, call, round }) = webhook.param("FriendlyName").parse() else {
        webhook.is_ignored("not_ours", "it is about a conference of somebody else");
        return Ok(StatusCode::NO_CONTENT);
    };
    let scope = webhook.scope_of(org)?;
    let happening = match webhook.param("StatusCallbackEvent") {
        "participant-join" => Happening::Joins {
            round,
            sid: webhook.sid("CallSid", &["CA"])?.to_owned(),
            role: LegRole::parse(webhook.param("ParticipantLabel")),
            conference: webhook.sid("ConferenceSid", &["CF"]).ok().map(str::to_owned),
        },
        "participant-leave" => {
            let sid = webhook.sid("CallSid", &["CA"])?.to_owned();
            match webhook.param("ReasonParticipantLeft") {
                // They were called, and never came.
                "participant_add_failed" => Happening::LegGone { sid },
                _ => Happening::Leaves { round, sid },
            }
        }
        "conference-end" => Happening::ConferenceEnds { round },
        _ => return Ok(StatusCode::NO_CONTENT),
    };
    server.later(webhook.calls(&server).meet(scope, call, &happening).await.map_err(ApiError::from)?);
    Ok(StatusCode::NO_CONTENT)
}

/// A recording is there, or there was nothing to record.
#[utoipa::path(post, path = "/recording", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = NO_CONTENT, description = "noted"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn recording(State(server): State<Server>, webhook: Signed) -> Result<StatusCode, Unsigned> {
    let call = match webhook.ours("to") {
        "" => call_of(&webhook)?,
        to => late_call(&server, &webhook, to).await?,
    };
    let Some((scope, id)) = call else { return Ok(StatusCode::NO_CONTENT) };
    let sid = webhook.sid("RecordingSid", &["RE"])?.to_owned();
    let is_voicemail = !webhook.ours("voicemail").is_empty();
    let recording = CallRecording {
        sid,
        call: id,
        kind: if is_voicemail { RecordingKind::Voicemail } else { RecordingKind::Conversation },
        seconds: webhook.param("RecordingDuration").parse().ok(),
        transcript: None,
        created_at: webhook.came_at(),
    };
    let told = match RecordingStatus::parse(webhook.param("RecordingStatus")) {
        RecordingStatus::Completed => Some(recording),
        RecordingStatus::Absent if is_voicemail => None,
        _ => return Ok(StatusCode::NO_CONTENT),
    };
    webhook.calls(&server).recorded(scope, id, told).await.map_err(ApiError::from)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The call of somebody who left a message while we could not answer: perhaps it was never stored.
async fn late_call(
    server: &Server,
    webhook: &Signed,
    to: &str,
) -> Result<Option<(OrgScope, CallId)>, Unsigned> {
    let account_sid = webhook.param("AccountSid");
    let owner = server.webhook_directory.number_owner(account_sid, to).await.map_err(ApiError::from)?;
    let Some(org) = owner else { return Ok(webhook.is_nobodys()) };
    let scope = webhook.scope_of(org)?;
    let late = InboundCall { to: party(&Address::parse(to)), ..inbound(webhook)? };
    let id = webhook.calls(server).know(scope, late).await.map_err(ApiError::from)?;
    Ok(Some((scope, id)))
}

/// What is said in a message was written down.
#[utoipa::path(post, path = "/transcription", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = NO_CONTENT, description = "noted"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn transcription(State(server): State<Server>, webhook: Signed) -> Result<StatusCode, Unsigned> {
    let Some((scope, id)) = call_of(&webhook)? else { return Ok(StatusCode::NO_CONTENT) };
    let sid = webhook.sid("RecordingSid", &["RE"])?;
    let text = webhook.param("TranscriptionText");
    if webhook.param("TranscriptionStatus") == "completed" && !text.is_empty() {
        webhook.calls(&server).transcribed(scope, id, sid, text).await.map_err(ApiError::from)?;
    }
    Ok(StatusCode::NO_CONTENT)
}
