use async_trait::async_trait;

use super::{Asked, FakeTwilio, not_found};
use crate::ports::{
    Conferencing, Credentials, NewParticipant, Participant, ParticipantChange, ParticipantStatus,
    TelephonyError,
};

#[async_trait]
impl Conferencing for FakeTwilio {
    async fn conference(&self, account: &Credentials, name: &str) -> Result<Option<String>, TelephonyError> {
        self.ask(account, Asked::Conference(name.to_owned()), |has| {
            Ok(has.conferences.iter().find(|(_, held)| *held == name).map(|(sid, _)| sid.clone()))
        })
    }

    async fn end_conference(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        self.ask(account, Asked::EndConference(sid.to_owned()), |has| {
            has.conferences.remove(sid);
            has.participants.retain(|participant| participant.conference_sid != sid);
            Ok(())
        })
    }

    async fn add_participant(
        &self,
        account: &Credentials,
        conference: &str,
        participant: &NewParticipant,
    ) -> Result<Participant, TelephonyError> {
        let asked = Asked::AddParticipant(conference.to_owned(), participant.clone());
        self.ask(account, asked, |has| {
            let held = |(sid, name): &(&String, &String)| *sid == conference || *name == conference;
            let held = has.conferences.iter().find(held).map(|(sid, _)| sid.clone());
            let conference_sid = held.unwrap_or_else(|| has.sid("CF"));
            has.conferences.entry(conference_sid.clone()).or_insert_with(|| conference.to_owned());
            let added = Participant {
                call_sid: has.new_call(&participant.to, &participant.from).sid,
                conference_sid,
                label: participant.label.clone(),
                status: ParticipantStatus::Queued,
                on_hold: false,
                muted: participant.muted,
                coach: participant.coach.clone(),
            };
            has.put_participant(added.clone());
            Ok(added)
        })
    }

    async fn participants(
        &self,
        account: &Credentials,
        sid: &str,
    ) -> Result<Vec<Participant>, TelephonyError> {
        self.ask(account, Asked::Participants(sid.to_owned()), |has| Ok(has.participants(sid)))
    }

    async fn change_participant(
        &self,
        account: &Credentials,
        sid: &str,
        participant: &str,
        change: &ParticipantChange,
    ) -> Result<(), TelephonyError> {
        let asked = Asked::ChangeParticipant(sid.to_owned(), participant.to_owned(), change.clone());
        self.ask(account, asked, |has| {
            let mut participant = has.participant(sid, participant).ok_or_else(not_found)?;
            match change {
                ParticipantChange::Hold { .. } => participant.on_hold = true,
                ParticipantChange::Resume => participant.on_hold = false,
                ParticipantChange::Mute => participant.muted = true,
                ParticipantChange::Unmute => participant.muted = false,
                ParticipantChange::Coach { call_sid } => participant.coach = Some(call_sid.clone()),
                ParticipantChange::StopCoaching => participant.coach = None,
                ParticipantChange::EndOnExit(_) => {}
            }
            has.put_participant(participant);
            Ok(())
        })
    }

    async fn remove_participant(
        &self,
        account: &Credentials,
        sid: &str,
        participant: &str,
    ) -> Result<(), TelephonyError> {
        let asked = Asked::RemoveParticipant(sid.to_owned(), participant.to_owned());
        self.ask(account, asked, |has| {
            if let Some(gone) = has.participant(sid, participant) {
                has.participants
                    .retain(|it| it.conference_sid != gone.conference_sid || it.call_sid != gone.call_sid);
            }
            Ok(())
        })
    }
}
