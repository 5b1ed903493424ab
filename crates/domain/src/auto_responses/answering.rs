use chrono::TimeDelta;
use switchboard_events::MessageId;
use uuid::Uuid;

use super::choice::{Heard, REMEMBERED, choose, may_answer};
use super::wording::worded;
use super::{AutoAnswer, AutoResponse, AutoResponses, IN_HAND, Trigger, Unanswered};
use crate::access::OrgScope;
use crate::error::Error;
use crate::lines::line_at;
use crate::messages::{Message, Received};
use crate::party::{CustomerRef, Party};
use crate::people;
use crate::phone::PhoneNumber;
use crate::twilio_settings::Account;

/// How old a text is that nobody expects to be answered by itself any more: it waited while the database was away, or nobody was
/// there to answer.
const TOO_LATE: TimeDelta = TimeDelta::minutes(5);
/// How many unanswered texts of an organisation are looked at in one go.
const AT_ONCE: i64 = 20;

/// An answer that a rule has to a text.
struct Reply {
    to: Message,
    phone: PhoneNumber,
    rule: AutoResponse,
    body: String,
}

impl AutoResponses {
    /// Answers a text that came in, if a rule says so and nothing speaks against it: once, however often it is asked for, and
    /// whichever servers are.
    ///
    /// Nobody is answered who wants no texts, or whose number is somebody's here: two desks would talk to one another.
    ///
    /// One text of theirs after the other is looked at, and only a few in all: however many come at once, the database is
    /// there for people too.
    pub async fn respond(&self, scope: OrgScope, received: &Received) -> Result<(), Error> {
        if !received.is_unanswered {
            return Ok(());
        }
        let turn = self.turns.take(scope.org()).await;
        let written = self.write(scope, received).await?;
        drop(turn);
        if let Some((account, message)) = written {
            return self.texting.hand_over_answer(scope, &account, message).await;
        }
        let mut tx = self.store.begin(scope).await?;
        tx.settle_unanswered(received.id).await?;
        Ok(tx.commit().await?)
    }

    /// Looks at the texts that a server left unanswered: it died, or could not look. Of several servers that do so at the same time
    /// one looks at each. Gives what went wrong, text by text; those are due again soon, until it is too late.
    pub async fn catch_up(&self, scope: OrgScope) -> Result<Vec<(MessageId, Error)>, Error> {
        let mut tx = self.store.begin(scope).await?;
        let again_at = tx.now().await? + IN_HAND;
        let due = tx.take_unanswered(again_at, AT_ONCE).await?;
        tx.commit().await?;
        let mut failures = Vec::new();
        for Unanswered { message: id, is_new_lead, .. } in due {
            let received = Received { id, is_new_lead, is_unanswered: true };
            if let Err(error) = self.respond(scope, &received).await {
                failures.push((id, error));
            }
        }
        Ok(failures)
    }

    /// Writes the answer to a text, if there is to be one; with it the text is not unanswered any more.
    async fn write(&self, scope: OrgScope, received: &Received) -> Result<Option<(Account, Message)>, Error> {
        let Some(reply) = self.reply(scope, received).await? else { return Ok(None) };
        if self.directory.is_number_here(&reply.phone).await? {
            return Ok(None);
        }
        let account = self.texting.account(scope).await?;
        let mut tx = self.store.begin(scope).await?;
        // Whoever opened the conversation is alone with it: nobody answers there between the look back and the answer.
        let peer = Party::phone(reply.phone);
        let conversation = tx.open_conversation(&peer, reply.to.created_at).await?;
        let now = tx.now().await?;
        let given = tx.auto_answers(conversation.id, REMEMBERED as i64).await?;
        if !may_answer(&reply.rule, &reply.to.body, &given, now) {
            return Ok(None);
        }
        let id = answer_id(reply.to.id);
        let written = self
            .texting
            .write_answer(tx.as_mut(), &account, conversation, id, &reply.to, &reply.body)
            .await?;
        let Some(message) = written else { return Ok(None) };
        let answer = AutoAnswer { message: id, rule: reply.rule.id, body: reply.body, at: now };
        tx.note_auto_answer(message.conversation, &answer).await?;
        tx.settle_unanswered(received.id).await?;
        tx.commit().await?;
        Ok(Some((account, message)))
    }

    /// What a rule has to say to a text, if there is somebody to say it to.
    async fn reply(&self, scope: OrgScope, received: &Received) -> Result<Option<Reply>, Error> {
        let mut tx = self.store.begin(scope).await?;
        let rules = tx.auto_responses().await?;
        if rules.is_empty() {
            return Ok(None);
        }
        let Some(message) = tx.message(received.id).await? else { return Ok(None) };
        if tx.now().await? - message.created_at > TOO_LATE {
            return Ok(None);
        }
        let conversation = tx.conversation(&message.from).await?;
        let Some(phone) = conversation.and_then(|it| it.phone) else { return Ok(None) };
        let asks_for_hours = rules.iter().any(|rule| rule.trigger == Trigger::Closed);
        let is_closed = asks_for_hours && {
            let number = PhoneNumber::from_e164(&*message.to);
            !line_at(tx.as_mut(), &number, message.created_at).await?.is_open
        };
        let heard =
            Heard { body: &message.body, number: &message.to, is_closed, is_new_lead: received.is_new_lead };
        let Some(rule) = choose(&rules, heard).cloned() else { return Ok(None) };
        let organization = people::organization(tx.as_mut()).await?.name;
        let customer = message.customer.as_ref();
        let body = worded(&rule.body, |gap| match gap {
            "first_name" => customer.map(|customer| customer.first_name.clone()).unwrap_or_default(),
            "name" => customer.map(CustomerRef::name).unwrap_or_default(),
            "organization" => organization.clone(),
            _ => String::new(),
        });
        Ok((!body.is_empty()).then_some(Reply { to: message, phone, rule, body }))
    }
}

/// The id of the one answer to a message.
fn answer_id(to: MessageId) -> MessageId {
    Uuid::new_v5(&to.into(), b"auto-response").into()
}
