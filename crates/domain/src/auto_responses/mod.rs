//! What is answered by itself to those who write: to a keyword, outside the hours of the number they wrote to, to somebody new.
//!
//! | file | what is in it |
//! |---|---|
//! | [`form`] | a rule, as people type it |
//! | [`choice`] | which rule a text is answered by, and when it is not |
//! | [`wording`] | what is said |
//! | [`answering`] | answering |
//! | [`turns`] | whose texts are looked at |
//!
//! An answer comes after the text is stored and told; nothing waits for it. What a server leaves unanswered when it dies, another
//! one finds.

mod answering;
mod choice;
mod form;
mod turns;
mod wording;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{MessageId, UserId};

pub use self::choice::{MOST_AN_HOUR, REMEMBERED};
pub use self::form::AutoResponseForm;
use self::turns::Turns;
use crate::access::Caller;
use crate::error::Error;
use crate::ids::AutoResponseId;
use crate::people;
use crate::phone::PhoneNumber;
use crate::ports::{Clock, Directory, OrgTx, Store};
use crate::texting::Texting;

/// How many rules an organisation may have.
pub const MOST: usize = 200;

/// A rule: what is answered by itself, and to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoResponse {
    /// Our id.
    pub id: AutoResponseId,
    /// To what.
    pub trigger: Trigger,
    /// To what comes to this number alone.
    pub number: Option<PhoneNumber>,
    /// What is said, with gaps as in a template.
    pub body: String,
    /// Whether it counts.
    pub is_active: bool,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is answered by itself. A text is answered by one rule at most: the one whose trigger stands first here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// A text that is nothing but this word or these words, in whatever case. No other rule has them.
    Keyword(String),
    /// A text that comes while nobody is meant to answer at the number it was sent to.
    Closed,
    /// The first text of somebody who was not known.
    NewLead,
}

impl Trigger {
    const WORDS: [&str; 3] = ["keyword", "closed", "new_lead"];

    /// Its name on the wire and in the database.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Keyword(_) => Self::WORDS[0],
            Self::Closed => Self::WORDS[1],
            Self::NewLead => Self::WORDS[2],
        }
    }

    /// Back from its name, with the keyword if it has one.
    pub fn parse(name: &str, keyword: Option<String>) -> Option<Self> {
        match (name, keyword) {
            ("keyword", Some(keyword)) => Some(Self::Keyword(keyword)),
            ("closed", None) => Some(Self::Closed),
            ("new_lead", None) => Some(Self::NewLead),
            _ => None,
        }
    }

    /// The keyword, if it is one.
    pub fn keyword(&self) -> Option<&str> {
        match self {
            Self::Keyword(keyword) => Some(keyword),
            Self::Closed | Self::NewLead => None,
        }
    }

    /// Whether it is this keyword, in whatever case.
    pub fn is_keyword(&self, text: &str) -> bool {
        self.keyword().is_some_and(|keyword| keyword.to_lowercase() == text.trim().to_lowercase())
    }

    /// How long a rule is silent in a conversation after it answered there.
    fn rest(&self) -> TimeDelta {
        match self {
            Self::Keyword(_) => TimeDelta::minutes(10),
            Self::Closed => TimeDelta::hours(8),
            Self::NewLead => TimeDelta::zero(), // nobody is new twice
        }
    }
}

/// What was answered by itself, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoAnswer {
    /// The message.
    pub message: MessageId,
    /// By which rule, whether that is still there or not.
    pub rule: AutoResponseId,
    /// What it says.
    pub body: String,
    /// When it was written, by the store's clock.
    pub at: DateTime<Utc>,
}

/// How long a text is in the hands of whoever took it in, before somebody else looks at it.
const IN_HAND: TimeDelta = TimeDelta::seconds(15);

/// A text that came in while there were rules, and of which nobody has looked yet whether one answers it. It is left with the
/// text in one commit: if the server dies before it has looked, another one does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// The text.
    pub message: MessageId,
    /// Whether nobody was known behind its number.
    pub is_new_lead: bool,
    /// When somebody else looks at it.
    pub due_at: DateTime<Utc>,
}

impl Unanswered {
    /// A text that was taken in now.
    pub(crate) fn left(message: MessageId, is_new_lead: bool, now: DateTime<Utc>) -> Self {
        Self { message, is_new_lead, due_at: now + IN_HAND }
    }
}

/// What is answered by itself, for those who decide it, and answering.
pub struct AutoResponses {
    store: Arc<dyn Store>,
    directory: Arc<dyn Directory>,
    clock: Arc<dyn Clock>,
    texting: Arc<Texting>,
    turns: Turns,
}

impl AutoResponses {
    /// Over a store, and what sends.
    pub fn new(
        store: Arc<dyn Store>,
        directory: Arc<dyn Directory>,
        clock: Arc<dyn Clock>,
        texting: Arc<Texting>,
    ) -> Self {
        Self { store, directory, clock, texting, turns: Turns::default() }
    }

    /// All rules, the oldest first.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<AutoResponse>, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        Ok(tx.auto_responses().await?)
    }

    /// Adds a rule.
    pub async fn create(&self, caller: &Caller, form: AutoResponseForm) -> Result<AutoResponse, Error> {
        let now = self.clock.now();
        let blank = AutoResponse {
            id: AutoResponseId::generate(),
            trigger: Trigger::NewLead,
            number: None,
            body: String::new(),
            is_active: true,
            created_by: caller.user,
            created_at: now,
            updated_at: now,
        };
        let form =
            AutoResponseForm { trigger: form.trigger.or(Some(None)), body: form.body.or(Some(None)), ..form };
        let mut tx = self.store.begin(caller.scope).await?;
        let rule = read(tx.as_mut(), form, blank).await?;
        if tx.auto_responses().await?.len() >= MOST {
            let full = format!("there are {MOST} auto-responses, and no more are possible");
            return Err(Error::invalid("trigger", full));
        }
        tx.insert_auto_response(&rule).await?;
        tx.commit().await?;
        Ok(rule)
    }

    /// Changes a rule.
    pub async fn update(
        &self,
        caller: &Caller,
        id: AutoResponseId,
        form: AutoResponseForm,
    ) -> Result<AutoResponse, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let before = tx.auto_response(id).await?.ok_or(Error::NotFound("auto-response"))?;
        let mut rule = read(tx.as_mut(), form, before).await?;
        rule.updated_at = self.clock.now();
        tx.update_auto_response(&rule).await?;
        tx.commit().await?;
        Ok(rule)
    }

    /// Removes a rule. What it answered stays.
    pub async fn delete(&self, caller: &Caller, id: AutoResponseId) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.auto_response(id).await?.ok_or(Error::NotFound("auto-response"))?;
        tx.delete_auto_response(id).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Reads what was typed over a rule.
async fn read(tx: &mut dyn OrgTx, form: AutoResponseForm, rule: AutoResponse) -> Result<AutoResponse, Error> {
    let region = people::organization(tx).await?.region;
    let numbers = tx.twilio_settings().await?.map_or_else(Vec::new, |settings| settings.numbers);
    let own: Vec<_> = numbers.into_iter().map(|own| own.number).collect();
    form.fill(rule, region, &own)
}
