use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::join_all;
use switchboard_domain::Error;
use switchboard_domain::auto_responses::{
    AutoResponse, AutoResponseForm, AutoResponses, MOST, MOST_AN_HOUR, Trigger,
};
use switchboard_domain::customers::CustomerKind;
use switchboard_domain::ids::AutoResponseId;
use switchboard_domain::lines::{LineForm, OpeningForm};
use switchboard_domain::messages::{
    Channel, InboundMessage, Message, MessageFilter, MessageRecord, Progress, Received,
};
use switchboard_domain::party::Party;
use switchboard_domain::people::OrganizationForm;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{Clock, Content, MessageStatus, NewMessage, Sender, Store};
use switchboard_domain::testing::fixtures::{self, Planted, auto_response};
use switchboard_domain::testing::{Asked, Outcome};
use switchboard_domain::texting::{Parts, Texting};
use tokio::time::timeout;

use crate::world::{World, twilio_accounts};

const THEM: &str = "+16475550100";

/// An organisation with rules.
struct Desk {
    world: World,
    org: Planted,
    auto_responses: AutoResponses,
    texts: std::cell::Cell<u32>,
}

fn typed(text: &str) -> Option<Option<String>> {
    Some(Some(text.to_owned()))
}

fn form(trigger: &str, body: &str) -> AutoResponseForm {
    AutoResponseForm { trigger: typed(trigger), body: typed(body), ..AutoResponseForm::default() }
}

fn on_keyword(keyword: &str, body: &str) -> AutoResponseForm {
    AutoResponseForm { keyword: typed(keyword), ..form("keyword", body) }
}

/// With a desk behind the same doors as the other's.
fn auto_responses(world: &World) -> AutoResponses {
    let texting = Texting::new(Parts {
        store: world.store.clone(),
        clock: world.clock.clone(),
        accounts: Arc::new(twilio_accounts(&world.store, world.twilio.clone(), &world.clock)),
        messaging: world.twilio.clone(),
        media: world.media.clone(),
    });
    let (store, clock) = (world.store.clone(), world.clock.clone());
    AutoResponses::new(store.clone(), store, clock, Arc::new(texting))
}

impl Desk {
    async fn with(rules: Vec<AutoResponseForm>) -> Self {
        let world = World::new();
        let org = world.plant().await;
        let auto_responses = auto_responses(&world);
        let desk = Self { org, auto_responses, world, texts: 0.into() };
        for rule in rules {
            desk.create(rule).await.expect("a rule");
        }
        desk
    }

    async fn create(&self, form: AutoResponseForm) -> Result<AutoResponse, Error> {
        self.auto_responses.create(&self.org.caller(&self.org.admin), form).await
    }

    /// A text from the usual customer to the organisation's number.
    fn text(&self, body: &str) -> InboundMessage {
        self.texts.set(self.texts.get() + 1);
        let to = Party::phone(self.org.number.clone());
        InboundMessage { to, ..fixtures::text(&format!("SM{}", self.texts.get()), body) }
    }

    async fn receive(&self, inbound: InboundMessage) -> Received {
        let received = self.world.messages.receive(self.org.scope, inbound, self.world.clock.now()).await;
        received.expect("receive").expect("it is new")
    }

    /// What Twilio is given after this came in.
    async fn hears(&self, inbound: InboundMessage) -> Vec<NewMessage> {
        let received = self.receive(inbound).await;
        self.auto_responses.respond(self.org.scope, &received).await.expect("respond");
        self.sent()
    }

    fn sent(&self) -> Vec<NewMessage> {
        let send = |asked| match asked {
            Asked::Send(message) => Some(message),
            _ => None,
        };
        self.world.twilio.asked().into_iter().filter_map(send).collect()
    }

    /// What is answered to these words of the usual customer.
    async fn answers(&self, body: &str) -> Option<String> {
        let mut sent = self.hears(self.text(body)).await;
        assert!(sent.len() <= 1, "{sent:?}");
        sent.pop().map(words)
    }

