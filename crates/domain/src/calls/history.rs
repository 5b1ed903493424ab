//! Calls, as people look them up and write about them.

use std::collections::HashMap;

use switchboard_events::{CallId, CustomerId};
use uuid::Uuid;

use super::call::{Call, CallState, Direction};
use super::recording::{CallRecording, RecordingKind};
use super::timeline::Note;
use super::{Calls, TRIES};
use crate::access::Caller;
use crate::check::{self, Check};
use crate::customers::CustomerKind;
use crate::error::{Error, Person};
use crate::paging::Mark;
use crate::people::User;
use crate::ports::OrgTx;
use crate::search::{self, Search};

/// The longest word for what came of a call.
const OUTCOME: usize = 100;

/// Which calls to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// Those with this contact or lead.
    pub customer: Option<(CustomerKind, CustomerId)>,
    /// Those that went this way.
    pub direction: Option<Direction>,
    /// Those that stand here.
    pub state: Option<CallState>,
    /// Those with people or numbers found by this.
    pub search: Option<Search>,
    /// Those that come after the one which stood there. How many there are in all does not depend on it.
    pub before: Option<Mark<CallId>>,
}

/// Which calls somebody wants to see.
#[derive(Debug, Clone, Default)]
pub struct CallQuery {
    /// Those with this contact or lead.
    pub customer: Option<(CustomerKind, CustomerId)>,
    /// Those that went this way.
    pub direction: Option<Direction>,
    /// Those that stand here.
    pub state: Option<CallState>,
    /// The start of a name, or of a number in any format.
    pub search: Option<String>,
    /// Those that come after the one which stood there.
    pub before: Option<Mark<CallId>>,
    /// How many, at most.
    pub limit: i64,
    /// How many to pass over.
    pub offset: i64,
}

/// A call with what was recorded of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRecord {
    /// The call.
    pub call: Call,
    /// Whoever has it or had it last, or makes it.
    pub agent: Option<User>,
    /// What customer and agent said, last.
    pub conversation: Option<CallRecording>,
    /// The message that the caller left.
    pub voicemail: Option<CallRecording>,
}

/// What people write about a call; fields left out stay as they are.
#[derive(Debug, Clone, Default)]
pub struct CallForm {
    /// Notes; `Some(None)` takes them away.
    pub notes: Option<Option<String>>,
    /// What came of it, in a word; `Some(None)` takes it away.
    pub outcome: Option<Option<String>>,
}

impl Calls {
    /// One page of calls, newest first, and how many there are in all.
    pub async fn list(&self, caller: &Caller, query: &CallQuery) -> Result<(Vec<CallRecord>, i64), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let &CallQuery { customer, direction, state, before, limit, offset, .. } = query;
        let search = search::read(tx.as_mut(), query.search.as_deref()).await?;
        let filter = CallFilter { customer, direction, state, search, before };
        let (calls, total) = tx.calls(&filter, limit, offset).await?;
        let ids: Vec<_> = calls.iter().map(|call| call.id).collect();
        let mut recordings: HashMap<CallId, Vec<CallRecording>> = HashMap::new();
        for recording in tx.recordings_of(&ids).await? {
            recordings.entry(recording.call).or_default().push(recording);
        }
        let users = tx.users().await?;
        let record = |call: Call| {
            let recordings = recordings.remove(&call.id).unwrap_or_default();
            CallRecord::new(call, &users, recordings)
        };
        Ok((calls.into_iter().map(record).collect(), total))
    }

    /// A call.
    pub async fn get(&self, caller: &Caller, id: CallId) -> Result<CallRecord, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let call = tx.call(id).await?.ok_or(Error::NotFound("call"))?;
        let recordings = tx.recordings_of(&[id]).await?;
        let agent = match call.whose() {
            Some(id) => tx.user(id).await?,
            None => None,
        };
        Ok(CallRecord::new(call, agent.as_slice(), recordings))
    }

    /// Writes about a call, at any time of its life and after it.
    pub async fn write(&self, caller: &Caller, id: CallId, form: CallForm) -> Result<CallRecord, Error> {
        let mut check = Check::default();
        let notes = form.notes.map(|text| check.optional("notes", text.as_deref(), check::NOTES));
        let outcome = form.outcome.map(|text| check.optional("outcome", text.as_deref(), OUTCOME));
        check.finish()?;
        let mut tx = self.store.begin(caller.scope).await?;
        for _ in 0..TRIES {
            let mut call = tx.call(id).await?.ok_or(Error::NotFound("call"))?;
            call.notes = notes.clone().unwrap_or(call.notes);
            call.outcome = outcome.clone().unwrap_or(call.outcome);
            call.updated_at = self.clock.now();
            if tx.update_call(&call).await? {
                tx.commit().await?;
                return self.get(caller, id).await;
            }
        }
        Err(Error::ChangedMeanwhile)
    }

    /// What was noted of a call, in the order of time, and who they were that did it.
    pub async fn timeline(&self, caller: &Caller, id: CallId) -> Result<Vec<(Note, Option<Person>)>, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.call(id).await?.ok_or(Error::NotFound("call"))?;
        timeline(tx.as_mut(), id.into()).await
    }
}

impl CallRecord {
    fn new(call: Call, users: &[User], recordings: Vec<CallRecording>) -> Self {
        let last = |kind| recordings.iter().rfind(|recording| recording.kind == kind).cloned();
        let is_agent = |user: &&User| call.whose() == Some(user.id);
        Self {
            agent: users.iter().find(is_agent).cloned(),
            conversation: last(RecordingKind::Conversation),
            voicemail: last(RecordingKind::Voicemail),
            call,
        }
    }
}

/// What was noted of a call or message, and who they were that did it.
pub(crate) async fn timeline(
    tx: &mut dyn OrgTx,
    subject: Uuid,
) -> Result<Vec<(Note, Option<Person>)>, Error> {
    let users = tx.users().await?;
    let person = |by| users.iter().find(|user| Some(user.id) == by).map(User::person);
    let notes = tx.timeline(subject).await?;
    Ok(notes.into_iter().map(|note| (person(note.by), note)).map(|(by, note)| (note, by)).collect())
}
