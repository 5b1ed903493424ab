//! Handing a call over: at once, or after a word with whoever takes it.

use std::time::Duration;

use switchboard_events::{CallId, UserId};

use super::{Switching, address};
use crate::access::{Caller, Role};
use crate::calls::{Call, CallState, Happened, Happening, LegRole};
use crate::check::Check;
use crate::error::{Error, Person};
use crate::people;
use crate::phone::PhoneNumber;
use crate::ports::{CallProgress, NewParticipant, ParticipantChange, ProgressCallback, TelephonyError};
use crate::twilio_settings::Identity;

/// How long whoever is asked in is rung.
const RINGS: Duration = Duration::from_secs(30);

/// To whom a call is handed over, as typed.
#[derive(Debug, Clone, Default)]
pub struct TransferForm {
    /// A colleague's id, or a phone number.
    pub to: Option<String>,
    /// `cold` or `warm`.
    pub kind: Option<String>,
}

/// How a call is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferKind {
    /// At once: it rings for a colleague, or goes to a phone.
    Cold,
    /// The customer is on hold while whoever is asked in hears what it is about; they have it when the agent hangs up.
    Warm,
}

enum Target {
    Colleague(Person),
    Phone(PhoneNumber),
}

impl Switching {
    /// Hands a call over.
    ///
    /// [`Error::WrongState`] unless it is connected; [`Error::Invalid`] for nobody who could take it.
    pub async fn transfer(&self, caller: &Caller, id: CallId, form: TransferForm) -> Result<Call, Error> {
        let call = self.switchable(caller, id).await?;
        let (target, kind) = self.target(caller, &form).await?;
        let agent = call.agent.clone().filter(|_| call.state == CallState::Connected);
        let from = agent.ok_or(Error::WrongState(call.state))?.id;
        let agents =
            call.agents_leg().and_then(|leg| leg.sid.clone()).ok_or(Error::WrongState(call.state))?;
        if kind == TransferKind::Warm && call.colleagues_leg().is_some() {
            return Err(Error::WrongState(call.state));
        }
        // From now on it goes on without the agent: they may be gone before the customer is turned.
        self.change_participant(caller, &call, &agents, &ParticipantChange::EndOnExit(false)).await?;
        match (kind, target) {
            (TransferKind::Cold, Target::Colleague(to)) => self.hand_over(caller, id, from, to).await,
            (TransferKind::Cold, Target::Phone(phone)) => {
                self.turn_over(caller, id, &Happening::SendTo { from, phone }).await
            }
            (TransferKind::Warm, target) => self.ask_in(caller, call, target).await,
        }
    }

    async fn target(&self, caller: &Caller, form: &TransferForm) -> Result<(Target, TransferKind), Error> {
        let mut tx = self.parts.store.begin(caller.scope).await?;
        let region = people::organization(tx.as_mut()).await?.region;
        let mut check = Check::default();
        let kind = match form.kind.as_deref() {
            Some("cold") => Some(TransferKind::Cold),
            Some("warm") => Some(TransferKind::Warm),
            _ => {
                check.refuse("kind", "must be one of cold, warm");
                None
            }
        };
        let to = check.required("to", form.to.as_deref(), crate::check::LINE);
        let target = match (to.parse::<UserId>(), PhoneNumber::parse(&to, region)) {
            (Ok(id), _) => {
                let user = tx.user(id).await?;
                let colleague = user.filter(|user| user.is_active && user.role >= Role::User);
                match colleague {
                    Some(user) if user.id != caller.user => Some(Target::Colleague(user.person())),
                    Some(_) => {
                        check.refuse("to", "must be somebody else");
                        None
                    }
                    None => {
                        check.refuse("to", "must be a colleague who takes calls");
                        None
                    }
                }
            }
            (Err(_), Some(phone)) => Some(Target::Phone(phone)),
            (Err(_), None) => {
                if !to.is_empty() {
                    check.refuse("to", "must be a colleague's id or a phone number");
                }
                None
            }
        };
        check.finish()?;
        target.zip(kind).ok_or_else(|| Error::invalid("to", "is required"))
    }

    /// It rings again, for everybody who may take it, and for the colleague first.
    async fn hand_over(&self, caller: &Caller, id: CallId, from: UserId, to: Person) -> Result<Call, Error> {
        let mut tx = self.parts.store.begin(caller.scope).await?;
        tx.forget_declines(id).await?;
        tx.commit().await?;
        self.turn_over(caller, id, &Happening::HandOver { from, to }).await
    }

    async fn turn_over(&self, caller: &Caller, id: CallId, happening: &Happening) -> Result<Call, Error> {
        let Happened { call, is_new, todo } = self.parts.calls.happen(caller.scope, id, happening).await?;
        if !is_new {
            return Err(Error::WrongState(call.state));
        }
        if let Some(todo) = todo {
            // Handed over it is, whatever Twilio says for now: who is still to be turned is looked after.
            let _ = self.carry_out(todo).await;
        }
        Ok(call)
    }

    /// The customer waits with music while whoever is asked in is called into the conference.
    async fn ask_in(&self, caller: &Caller, call: Call, target: Target) -> Result<Call, Error> {
        let account = self.account(caller.scope).await?;
        let call = self.hold(caller, call.id).await?;
        let conference = self.conference(&account.credentials, caller.scope, &call).await?;
        let conference = conference.ok_or(Error::WrongState(call.state))?;
        let (user, phone, to) = match target {
            Target::Colleague(person) => {
                let identity = Identity { org: caller.scope.org(), user: person.id };
                // Their browser is told which call it is.
                (Some(person), None, format!("client:{identity}?call={}", call.id))
            }
            Target::Phone(phone) => (None, Some(phone.clone()), address(&phone)),
        };
        let participant = NewParticipant {
            to,
            from: account.phone_number.to_string(),
            label: Some(LegRole::Colleague.as_str().to_owned()),
            progress: Some(ProgressCallback {
                url: self.parts.accounts.urls().progress(caller.scope.org(), call.id),
                events: vec![CallProgress::Completed],
            }),
            timeout: Some(RINGS),
            beep: false,
            end_on_exit: false,
            muted: false,
            coach: None,
            conference: None,
            recording: None,
        };
        // Noted first: they may be there before Twilio answers, and also if it never does.
        let ask_in = Happening::AskIn { user, phone };
        let noted = self.parts.calls.happen(caller.scope, call.id, &ask_in).await?;
        if !noted.is_new {
            return Err(Error::WrongState(noted.call.state));
        }
        let conferencing = &self.parts.conferencing;
        let asked = conferencing.add_participant(&account.credentials, &conference, &participant).await;
        let then = match &asked {
            Ok(asked) => Some(Happening::AskedIn { sid: asked.call_sid.clone() }),
            Err(TelephonyError::Unknown(_)) => None,
            Err(_) => Some(Happening::NotAskedIn),
        };
        if let Some(then) = then {
            self.happen(caller.scope, call.id, &then).await?;
        }
        asked.map_err(Error::Twilio)?;
        self.parts.calls.find(caller.scope, call.id).await
    }
}