    async fn messages(&self) -> Vec<Message> {
        let caller = self.org.caller(&self.org.agent);
        let (records, _) =
            self.world.messages.list(&caller, &MessageFilter::default(), 100, 0).await.expect("list");
        records.into_iter().map(|MessageRecord { message, .. }| message).collect()
    }

    fn wait(&self, time: TimeDelta) {
        self.world.clock.advance(time);
    }
}

fn words(message: NewMessage) -> String {
    match message.content {
        Content::Text { body, .. } => body,
        Content::Template { .. } => panic!("a text"),
    }
}

#[tokio::test]
async fn a_keyword_is_answered_from_the_number_it_was_sent_to() {
    let desk =
        Desk::with(vec![on_keyword("Opening hours", "Hi {{first_name}}: {{organization}}, 9 to 5")]).await;
    let sent = desk.hears(desk.text(" OPENING hours\n")).await;
    let [message] = sent.as_slice() else { panic!("one: {sent:?}") };
    assert_eq!(message.to, THEM);
    assert_eq!(message.from, Sender::Address(desk.org.number.to_string()));
    assert_eq!(words(message.clone()), "Hi: Acme, 9 to 5");
    let messages = desk.messages().await;
    let answer = messages.iter().find(|message| message.sid.as_deref() != Some("SM1")).expect("stored");
    assert_eq!((answer.sender.as_ref(), answer.position, answer.peer()), (None, Some(2), THEM));
    assert!(answer.customer.is_some(), "it is beside what they wrote");
    assert_eq!(desk.answers("opening hours?").await, None, "that says more");
}

#[tokio::test]
async fn whoever_is_known_is_called_by_name() {
    let desk = Desk::with(vec![on_keyword("hi", "Hello {{first_name}}, {{name}}!")]).await;
    let mut tx = desk.world.store.begin(desk.org.scope).await.expect("begin");
    tx.insert_customer(&fixtures::customer(CustomerKind::Contact, "Bo", THEM)).await.expect("insert");
    tx.commit().await.expect("commit");
    assert_eq!(desk.answers("hi").await.as_deref(), Some("Hello Bo, Bo Doe!"));
}

#[tokio::test]
async fn what_is_asked_for_twice_is_answered_once() {
    let desk = Desk::with(vec![on_keyword("hours", "9 to 5")]).await;
    let received = desk.receive(desk.text("hours")).await;
    let elsewhere = auto_responses(&desk.world);
    for server in [&desk.auto_responses, &elsewhere, &elsewhere] {
        server.respond(desk.org.scope, &received).await.expect("respond");
        desk.wait(TimeDelta::hours(1)); // nothing rests any more
    }
    assert_eq!(desk.sent().len(), 1);
}

#[tokio::test]
async fn servers_that_are_asked_at_once_answer_once() {
    let desk = Desk::with(vec![on_keyword("hours", "9 to 5")]).await;
    let (one, other) = (desk.receive(desk.text("hours")).await, desk.receive(desk.text("Hours")).await);
    let elsewhere = auto_responses(&desk.world);
    let (here, there) = tokio::join!(
        desk.auto_responses.respond(desk.org.scope, &one),
        elsewhere.respond(desk.org.scope, &other)
    );
    here.and(there).expect("respond");
    assert_eq!(desk.sent().len(), 1, "it rests in the conversation, whoever answered");
}

/// Longer than a text is in the hands of whoever took it in.
const A_WHILE: TimeDelta = TimeDelta::seconds(20);

#[tokio::test]
async fn what_a_server_left_when_it_died_is_answered_once_by_another() {
    let desk = Desk::with(vec![form("new_lead", "Welcome"), on_keyword("hours", "9 to 5")]).await;
    let left = desk.receive(desk.text("hello")).await;
    let (one, other) = (auto_responses(&desk.world), auto_responses(&desk.world));
    one.catch_up(desk.org.scope).await.expect("catch up");
    assert_eq!(desk.sent(), [], "whoever took it in may still be at it");
    desk.wait(A_WHILE);
    for _ in 0..3 {
        let (here, there) = tokio::join!(one.catch_up(desk.org.scope), other.catch_up(desk.org.scope));
        assert!(here.and(there).expect("catch up").is_empty());
        desk.wait(A_WHILE);
    }
    desk.auto_responses.respond(desk.org.scope, &left).await.expect("it was not dead");
    assert_eq!(desk.sent().into_iter().map(words).collect::<Vec<_>>(), ["Welcome"]);
}

