use std::collections::BTreeSet;

use async_trait::async_trait;
use switchboard_events::{CallId, UserId};
use uuid::Uuid;

use super::MemTx;
use crate::calls::{Call, CallFilter, CallRecording, CallState, Note, Told, What};
use crate::error::Person;
use crate::offers::RingingCall;
use crate::ports::{CallRepo, RecordingRepo, StoreError, TimelineRepo};
use crate::search::Search;

impl MemTx {
    /// Names are the people's own, and not kept with the call.
    fn named(&self, call: &Call) -> Call {
        let name = |agent: &Person| {
            let user = self.tenant.users.iter().map(|new| &new.user).find(|user| user.id == agent.id);
            user.map_or_else(|| agent.clone(), |user| user.person())
        };
        Call { agent: call.agent.as_ref().map(name), ..call.clone() }
    }
}

#[async_trait]
impl CallRepo for MemTx {
    async fn insert_call(&mut self, call: &Call) -> Result<bool, StoreError> {
        let is_same = |known: &Call| known.id == call.id || (known.sid.is_some() && known.sid == call.sid);
        let is_new = !self.tenant.calls.iter().any(is_same);
        if is_new {
            self.tenant.calls.push(call.clone());
        }
        Ok(is_new)
    }

    async fn call(&mut self, id: CallId) -> Result<Option<Call>, StoreError> {
        Ok(self.tenant.calls.iter().find(|call| call.id == id).map(|call| self.named(call)))
    }

    async fn call_by_sid(&mut self, sid: &str) -> Result<Option<Call>, StoreError> {
        let found = self.tenant.calls.iter().find(|call| call.sid.as_deref() == Some(sid));
        Ok(found.map(|call| self.named(call)))
    }

    async fn update_call(&mut self, call: &Call) -> Result<bool, StoreError> {
        let is_anothers = |known: &Call| known.id != call.id && call.sid.is_some() && known.sid == call.sid;
        if self.tenant.calls.iter().any(is_anothers) {
            return Err(StoreError::Taken("call SID"));
        }
        let mut calls = self.tenant.calls.iter_mut();
        let known = calls.find(|known| known.id == call.id && known.version == call.version);
        Ok(known.is_some_and(|known| {
            *known = Call {
                version: call.version + 1,
                direction: known.direction,
                from: known.from.clone(),
                to: known.to.clone(),
                started_at: known.started_at,
                ..call.clone()
            };
            true
        }))
    }

    async fn calls_without_sid(&mut self, to: &str) -> Result<Vec<CallId>, StoreError> {
        let is_sought = |call: &&Call| call.to == to && call.sid.is_none() && call.due_at.is_some();
        Ok(self.tenant.calls.iter().filter(is_sought).map(|call| call.id).collect())
    }

    async fn decline_call(&mut self, id: CallId, user: UserId) -> Result<bool, StoreError> {
        Ok(self.tenant.declines.insert((id, user)))
    }

    async fn forget_declines(&mut self, id: CallId) -> Result<(), StoreError> {
        self.tenant.declines.retain(|(call, _)| *call != id);
        Ok(())
    }

    async fn ringing_calls(&mut self) -> Result<Vec<RingingCall>, StoreError> {
        let tenant = &self.tenant;
        let declined_by = |id| {
            let mut users: Vec<_> =
                tenant.declines.iter().filter(|(call, _)| *call == id).map(|(_, user)| *user).collect();
            users.sort();
            users
        };
        let rings = tenant.calls.iter().filter(|call| call.state == CallState::Ringing);
        let mut ringing: Vec<_> = rings
            .map(|call| RingingCall {
                call: call.clone(),
                declined_by: declined_by(call.id),
                team: tenant
                    .lines
                    .iter()
                    .filter(|line| line.number.as_str() == call.to)
                    .flat_map(|line| line.team.iter().copied())
                    .collect(),
                meant_for: call.meant_for,
            })
            .collect();
        ringing.sort_by_key(|ringing| (ringing.call.started_at, ringing.call.id));
        Ok(ringing)
    }

    async fn people_on_calls(&mut self) -> Result<Vec<UserId>, StoreError> {
        let busy: BTreeSet<_> = self.tenant.calls.iter().flat_map(Call::busy_people).collect();
        Ok(busy.into_iter().collect())
    }

