use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{CustomerId, MessageId};
use uuid::Uuid;

use super::Texting;
use super::enclosing::enclose;
use super::handing::refused;
use crate::access::{Caller, OrgScope};
use crate::calls::{Direction, Note, What};
use crate::check::{self, Check};
use crate::customers::{self, Customer};
use crate::error::Error;
use crate::ids::TemplateId;
use crate::messages::consent::senders;
use crate::messages::{
    AgreedText, Channel, Conversation, LONGEST, Message, Progress, Standing, Template, segments,
};
use crate::party::{CustomerRef, Party};
use crate::people::{self, Organization, User};
use crate::phone::{PhoneNumber, Region};
use crate::ports::OrgTx;
use crate::twilio_settings::Account;

/// How far ahead a message may be scheduled.
const FURTHEST: TimeDelta = TimeDelta::days(366);
/// How long a message that was handed over is nobody else's business: longer than Twilio is waited for.
pub(super) const IN_HAND: TimeDelta = TimeDelta::seconds(45);

/// A message to be sent, as typed.
#[derive(Debug, Clone, Default)]
pub struct MessageOrder {
    /// To whom: a phone number in any format, with `whatsapp:` before it if it is to go there.
    pub to: Option<String>,
    /// `sms` or `whatsapp`, if the address does not say.
    pub channel: Option<String>,
    /// What it says; may be left out beside media or a template.
    pub body: Option<String>,
    /// What hangs on it: [names](crate::ids::UploadId::name) of uploads, or where else Twilio fetches it.
    pub media_urls: Vec<String>,
    /// Which lead that is.
    pub lead_id: Option<CustomerId>,
    /// Which contact that is.
    pub contact_id: Option<CustomerId>,
    /// What it is made of.
    pub template_id: Option<TemplateId>,
    /// What stands in the template's gaps, beside what is known of customer and sender.
    pub variables: BTreeMap<String, String>,
    /// When to send it, if not now.
    pub send_at: Option<DateTime<Utc>>,
    /// By which the same order is known when it comes again: it sends one message.
    pub idempotency_key: Option<String>,
}

/// An order that breaks no rule, apart from those that depend on what was said before.
struct Letter {
    to: PhoneNumber,
    channel: Channel,
    body: String,
    media_urls: Vec<String>,
    customer: Option<Customer>,
    template: Option<(Template, BTreeMap<String, String>)>,
    send_at: Option<DateTime<Utc>>,
}

impl MessageOrder {
    /// Which message it is: always the same one for the same key of the same person.
    fn id(&self, caller: &Caller) -> MessageId {
        match self.idempotency_key.as_deref().map(str::trim).filter(|key| !key.is_empty()) {
            Some(key) => Uuid::new_v5(&caller.user.into(), key.as_bytes()).into(),
            None => MessageId::generate(),
        }
    }
}

impl Texting {
    /// Sends a message, or will at its time. Who sends it has seen what came in before.
    ///
    /// [`Error::OptedOut`] if they want no texts, [`Error::OutsideWindow`] if on WhatsApp nothing but an agreed template may be
    /// sent now, [`Error::Twilio`] if Twilio refused, and then the message has failed. While Twilio's answer is unknown, or it
    /// cannot be reached, the message is there, and what becomes of it is told.
    pub async fn send(&self, caller: &Caller, order: MessageOrder) -> Result<MessageId, Error> {
        let account = self.parts.accounts.account(caller.scope).await?;
        let mut tx = self.parts.store.begin(caller.scope).await?;
        let organization = people::organization(tx.as_mut()).await?;
        let person = tx.user(caller.user).await?.ok_or(Error::NotFound("user"))?;
        let id = order.id(caller);
        let known = tx.message(id).await?;
        // The same order is as good as when it first came.
        let now = match &known {
            Some(known) => known.created_at,
            None => tx.now().await?,
        };
        let letter = read(tx.as_mut(), &account, &organization, &person, order, now).await?;
        if let Some(known) = known {
            return letter.again(&known);
        }
        let peer = Party::phone(letter.to.clone());
        let mut conversation = tx.open_conversation(&peer, now).await?;
        let from = account.texts_from(conversation.last_number.as_deref()).to_owned();
        may_send(tx.as_mut(), &account, &letter, &from, &conversation, now).await?;
        let mut message = letter.message(id, &person, from, &conversation, now);
        if message.progress == Progress::Unknown {
            conversation.take_in(&mut message);
        }
        if !tx.insert_message(&message).await? {
            // The same key, at the same time.
            return letter.again(&tx.message(id).await?.ok_or(Error::ChangedMeanwhile)?);
        }
        tx.update_conversation(&conversation).await?;
        tx.note_seen_inbound(conversation.id, caller.user, conversation.inbound_count).await?;
        let made = Note { at: now, what: What::Made, by: Some(caller.user), detail: None };
        tx.note(id.into(), &[made]).await?;
        tx.commit().await?;
        if message.progress == Progress::Unknown {
            self.hand_over(caller.scope, &account, message).await?;
        }
        Ok(id)
    }