#[tokio::test]
async fn what_was_looked_at_is_left_to_nobody() {
    let desk = Desk::with(vec![on_keyword("hours", "9 to 5")]).await;
    assert!(desk.answers("hours").await.is_some());
    desk.hears(desk.text("which hours?")).await;
    desk.receive(desk.text("STOP")).await;
    desk.wait(A_WHILE);
    let mut tx = desk.world.store.begin(desk.org.scope).await.expect("begin");
    assert_eq!(tx.take_unanswered(desk.world.clock.now(), 9).await.expect("take"), []);
}

#[tokio::test]
async fn an_answer_that_would_come_too_late_never_comes() {
    let desk = Desk::with(vec![on_keyword("hours", "9 to 5")]).await;
    desk.receive(desk.text("hours")).await;
    desk.wait(TimeDelta::minutes(6));
    for _ in 0..2 {
        assert!(desk.auto_responses.catch_up(desk.org.scope).await.expect("catch up").is_empty());
        desk.wait(A_WHILE);
    }
    assert_eq!(desk.sent(), []);
    let mut tx = desk.world.store.begin(desk.org.scope).await.expect("begin");
    assert_eq!(
        tx.take_unanswered(desk.world.clock.now(), 9).await.expect("take"),
        [],
        "it is left to people"
    );
}

#[tokio::test]
async fn an_organisation_that_has_to_wait_for_the_database_keeps_nobody_else_waiting() {
    let desk = Desk::with(vec![on_keyword("hours", "9 to 5")]).await;
    let mut waiting = Vec::new();
    for _ in 0..150 {
        waiting.push(desk.receive(desk.text("hours")).await);
    }
    let neighbour = desk.world.plant().await;
    let rule = on_keyword("hours", "10 to 6");
    desk.auto_responses.create(&neighbour.caller(&neighbour.admin), rule).await.expect("a rule");
    let text = InboundMessage { to: Party::phone(neighbour.number.clone()), ..desk.text("hours") };
    let received = desk.world.messages.receive(neighbour.scope, text, desk.world.clock.now()).await;
    let received = received.expect("receive").expect("it is new");
    let all_turns = desk.world.store.begin(desk.org.scope).await.expect("begin");
    let respond = |received| desk.auto_responses.respond(desk.org.scope, received);
    let mut ours = Box::pin(join_all(waiting.iter().map(respond)));
    assert!(ours.as_mut().now_or_never().is_none());
    let theirs = desk.auto_responses.respond(neighbour.scope, &received);
    timeout(Duration::from_secs(20), theirs).await.expect("at once").expect("respond");
    assert_eq!(desk.sent().into_iter().map(words).collect::<Vec<_>>(), ["10 to 6"]);
    drop(all_turns);
    ours.await.into_iter().for_each(|responded| responded.expect("respond"));
    assert_eq!(desk.sent().into_iter().map(words).collect::<Vec<_>>(), ["9 to 5"], "and then they are");
}

#[tokio::test]
async fn words_about_consent_are_twilios_to_answer() {
    let desk = Desk::with(vec![form("new_lead", "Welcome"), on_keyword("hours", "9 to 5")]).await;
    for word in ["HELP", "start", "Stop"] {
        assert_eq!(desk.answers(word).await, None, "{word}");
    }
    assert_eq!(desk.answers("hours").await, None, "they want no texts");
    assert_eq!(desk.answers("UNSTOP").await, None);
    assert_eq!(desk.answers("hours").await.as_deref(), Some("9 to 5"), "and now they want them");
    let named = InboundMessage { opt_out: Some("HELP".to_owned()), ..desk.text("hours") };
    desk.wait(TimeDelta::hours(1));
    assert_eq!(desk.hears(named).await, [], "Twilio knows its own words");
}

