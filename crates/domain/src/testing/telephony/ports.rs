use async_trait::async_trait;
use secrecy::SecretString;

use super::{Asked, FakeTwilio, not_found};
use crate::phone::PhoneNumber;
use crate::ports::{
    AccountNumber, ApplicationWebhooks, CallControl, CallStatus, Conferencing, Content, Credentials,
    Download, Instructions, MessageStatus, Messaging, NewCall, NewMessage, NewParticipant, NumberWebhooks,
    Participant, ParticipantChange, Provisioning, Recording, RecordingOrder, RecordingStatus, Recordings,
    Sender, SentSearch, ServiceWebhooks, TelephonyError, TwilioCall, TwilioMessage, VoiceGrant, VoiceTokens,
};

#[async_trait]
impl Provisioning for FakeTwilio {
    async fn numbers(
        &self,
        _: &Credentials,
        only: Option<&PhoneNumber>,
    ) -> Result<Vec<AccountNumber>, TelephonyError> {
        self.ask(Asked::Numbers(only.cloned()), |state| {
            let wanted = |number: &&AccountNumber| only.is_none_or(|only| number.number == *only);
            Ok(state.numbers.iter().filter(wanted).cloned().collect())
        })
    }

    async fn set_number_webhooks(
        &self,
        _: &Credentials,
        sid: &str,
        webhooks: &NumberWebhooks,
    ) -> Result<(), TelephonyError> {
        self.ask(Asked::SetNumberWebhooks(sid.to_owned(), webhooks.clone()), |state| {
            let known = state.numbers.iter().any(|number| number.sid == sid);
            known.then_some(()).ok_or_else(not_found)
        })
    }

    async fn set_application(
        &self,
        _: &Credentials,
        sid: Option<&str>,
        webhooks: &ApplicationWebhooks,
    ) -> Result<String, TelephonyError> {
        self.ask(Asked::SetApplication(sid.map(str::to_owned), webhooks.clone()), |state| {
            let name = &webhooks.friendly_name;
            let named = sid.filter(|sid| state.applications.contains_key(*sid)).map(str::to_owned);
            let alike =
                || state.applications.iter().find(|(_, other)| *other == name).map(|(sid, _)| sid.clone());
            let sid = match named.or_else(alike) {
                Some(sid) => sid,
                None => state.sid("AP"),
            };
            state.applications.insert(sid.clone(), name.clone());
            Ok(sid)
        })
    }

    async fn has_service(&self, _: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.ask(Asked::Service(sid.to_owned()), |state| Ok(state.services.iter().any(|known| known == sid)))
    }

    async fn set_service_webhooks(
        &self,
        _: &Credentials,
        sid: &str,
        webhooks: &ServiceWebhooks,
    ) -> Result<(), TelephonyError> {
        self.ask(Asked::SetServiceWebhooks(sid.to_owned(), webhooks.clone()), |state| {
            let known = state.services.iter().any(|service| service == sid);
            known.then_some(()).ok_or_else(not_found)
        })
    }
}

#[async_trait]
impl Messaging for FakeTwilio {
    async fn send(&self, _: &Credentials, message: &NewMessage) -> Result<TwilioMessage, TelephonyError> {
        self.ask(Asked::Send(message.clone()), |state| {
            let (body, media) = match &message.content {
                Content::Text { body, media_urls } => (body.clone(), !media_urls.is_empty()),
                Content::Template { .. } => (String::new(), false),
            };
            let (from, status) = match &message.from {
                Sender::Address(from) => (Some(from.clone()), MessageStatus::Queued),
                Sender::Service { from, send_at: None, .. } => (from.clone(), MessageStatus::Accepted),
                Sender::Service { from, .. } => (from.clone(), MessageStatus::Scheduled),
            };
            let sent = TwilioMessage {
                sid: state.sid(if media { "MM" } else { "SM" }),
                status,
                to: message.to.clone(),
                from,
                body,
                segments: 1,
                fault: None,
                created_at: Some(state.now),
                sent_at: None,
            };
            state.messages.push(sent.clone());
            Ok(sent)
        })
    }

    async fn message(&self, _: &Credentials, sid: &str) -> Result<Option<TwilioMessage>, TelephonyError> {
        self.ask(Asked::Message(sid.to_owned()), |state| {
            Ok(state.messages.iter().find(|message| message.sid == sid).cloned())
        })
    }

    async fn sent(&self, _: &Credentials, search: &SentSearch) -> Result<Vec<TwilioMessage>, TelephonyError> {
        self.ask(Asked::Sent(search.clone()), |state| {
            let found = |message: &&TwilioMessage| {
                message.to == search.to
                    && (search.from.is_none() || message.from == search.from)
                    && message.created_at.is_some_and(|at| at >= search.since)
            };
            Ok(state.messages.iter().rev().filter(found).cloned().collect())
        })
    }

    async fn redact(&self, _: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.ask(Asked::Redact(sid.to_owned()), |state| {
            let found = state.messages.iter_mut().find(|message| message.sid == sid);
            Ok(found.map(|message| message.body.clear()).is_some())
        })
    }

    async fn media(
        &self,
        _: &Credentials,
        message_sid: &str,
        media_sid: &str,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        self.ask(Asked::Media(message_sid.to_owned(), media_sid.to_owned()), |state| {
            Ok(state.file(media_sid, limit))
        })
    }
}

