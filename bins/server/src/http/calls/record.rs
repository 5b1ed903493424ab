use chrono::{DateTime, Utc};
use serde::Serialize;
use switchboard_domain::access::Caller;
use switchboard_domain::calls::{CallRecord, CallRecording, Direction, Leg, Place};
use switchboard_domain::customers::CustomerKind;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Server;
use crate::http::people::timestamp;
use crate::http::query::named;

/// A call as people see it.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct CallBody {
    id: Uuid,
    organization_id: Uuid,
    lead_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    /// Who has it or had it last, or makes it.
    user_id: Option<Uuid>,
    /// `inbound` or `outbound`.
    direction: &'static str,
    from_number: String,
    to_number: String,
    /// Twilio's id of the customer's end; of a call that is made, not before Twilio told it.
    twilio_call_sid: Option<String>,
    /// Twilio's word for where the customer's end is.
    twilio_status: String,
    /// `dialing`, `ringing`, `claimed`, `connected`, `forwarded`, `voicemail` or `ended`.
    state: &'static str,
    /// How long the customer was on the line; of one that is, up to now.
    duration_seconds: u32,
    /// How long somebody talked with them, up to now; while it rings for a colleague nobody does.
    talk_time_seconds: u32,
    /// Where what was said can be heard, for a quarter of an hour and by whoever asked.
    recording_url: Option<String>,
    has_recording: bool,
    /// Where the message that the caller left can be heard, likewise.
    voicemail_url: Option<String>,
    /// What the caller said in it.
    voicemail_transcript: Option<String>,
    outcome: Option<String>,
    notes: Option<String>,
    /// Who took it, of calls that come in.
    accepted_by: Option<Uuid>,
    /// The phone that took it, or that it was handed over to.
    phone: Option<String>,
    /// Whether the customer hears music.
    on_hold: bool,
    /// Whoever was asked in last, while the call is with whoever asked.
    colleague: Option<ColleagueBody>,
    started_at: String,
    answered_at: Option<String>,
    ended_at: Option<String>,
    created_at: String,
    updated_at: String,
    lead_first_name: Option<String>,
    lead_last_name: Option<String>,
    contact_first_name: Option<String>,
    contact_last_name: Option<String>,
    user_first_name: Option<String>,
    user_last_name: Option<String>,
}

/// A colleague or a phone that was asked into a call.
#[derive(Serialize, ToSchema)]
struct ColleagueBody {
    user_id: Option<Uuid>,
    /// A name, or the phone's number.
    name: String,
    /// `coming`: they are rung; hung up now, the call is over. `in`: hung up now, it is theirs. `left`, or `missed`: they never
    /// came.
    place: &'static str,
}

impl ColleagueBody {
    fn of(leg: &Leg) -> Self {
        let phone = || leg.phone.as_ref().map(ToString::to_string);
        Self {
            user_id: leg.user.as_ref().map(|user| user.id.into()),
            name: leg.user.as_ref().map(|user| user.name.clone()).or_else(phone).unwrap_or_default(),
            place: match leg.place {
                Place::Coming => "coming",
                Place::In => "in",
                Place::Out if leg.has_been_in => "left",
                Place::Out => "missed",
            },
        }
    }
}

impl Server {
    /// A call as this person sees it.
    pub(super) fn shown(&self, caller: &Caller, record: CallRecord) -> CallBody {
        let CallRecord { call, agent, conversation, voicemail } = record;
        let now = self.clock.now();
        let seconds = |from: DateTime<Utc>, to: Option<DateTime<Utc>>| {
            u32::try_from((to.unwrap_or(now) - from).num_seconds()).unwrap_or(0)
        };
        let url = |recording: &CallRecording| self.media.recording_url(caller, &recording.sid, now);
        let colleague = call.asked_in_last().map(ColleagueBody::of);
        let (user_id, talk_time_seconds) = (call.whose().map(Uuid::from), call.talk_seconds(now));
        let (lead, contact) = match call.customer {
            Some(customer) if customer.kind == CustomerKind::Lead => (Some(customer), None),
            customer => (None, customer),
        };
        let (lead_id, lead_first_name, lead_last_name) = named(lead);
        let (contact_id, contact_first_name, contact_last_name) = named(contact);
        let (user_first_name, user_last_name) = agent.map(|user| (user.first_name, user.last_name)).unzip();
        CallBody {
            id: call.id.into(),
            organization_id: caller.scope.org().into(),
            lead_id,
            contact_id,
            user_id,
            direction: call.direction.as_str(),
            from_number: call.from,
            to_number: call.to,
            twilio_call_sid: call.sid,
            twilio_status: call.status.as_str().to_owned(),
            state: call.state.as_str(),
            duration_seconds: call
                .duration_seconds
                .unwrap_or_else(|| seconds(call.started_at, call.ended_at)),
            talk_time_seconds,
            recording_url: conversation.as_ref().map(url),
            has_recording: conversation.is_some(),
            voicemail_url: voicemail.as_ref().map(url),
            voicemail_transcript: voicemail.and_then(|recording| recording.transcript),
            outcome: call.outcome,
            notes: call.notes,
            accepted_by: user_id.filter(|_| call.direction == Direction::Inbound),
            phone: call.phone.map(|phone| phone.to_string()),
            on_hold: call.is_on_hold,
            colleague,
            started_at: timestamp(call.started_at),
            answered_at: call.answered_at.map(timestamp),
            ended_at: call.ended_at.map(timestamp),
            created_at: timestamp(call.started_at),
            updated_at: timestamp(call.updated_at),
            lead_first_name,
            lead_last_name,
            contact_first_name,
            contact_last_name,
            user_first_name,
            user_last_name,
        }
    }
}