#[tokio::test]
async fn nobody_is_answered_who_is_no_person_outside() {
    let desk = Desk::with(vec![form("new_lead", "Welcome"), on_keyword("hours", "9 to 5")]).await;
    let neighbour = desk.world.plant().await;
    for from in [
        Party::other("12345"),
        Party::other("ACME"),
        Party::other("anonymous"),
        Party::phone(desk.org.number.clone()),
        Party::phone(neighbour.number.clone()),
    ] {
        let text = InboundMessage { from: from.clone(), ..desk.text("hours") };
        assert_eq!(desk.hears(text).await, [], "{from:?}");
    }
}

#[tokio::test]
async fn outside_business_hours_is_by_the_clocks_of_the_organisation() {
    let desk = Desk::with(vec![form("closed", "We are away")]).await;
    assert_eq!(desk.answers("hello").await, None, "a number without hours is always open");
    // It is noon of a Thursday in UTC, and half past five in the afternoon in Kolkata.
    let opening = |from: &str, to: &str| OpeningForm {
        day: typed("thursday").flatten(),
        from: typed(from).flatten(),
        to: typed(to).flatten(),
    };
    let hours = LineForm { hours: Some(vec![opening("09:00", "17:00")]), ..LineForm::default() };
    let admin = desk.org.caller(&desk.org.admin);
    desk.world.lines.save(&admin, desk.org.number.as_str(), hours).await.expect("a line");
    assert_eq!(desk.answers("hello").await, None, "noon is within them");
    let kolkata =
        OrganizationForm { timezone: typed("Asia/Kolkata").flatten(), ..OrganizationForm::default() };
    desk.world.people.update_organization(&admin, kolkata).await.expect("a zone");
    assert_eq!(desk.answers("hello").await.as_deref(), Some("We are away"));
    let elsewhere = InboundMessage { to: fixtures::text("SM", "").to, ..desk.text("hello") };
    let other = Party::phone(PhoneNumber::from_e164("+16475550177"));
    assert_eq!(
        desk.hears(InboundMessage { from: other, ..elsewhere }).await,
        [],
        "another number has no hours"
    );
    desk.wait(TimeDelta::hours(7));
    assert_eq!(desk.answers("hello").await, None, "they know");
    desk.wait(TimeDelta::hours(1));
    assert_eq!(desk.answers("hello").await.as_deref(), Some("We are away"));
}

#[tokio::test]
async fn a_new_lead_is_welcomed_once_and_whoever_is_known_is_not() {
    let desk = Desk::with(vec![form("new_lead", "Welcome to {{organization}}")]).await;
    assert_eq!(desk.answers("hello").await.as_deref(), Some("Welcome to Acme"));
    desk.wait(TimeDelta::days(1));
    assert_eq!(desk.answers("hello again").await, None);
}

#[tokio::test]
async fn whatsapp_is_answered_on_whatsapp() {
    let desk = Desk::with(vec![on_keyword("hours", "9 to 5")]).await;
    let text = InboundMessage { channel: Channel::WhatsApp, ..desk.text("hours") };
    let sent = desk.hears(text).await;
    let [message] = sent.as_slice() else { panic!("one: {sent:?}") };
    assert_eq!(message.to, format!("whatsapp:{THEM}"));
    assert_eq!(message.from, Sender::Address(format!("whatsapp:{}", desk.org.number)));
}