#[async_trait]
impl CallControl for FakeTwilio {
    async fn start_call(&self, _: &Credentials, call: &NewCall) -> Result<TwilioCall, TelephonyError> {
        self.ask(Asked::StartCall(call.clone()), |state| Ok(state.new_call(&call.to, &call.from)))
    }

    async fn call(&self, _: &Credentials, sid: &str) -> Result<Option<TwilioCall>, TelephonyError> {
        self.ask(Asked::Call(sid.to_owned()), |state| Ok(state.calls.get(sid).cloned()))
    }

    async fn redirect(&self, _: &Credentials, sid: &str, to: &Instructions) -> Result<(), TelephonyError> {
        self.ask(Asked::Redirect(sid.to_owned(), to.clone()), |state| state.live_call(sid).map(|_| ()))
    }

    async fn cancel(&self, _: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        self.ask(Asked::Cancel(sid.to_owned()), |state| {
            if let Ok(call) = state.live_call(sid)
                && call.status != CallStatus::InProgress
            {
                call.status = CallStatus::Canceled;
            }
            Ok(())
        })
    }

    async fn complete(&self, _: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        self.ask(Asked::Complete(sid.to_owned()), |state| {
            if let Ok(call) = state.live_call(sid) {
                call.status = CallStatus::Completed;
            }
            Ok(())
        })
    }
}

#[async_trait]
impl Conferencing for FakeTwilio {
    async fn conference(&self, _: &Credentials, name: &str) -> Result<Option<String>, TelephonyError> {
        self.ask(Asked::Conference(name.to_owned()), |state| {
            Ok(state.conferences.iter().find(|(_, held)| *held == name).map(|(sid, _)| sid.clone()))
        })
    }

    async fn end_conference(&self, _: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        self.ask(Asked::EndConference(sid.to_owned()), |state| {
            state.conferences.remove(sid);
            state.participants.retain(|(conference_sid, ..)| conference_sid != sid);
            Ok(())
        })
    }

    async fn add_participant(
        &self,
        _: &Credentials,
        conference: &str,
        participant: &NewParticipant,
    ) -> Result<Participant, TelephonyError> {
        self.ask(Asked::AddParticipant(conference.to_owned(), participant.clone()), |state| {
            let held = |(sid, name): &(&String, &String)| *sid == conference || *name == conference;
            let held = state.conferences.iter().find(held).map(|(sid, _)| sid.clone());
            let conference_sid = match held {
                Some(sid) => sid,
                None => state.sid("CF"),
            };
            state.conferences.entry(conference_sid.clone()).or_insert_with(|| conference.to_owned());
            let call = state.new_call(&participant.to, &participant.from);
            state.participants.push((conference_sid.clone(), call.sid.clone(), participant.label.clone()));
            Ok(Participant { call_sid: call.sid, conference_sid })
        })
    }

    async fn change_participant(
        &self,
        _: &Credentials,
        sid: &str,
        participant: &str,
        change: &ParticipantChange,
    ) -> Result<(), TelephonyError> {
        let asked = Asked::ChangeParticipant(sid.to_owned(), participant.to_owned(), change.clone());
        self.ask(asked, |state| state.participant(sid, participant).map(|_| ()).ok_or_else(not_found))
    }

    async fn remove_participant(
        &self,
        _: &Credentials,
        sid: &str,
        participant: &str,
    ) -> Result<(), TelephonyError> {
        self.ask(Asked::RemoveParticipant(sid.to_owned(), participant.to_owned()), |state| {
            if let Some(at) = state.participant(sid, participant) {
                state.participants.remove(at);
            }
            Ok(())
        })
    }
}

#[async_trait]
impl Recordings for FakeTwilio {
    async fn start_recording(
        &self,
        _: &Credentials,
        call_sid: &str,
        order: &RecordingOrder,
    ) -> Result<Recording, TelephonyError> {
        self.ask(Asked::StartRecording(call_sid.to_owned(), order.clone()), |state| {
            state.live_call(call_sid)?;
            let recording = Recording {
                sid: state.sid("RE"),
                status: RecordingStatus::Running,
                call_sid: Some(call_sid.to_owned()),
                conference_sid: None,
                duration: None,
            };
            state.recordings.insert(recording.sid.clone(), recording.clone());
            Ok(recording)
        })
    }

    async fn recording(&self, _: &Credentials, sid: &str) -> Result<Option<Recording>, TelephonyError> {
        self.ask(Asked::Recording(sid.to_owned()), |state| Ok(state.recordings.get(sid).cloned()))
    }

    async fn recording_audio(
        &self,
        _: &Credentials,
        sid: &str,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        self.ask(Asked::RecordingAudio(sid.to_owned()), |state| Ok(state.file(sid, limit)))
    }

    async fn delete_recording(&self, _: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        self.ask(Asked::DeleteRecording(sid.to_owned()), |state| {
            state.recordings.remove(sid);
            state.files.remove(sid);
            Ok(())
        })
    }
}

/// Access tokens that are not signed: whose they are and for how long.
#[derive(Debug, Default)]
pub struct PlainVoiceTokens;

impl VoiceTokens for PlainVoiceTokens {
    fn issue(&self, grant: &VoiceGrant) -> SecretString {
        let (identity, application) = (&grant.identity, &grant.application_sid);
        format!("voice {identity} {application} {}", grant.expires_at.timestamp()).into()
    }
}