    /// What the organisation sends with.
    pub(crate) async fn account(&self, scope: OrgScope) -> Result<Account, Error> {
        self.parts.accounts.account(scope).await
    }

    /// Writes a text that is sent by itself, an answer to what somebody wrote, at the end of the conversation that was opened:
    /// once for each id, and none to those who may not be texted. Once that is committed it is to be
    /// [handed over](Self::hand_over_answer).
    pub(crate) async fn write_answer(
        &self,
        tx: &mut dyn OrgTx,
        account: &Account,
        mut conversation: Conversation,
        id: MessageId,
        to: &Message,
        body: &str,
    ) -> Result<Option<Message>, Error> {
        let now = tx.now().await?;
        let candidates = senders(to.channel, &to.to, account.messaging_service_sid.as_deref());
        let standing = Standing::of(&tx.consents(&candidates, &to.from).await?);
        if matches!(standing, Standing::Out { .. }) {
            return Ok(None);
        }
        let letter = Letter {
            to: PhoneNumber::from_e164(to.from.clone()),
            channel: to.channel,
            body: body.to_owned(),
            media_urls: Vec::new(),
            customer: None,
            template: None,
            send_at: None,
        };
        let mut message = letter.message_from(id, to.to.clone(), &conversation, now);
        message.customer.clone_from(&to.customer);
        conversation.take_in(&mut message);
        if !tx.insert_message(&message).await? {
            return Ok(None);
        }
        tx.update_conversation(&conversation).await?;
        tx.note(id.into(), &[Note { at: now, what: What::Made, by: None, detail: None }]).await?;
        Ok(Some(message))
    }