#[tokio::test]
async fn a_rule_that_is_off_or_gone_answers_nothing() {
    let desk = Desk::with(vec![]).await;
    let admin = desk.org.caller(&desk.org.admin);
    let rule = desk.create(on_keyword("hours", "9 to 5")).await.expect("a rule");
    let off = AutoResponseForm { is_active: Some(false), ..AutoResponseForm::default() };
    desk.auto_responses.update(&admin, rule.id, off).await.expect("update");
    assert_eq!(desk.answers("hours").await, None);
    let on = AutoResponseForm { is_active: Some(true), ..AutoResponseForm::default() };
    let changed = desk.auto_responses.update(&admin, rule.id, on).await.expect("update");
    assert_eq!(AutoResponse { updated_at: rule.updated_at, ..changed }, rule, "the rest stayed");
    assert_eq!(desk.answers("hours").await.as_deref(), Some("9 to 5"));
    desk.auto_responses.delete(&admin, rule.id).await.expect("delete");
    desk.wait(TimeDelta::hours(1));
    assert_eq!(desk.answers("hours").await, None);
}

#[tokio::test]
async fn whatever_the_rules_an_address_gets_few_answers_an_hour() {
    let keywords = ["one", "two", "three", "four", "five", "six"];
    let desk = Desk::with(keywords.map(|word| on_keyword(word, &format!("that is {word}"))).into()).await;
    let mut answered = Vec::new();
    for word in keywords {
        answered.extend(desk.answers(word).await);
        desk.wait(TimeDelta::minutes(1));
    }
    assert_eq!(answered, ["that is one", "that is two", "that is three", "that is four"]);
    let other = Party::phone(PhoneNumber::from_e164("+16475550177"));
    let text = InboundMessage { from: other, ..desk.text("five") };
    assert_eq!(desk.hears(text).await.len(), 1, "somebody else is another matter");
    desk.wait(TimeDelta::minutes(54));
    assert_eq!(desk.answers("five").await.as_deref(), Some("that is five"), "an hour after the first");
    assert_eq!(desk.answers("six").await, None, "and no more until the second is an hour old");
}

#[tokio::test]
async fn a_text_that_was_told_too_late_is_left_to_people() {
    let desk = Desk::with(vec![on_keyword("hours", "9 to 5")]).await;
    for (late, answers) in [(TimeDelta::minutes(6), 0), (TimeDelta::minutes(4), 1)] {
        let told_at = desk.world.clock.now();
        desk.wait(late);
        let received = desk.world.messages.receive(desk.org.scope, desk.text("hours"), told_at).await;
        let received = received.expect("receive").expect("it is new");
        desk.auto_responses.respond(desk.org.scope, &received).await.expect("respond");
        assert_eq!(desk.sent().len(), answers, "{late}");
    }
}

#[tokio::test]
async fn a_robot_that_sends_our_answers_back_gets_no_other() {
    let desk = Desk::with(vec![on_keyword("ping", "pong"), on_keyword("pong", "ping")]).await;
    assert_eq!(desk.answers("ping").await.as_deref(), Some("pong"));
    assert_eq!(desk.answers("pong").await, None);
}

/// Two desks of different installations, each of which answers whatever the other says.
#[tokio::test]
async fn two_desks_that_answer_one_another_stop_by_themselves() {
    let keywords = ["zero", "one", "two", "three", "four", "five", "six", "seven"];
    let next = |at: usize| keywords[(at + 1) % keywords.len()];
    let rules = || keywords.iter().enumerate().map(|(at, word)| on_keyword(word, next(at))).collect();
    let desks = [Desk::with(rules()).await, Desk::with(rules()).await];
    let (mut said, mut said_so_far) = ("zero".to_owned(), 0);
    for turn in 0.. {
        let (desk, other) = (&desks[turn % 2], &desks[(turn + 1) % 2]);
        let from = Party::phone(other.org.number.clone());
        let text = InboundMessage { from, ..desk.text(&said) };
        let Some(answer) = desk.hears(text).await.pop() else { break };
        said = words(answer);
        said_so_far += 1;
        assert!(said_so_far <= 2 * MOST_AN_HOUR, "they go on and on");
    }
    assert_eq!(said_so_far, 2 * MOST_AN_HOUR, "each said what it may in an hour");
}

