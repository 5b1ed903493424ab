use chrono::{DateTime, Utc};
use serde::Serialize;
use switchboard_domain::access::Caller;
use switchboard_domain::calls::Direction;
use switchboard_domain::customers::CustomerKind;
use switchboard_domain::events::MessageId;
use switchboard_domain::messages::MessageRecord;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Server;
use crate::error::ApiError;
use crate::http::media::MediaBody;
use crate::http::people::timestamp;
use crate::http::query::named;

/// A message as people see it.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct MessageBody {
    id: Uuid,
    organization_id: Uuid,
    lead_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    /// Who sent it; nobody, if it came in or was sent by itself.
    user_id: Option<Uuid>,
    /// `inbound` or `outbound`.
    direction: &'static str,
    /// `sms` or `whatsapp`.
    channel: &'static str,
    from_number: String,
    to_number: String,
    /// The text, exactly as sent.
    body: String,
    /// Twilio's id; of a message that is sent, not before Twilio told it.
    twilio_sid: Option<String>,
    /// Twilio's word for how far it is; before that `scheduled`, `pending` while Twilio cannot be reached, and `unknown` while
    /// its answer is.
    twilio_status: String,
    /// Twilio's number for what went wrong.
    error_code: Option<u32>,
    /// What went wrong, in words.
    error_message: Option<String>,
    /// Where its media can be seen: what is kept here for a quarter of an hour and by whoever asked; what a message was sent with
    /// from elsewhere, there.
    media_urls: Vec<String>,
    /// What of it is kept here, or was to be.
    media: Vec<MediaBody>,
    num_media: usize,
    segment_count: u32,
    template_id: Option<Uuid>,
    /// When it is to be sent, if that was said.
    scheduled_at: Option<String>,
    sent_at: Option<String>,
    delivered_at: Option<String>,
    created_at: String,
    updated_at: String,
    lead_first_name: Option<String>,
    lead_last_name: Option<String>,
    contact_first_name: Option<String>,
    contact_last_name: Option<String>,
    user_first_name: Option<String>,
    user_last_name: Option<String>,
}

impl MessageBody {
    fn new(caller: &Caller, record: MessageRecord, media: Vec<MediaBody>) -> Self {
        let MessageRecord { message, sender, .. } = record;
        let (lead, contact) = match message.customer {
            Some(customer) if customer.kind == CustomerKind::Lead => (Some(customer), None),
            customer => (None, customer),
        };
        let (lead_id, lead_first_name, lead_last_name) = named(lead);
        let (contact_id, contact_first_name, contact_last_name) = named(contact);
        let user_id = message.sender.map(|sender| sender.id.into());
        let (user_first_name, user_last_name) = sender.map(|user| (user.first_name, user.last_name)).unzip();
        let (error_code, error_message) =
            message.fault.map(|fault| (fault.code, fault.words().map(str::to_owned))).unwrap_or_default();
        let moment = |at: Option<DateTime<Utc>>| at.map(timestamp);
        Self {
            id: message.id.into(),
            organization_id: caller.scope.org().into(),
            lead_id,
            contact_id,
            user_id,
            direction: message.direction.as_str(),
            channel: message.channel.as_str(),
            from_number: message.from,
            to_number: message.to,
            body: message.body,
            twilio_sid: message.sid,
            twilio_status: message.progress.as_str().to_owned(),
            error_code,
            error_message,
            num_media: message.media_urls.len(),
            media_urls: match message.direction {
                Direction::Outbound => {
                    message.media_urls.into_iter().map(|url| seen_at(url, &media)).collect()
                }
                Direction::Inbound => media.iter().filter_map(|one| one.url.clone()).collect(),
            },
            media,
            segment_count: message.segments,
            template_id: message.template.map(Uuid::from),
            scheduled_at: moment(message.send_at),
            sent_at: moment(message.sent_at),
            delivered_at: moment(message.delivered_at),
            created_at: timestamp(message.created_at),
            updated_at: timestamp(message.updated_at),
            lead_first_name,
            lead_last_name,
            contact_first_name,
            contact_last_name,
            user_first_name,
            user_last_name,
        }
    }
}

/// Where something can be seen that a message was sent with.
fn seen_at(url: String, media: &[MediaBody]) -> String {
    let shown = media.iter().find(|one| one.media_url.as_ref() == Some(&url));
    shown.and_then(|one| one.url.clone()).unwrap_or(url)
}

impl Server {
    /// Messages as this person sees them.
    pub(super) fn shown_messages(&self, caller: &Caller, records: Vec<MessageRecord>) -> Vec<MessageBody> {
        records.into_iter().map(|record| self.message_body(caller, record)).collect()
    }

    /// A message as this person sees it.
    pub(super) async fn shown_message(
        &self,
        caller: &Caller,
        id: MessageId,
    ) -> Result<MessageBody, ApiError> {
        Ok(self.message_body(caller, self.messages.get(caller, id).await?))
    }

    fn message_body(&self, caller: &Caller, record: MessageRecord) -> MessageBody {
        let media = self.shown_media(caller, &record);
        MessageBody::new(caller, record, media)
    }
}