    async fn calls(
        &mut self,
        filter: &CallFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Call>, i64), StoreError> {
        let people = &self.tenant.customers;
        let is_found = |call: &Call, search: &Search| {
            let with = call.customer.as_ref();
            let person = people.iter().find(|person| with.is_some_and(|with| with.id == person.id));
            let names = person.map(|person| [person.name(), person.last_name.clone()]);
            search.addresses.iter().any(|start| call.their_number().starts_with(start))
                || names.is_some_and(|names| {
                    names.iter().any(|name| name.to_lowercase().starts_with(&search.name))
                })
        };
        let fits = |call: &&Call| {
            let customer = call.customer.as_ref().map(|customer| (customer.kind, customer.id));
            (filter.customer.is_none() || customer == filter.customer)
                && filter.direction.is_none_or(|direction| call.direction == direction)
                && filter.state.is_none_or(|state| call.state == state)
                && filter.search.as_ref().is_none_or(|search| is_found(call, search))
        };
        let mut calls: Vec<_> = self.tenant.calls.iter().filter(fits).map(|call| self.named(call)).collect();
        calls.sort_by_key(|call| std::cmp::Reverse((call.started_at, call.id)));
        let total = calls.len() as i64;
        calls.retain(|call| filter.before.is_none_or(|mark| (call.started_at, call.id) < (mark.at, mark.id)));
        Ok((calls.into_iter().skip(offset as usize).take(limit as usize).collect(), total))
    }

    async fn due_calls(&mut self, limit: i64) -> Result<Vec<Call>, StoreError> {
        let is_due = |call: &&Call| call.due_at.is_some_and(|due_at| due_at <= self.now);
        let mut due: Vec<_> = self.tenant.calls.iter().filter(is_due).map(|call| self.named(call)).collect();
        due.sort_by_key(|call| call.due_at);
        due.truncate(limit as usize);
        Ok(due)
    }
}

#[async_trait]
impl RecordingRepo for MemTx {
    async fn put_recording(&mut self, recording: &CallRecording) -> Result<bool, StoreError> {
        let Some(known) = self.tenant.recordings.iter_mut().find(|known| known.sid == recording.sid) else {
            self.tenant.recordings.push(recording.clone());
            return Ok(true);
        };
        let before = known.clone();
        known.seconds = known.seconds.or(recording.seconds);
        known.transcript = known.transcript.take().or_else(|| recording.transcript.clone());
        Ok(*known != before)
    }

    async fn recording(&mut self, sid: &str) -> Result<Option<CallRecording>, StoreError> {
        Ok(self.tenant.recordings.iter().find(|recording| recording.sid == sid).cloned())
    }

    async fn recordings_of(&mut self, calls: &[CallId]) -> Result<Vec<CallRecording>, StoreError> {
        let of_calls = self.tenant.recordings.iter().filter(|recording| calls.contains(&recording.call));
        let mut recordings: Vec<_> = of_calls.cloned().collect();
        recordings.sort_by(|one, other| (one.created_at, &one.sid).cmp(&(other.created_at, &other.sid)));
        Ok(recordings)
    }
}

#[async_trait]
impl TimelineRepo for MemTx {
    async fn note(&mut self, subject: Uuid, notes: &[Note]) -> Result<(), StoreError> {
        self.tenant.timeline.extend(notes.iter().map(|note| (subject, note.clone())));
        Ok(())
    }

    async fn note_once(&mut self, subject: Uuid, note: &Note) -> Result<(), StoreError> {
        let is_same =
            |(of, known): &(Uuid, Note)| *of == subject && (known.what, known.by) == (note.what, note.by);
        if !self.tenant.timeline.iter().any(is_same) {
            self.tenant.timeline.push((subject, note.clone()));
        }
        Ok(())
    }

    async fn note_told(&mut self, told: &[Told]) -> Result<(), StoreError> {
        for Told { sid, at, screens } in told {
            let call = self.tenant.calls.iter().find(|call| call.sid.as_ref() == Some(sid));
            let message = self.tenant.texts.id_of(sid);
            let subject = call.map(|call| call.id.into()).or(message.map(Uuid::from));
            let detail = Some(screens.to_string());
            let note = Note { at: *at, what: What::Emitted, by: None, detail };
            self.tenant.timeline.extend(subject.map(|subject| (subject, note)));
        }
        Ok(())
    }

    async fn timeline(&mut self, subject: Uuid) -> Result<Vec<Note>, StoreError> {
        let of_it = self.tenant.timeline.iter().filter(|(of, _)| *of == subject);
        let mut notes: Vec<_> = of_it.map(|(_, note)| note.clone()).collect();
        notes.sort_by_key(|note| note.at);
        Ok(notes)
    }
}