#[tokio::test]
async fn an_answer_that_twilio_does_not_take_shows_it() {
    let desk = Desk::with(vec![on_keyword("hours", "9 to 5"), on_keyword("price", "5")]).await;
    desk.world.twilio.next(Outcome::refused(400, 21_211, "no such number"));
    desk.hears(desk.text("hours")).await;
    let of = |messages: Vec<Message>, body: &str| {
        messages.into_iter().find(|message| message.body == body).expect("the answer").progress
    };
    assert_eq!(of(desk.messages().await, "9 to 5"), Progress::Told(MessageStatus::Failed));
    desk.world.twilio.set_away(true);
    desk.hears(desk.text("price")).await;
    assert_eq!(of(desk.messages().await, "5"), Progress::Pending, "it is sent when Twilio is back");
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_told_by_field() {
    let desk = Desk::with(vec![]).await;
    let neighbour = desk.world.plant().await;
    let on_number = |number: &str| AutoResponseForm { number: typed(number), ..form("closed", "away") };
    for (fields, form) in [
        (vec!["trigger", "body"], AutoResponseForm::default()),
        (vec!["trigger"], form("sometimes", "hello")),
        (vec!["keyword"], form("keyword", "hello")),
        (vec!["keyword"], on_keyword(" stop ", "hello")),
        (vec!["keyword"], on_keyword("Unstop", "hello")),
        (vec!["keyword"], on_keyword("info", "hello")),
        (vec!["keyword"], on_keyword(&"x".repeat(101), "hello")),
        (vec!["keyword"], AutoResponseForm { keyword: typed("hours"), ..form("closed", "hello") }),
        (vec!["number"], on_number("+16475550100")),
        (vec!["number"], on_number(neighbour.number.as_str())),
        (vec!["number"], on_number("nonsense")),
        (vec!["body"], form("new_lead", " ")),
        (vec!["body"], form("new_lead", &"x".repeat(1601))),
        (vec!["body"], form("new_lead", "hello {{company}}")),
    ] {
        let refused = desk.create(form.clone()).await;
        let Err(Error::Invalid(errors)) = refused else { panic!("{form:?}: {refused:?}") };
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), fields, "{form:?}");
    }
    let here = on_number(desk.org.number.as_str());
    assert_eq!(desk.create(here.clone()).await.expect("one's own").number, Some(desk.org.number.clone()));
    assert!(matches!(desk.create(here).await, Err(Error::Taken(_))));
    desk.create(on_keyword("Hours", "9 to 5")).await.expect("a keyword");
    assert!(matches!(desk.create(on_keyword("hOURS", "x")).await, Err(Error::Taken("keyword"))));
}

#[tokio::test]
async fn a_rule_changes_its_trigger_whole() {
    let desk = Desk::with(vec![]).await;
    let admin = desk.org.caller(&desk.org.admin);
    let rule = desk.create(on_keyword("hours", "9 to 5")).await.expect("a rule");
    let change = |form| desk.auto_responses.update(&admin, rule.id, form);
    let to = |trigger: &str| AutoResponseForm { trigger: typed(trigger), ..AutoResponseForm::default() };
    assert_eq!(change(to("keyword")).await.expect("update").trigger, rule.trigger, "it has one");
    assert_eq!(change(to("closed")).await.expect("update").trigger, Trigger::Closed);
    assert!(matches!(change(to("keyword")).await, Err(Error::Invalid(_))), "it has none any more");
    let gone = AutoResponseId::generate();
    let nothing = desk.auto_responses.update(&admin, gone, AutoResponseForm::default()).await;
    assert!(matches!(nothing, Err(Error::NotFound(_))));
    assert!(matches!(desk.auto_responses.delete(&admin, gone).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn there_are_only_so_many_rules() {
    let desk = Desk::with(vec![]).await;
    let mut tx = desk.world.store.begin(desk.org.scope).await.expect("begin");
    for n in 0..MOST {
        let rule = auto_response(&desk.org.admin, Trigger::Keyword(format!("word {n}")), "hello");
        tx.insert_auto_response(&rule).await.expect("insert");
    }
    tx.commit().await.expect("commit");
    assert!(matches!(desk.create(on_keyword("one more", "hello")).await, Err(Error::Invalid(_))));
}