    /// Hands such a text to Twilio. A refusal is told with the message, and there is nobody else to tell it to.
    pub(crate) async fn hand_over_answer(
        &self,
        scope: OrgScope,
        account: &Account,
        message: Message,
    ) -> Result<(), Error> {
        match self.hand_over(scope, account, message).await {
            Err(Error::Twilio(_) | Error::OptedOut { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Refuses what must not be sent to somebody now.
async fn may_send(
    tx: &mut dyn OrgTx,
    account: &Account,
    letter: &Letter,
    from: &str,
    conversation: &Conversation,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let candidates = senders(letter.channel, from, account.messaging_service_sid.as_deref());
    let standing = Standing::of(&tx.consents(&candidates, letter.to.as_str()).await?);
    if let Standing::Out { since } = standing {
        return Err(Error::OptedOut { since });
    }
    let sent_at = letter.send_at.unwrap_or(now);
    let is_free = conversation.whatsapp_until().is_some_and(|until| sent_at < until);
    if letter.channel == Channel::WhatsApp && !is_free && letter.agreed().is_none() {
        return Err(Error::OutsideWindow { since: conversation.whatsapp_until() });
    }
    Ok(())
}

/// Reads an order, with everything that is wrong with it.
async fn read(
    tx: &mut dyn OrgTx,
    account: &Account,
    organization: &Organization,
    person: &User,
    order: MessageOrder,
    now: DateTime<Utc>,
) -> Result<Letter, Error> {
    let mut check = Check::default();
    let (to, channel) = addressee(&mut check, &order, organization.region);
    if to.as_ref().is_some_and(|to| account.numbers.contains(to)) {
        check.refuse("to", "is a number of this organization");
    }
    let customer = customers::named(tx, &mut check, order.contact_id, order.lead_id).await?;
    let customer = match (customer, &to) {
        (None, Some(to)) => tx.customer_by_phone(to).await?,
        (known, _) => known,
    };
    let template = match order.template_id {
        Some(id) => tx.template(id).await?.filter(|template| template.is_active),
        None => None,
    };
    if order.template_id.is_some() && template.is_none() {
        check.refuse("templateId", "is not known");
    }
    let values = values(organization, person, customer.as_ref(), &order.variables);
    let mut body = match order.body.as_deref().filter(|body| !body.trim().is_empty()) {
        Some(body) => Some(body.to_owned()),
        None => template.as_ref().and_then(|template| fill(&mut check, template, &values)),
    };
    if let Some(text) = &body {
        if text.contains('\0') {
            check.refuse("body", "must not contain U+0000");
        }
        if text.chars().count() > LONGEST {
            check.refuse("body", format!("must be at most {LONGEST} characters"));
        }
    } else if order.media_urls.is_empty() && template.is_none() {
        check.refuse("body", "is required");
    }
    enclose(tx, &mut check, &order.media_urls).await?;
    if order.send_at.is_some_and(|at| at <= now || at > now + FURTHEST) {
        check.refuse("sendAt", "must be a moment of the coming year");
    }
    check.optional("Idempotency-Key", order.idempotency_key.as_deref(), check::LINE);
    check.finish()?;
    let to = to.ok_or_else(|| Error::invalid("to", "must be a phone number"))?;
    Ok(Letter {
        to,
        channel,
        body: body.take().unwrap_or_default(),
        media_urls: order.media_urls,
        customer,
        template: template.map(|template| (template, values)),
        send_at: order.send_at,
    })
}

fn addressee(check: &mut Check, order: &MessageOrder, region: Region) -> (Option<PhoneNumber>, Channel) {
    let text = order.to.as_deref().map(str::trim).unwrap_or_default();
    let (text, prefixed) = match text.strip_prefix("whatsapp:") {
        Some(rest) => (rest, Some("whatsapp")),
        None => (text, None),
    };
    let words = [Channel::Sms.as_str(), Channel::WhatsApp.as_str()];
    let channel = check.one_of("channel", prefixed.or(order.channel.as_deref()), &words);
    if text.is_empty() {
        check.refuse("to", "is required");
    }
    let to = check.phone("to", Some(text), region).map(|(_, phone)| phone);
    (to, channel.and_then(Channel::parse).unwrap_or(Channel::Sms))
}

/// What a template's gaps are filled with: what is known of customer and sender, and what was typed for it.
fn values(
    organization: &Organization,
    person: &User,
    customer: Option<&Customer>,
    typed: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let known = |name: &str, value: String| (name.to_owned(), value);
    let mut values = BTreeMap::from([
        known("organization", organization.name.clone()),
        known("agent_name", person.person().name),
        known("agent_first_name", person.first_name.clone()),
    ]);
    if let Some(customer) = customer {
        values.extend([
            known("first_name", customer.first_name.clone()),
            known("last_name", customer.last_name.clone()),
            known("name", customer.name()),
            known("company", customer.company.clone().unwrap_or_default()),
        ]);
    }
    // Better said than a greeting without a name.
    values.retain(|_, value| !value.is_empty());
    values.extend(typed.clone());
    values
}

fn fill(check: &mut Check, template: &Template, values: &BTreeMap<String, String>) -> Option<String> {
    match template.fill(values) {
        Ok(body) => Some(body),
        Err(missing) => {
            missing.iter().for_each(|gap| check.refuse(&format!("variables.{gap}"), "is required"));
            None
        }
    }
}

impl Letter {
    /// The message that its key was first used for, if that is what it orders; or the refusal that came of it.
    fn again(&self, known: &Message) -> Result<MessageId, Error> {
        let micros = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp_micros());
        let is_same = known.to == self.to.as_str()
            && (known.channel, &known.body, &known.media_urls)
                == (self.channel, &self.body, &self.media_urls)
            && micros(known.send_at) == micros(self.send_at);
        match (is_same, known.refusal()) {
            (false, _) => Err(Error::Taken("Idempotency-Key")),
            (true, Some(refusal)) => Err(refused(refusal, known)),
            (true, None) => Ok(known.id),
        }
    }

    /// What is sent in place of the text on WhatsApp, if that was agreed and nobody wrote another, or hung anything on it.
    fn agreed(&self) -> Option<AgreedText> {
        let may_be = self.channel == Channel::WhatsApp && self.media_urls.is_empty();
        let (template, values) = self.template.as_ref().filter(|_| may_be)?;
        let sid =
            template.content_sid.clone().filter(|_| template.fill(values).as_ref() == Ok(&self.body))?;
        let value = |gap: &str| (gap.to_owned(), values.get(gap).cloned().unwrap_or_default());
        Some(AgreedText { sid, variables: template.gaps().into_iter().map(value).collect() })
    }

    fn message(
        &self,
        id: MessageId,
        person: &User,
        from: String,
        conversation: &Conversation,
        now: DateTime<Utc>,
    ) -> Message {
        Message { sender: Some(person.person()), ..self.message_from(id, from, conversation, now) }
    }

    /// The message, in hand; or waiting for its time.
    fn message_from(
        &self,
        id: MessageId,
        from: String,
        conversation: &Conversation,
        now: DateTime<Utc>,
    ) -> Message {
        let is_later = self.send_at.is_some();
        Message {
            id,
            version: 0,
            sid: None,
            direction: Direction::Outbound,
            channel: self.channel,
            conversation: conversation.id,
            position: None,
            from,
            to: self.to.to_string(),
            body: self.body.clone(),
            agreed: self.agreed(),
            template: self.template.as_ref().map(|(template, _)| template.id),
            media_urls: self.media_urls.clone(),
            segments: segments(&self.body),
            customer: self.customer.clone().map(CustomerRef::from),
            sender: None,
            progress: if is_later { Progress::Scheduled } else { Progress::Unknown },
            fault: None,
            send_at: self.send_at,
            handed_at: (!is_later).then_some(now),
            sent_at: None,
            delivered_at: None,
            created_at: now,
            updated_at: now,
            price: None,
            tries: 0,
            due_at: Some(self.send_at.unwrap_or(now + IN_HAND)),
        }
    }
}
