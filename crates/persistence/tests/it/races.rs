//! What happens when everybody asks at once, decided by PostgreSQL.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use switchboard_domain::Error;
use switchboard_domain::access::Role;
use switchboard_domain::auto_responses::{AutoResponses, Trigger};
use switchboard_domain::calls::{Calls, InboundCall};
use switchboard_domain::customers::{CustomerFilter, CustomerForm, CustomerKind, Customers};
use switchboard_domain::invitations::{InvitationForm, Invitations};
use switchboard_domain::media::{self, Media};
use switchboard_domain::messages::{Channel, InboundMessage, Message, Messages, Progress, Report};
use switchboard_domain::party::Party;
use switchboard_domain::people::{NewUser, People, User, UserForm};
use switchboard_domain::phone::{PhoneNumber, Region};
use switchboard_domain::ports::{Directory, MessageStatus, PreviousToken, SecretField, Store, Vault};
use switchboard_domain::resealing::Resealing;
use switchboard_domain::sessions::{AcceptanceForm, Policy, Sessions};
use switchboard_domain::signatures::{ModeChange, SignatureMode};
use switchboard_domain::testing::fixtures::{self, Planted, append, noon, plant};
use switchboard_domain::testing::{
    Asked, FakeTwilio, ManualClock, Outcome, PlainPasswords, PlainTokens, PlainVault, PlainVoiceTokens,
};
use switchboard_domain::texting::{self, MessageOrder, Texting};
use switchboard_domain::twilio_settings::{self, ApiKey, TwilioAccounts, TwilioSettings, WebhookUrls};
use switchboard_domain::uploads::Uploads;
use switchboard_persistence::PgStore;
use switchboard_persistence::testing::TestDatabase;
use tokio::time::timeout;

struct World {
    store: Arc<PgStore>,
    org: Planted,
    calls: Arc<Calls>,
    messages: Arc<Messages>,
}

impl World {
    async fn new() -> Self {
        let store = Arc::new(TestDatabase::create().await.store().await);
        let clock = Arc::new(ManualClock::new());
        Self {
            org: plant(store.as_ref()).await,
            calls: Arc::new(Calls::new(store.clone(), clock.clone())),
            messages: Arc::new(Messages::new(store.clone(), clock)),
            store,
        }
    }

    /// So many who answer calls.
    async fn hire(&self, count: usize) -> Vec<User> {
        let org = self.org.scope.org();
        let user = |n| fixtures::user(org, "Extra", "Hand", Role::User, &format!("{n}-{org}"));
        let users: Vec<_> = (0..count).map(user).collect();
        let mut tx = self.store.begin(self.org.scope).await.expect("begin");
        for user in &users {
            let new = NewUser { user: user.clone(), password_hash: Some("correct horse".to_owned()) };
            tx.insert_user(&new).await.expect("insert");
        }
        tx.commit().await.expect("commit");
        users
    }

    async fn log(&self) -> Vec<String> {
        let mut tx = self.store.begin(self.org.scope).await.expect("begin");
        tx.events_after(0, 5000).await.expect("read").into_iter().map(|entry| entry.name).collect()
    }
}

fn inbound(sid: &str) -> InboundCall {
    fixtures::inbound(sid, "+14155550123")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_accept_at_once_one_wins_a_thousand_times_over() {
    let world = World::new().await;
    let agents = [&world.org.admin, &world.org.agent];
    let mut wins = [0, 0];
    for round in 0..1000 {
        let sid = format!("CA{round}");
        world.calls.ring(world.org.scope, inbound(&sid)).await.expect("ring");
        let tries = agents.map(|agent| {
            let (calls, caller, sid) = (Arc::clone(&world.calls), world.org.caller(agent), sid.clone());
            #[expect(clippy::disallowed_methods, reason = "both are awaited below")]
            tokio::spawn(async move { calls.accept(&caller, &sid).await })
        });
        let [first, second] = tries;
        let results = [first.await.expect("no panic"), second.await.expect("no panic")];
        let winner = results.iter().position(Result::is_ok).expect("somebody wins");
        let Err(Error::AlreadyAccepted { by }) = &results[1 - winner] else { panic!("{results:?}") };
        assert_eq!(by.id, agents[winner].id);
        wins[winner] += 1;
    }
    assert_eq!(wins[0] + wins[1], 1000);
    let log = world.log().await;
    assert_eq!(log.iter().filter(|name| *name == "call-accepted").count(), 1000);
    assert_eq!(log.len(), 2000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_who_accept_at_once_one_wins_and_the_others_hear_who() {
    let world = World::new().await;
    let agents = world.hire(50).await;
    for round in 0..20 {
        let sid = format!("CA{round}");
        world.calls.ring(world.org.scope, inbound(&sid)).await.expect("ring");
        let mut tries = Vec::new();
        for agent in &agents {
            let (calls, caller, sid) = (Arc::clone(&world.calls), world.org.caller(agent), sid.clone());
            #[expect(clippy::disallowed_methods, reason = "all are awaited below")]
            tries.push(tokio::spawn(async move { calls.accept(&caller, &sid).await }));
        }
        let (mut winners, mut heard) = (Vec::new(), Vec::new());
        for (agent, attempt) in agents.iter().zip(tries) {
            match attempt.await.expect("no panic") {
                Ok(_) => winners.push(agent.id),
                Err(Error::AlreadyAccepted { by }) => heard.push(by.id),
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(winners.len(), 1, "round {round}");
        assert_eq!(heard, [winners[0]; 49], "round {round}");
    }
    let log = world.log().await;
    assert_eq!(log.iter().filter(|name| *name == "call-accepted").count(), 20);
    assert_eq!(log.len(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_delivery_told_twenty_times_at_once_is_one_row_and_one_event() {
    let world = World::new().await;
    let mut told = Vec::new();
    for n in 0..20 {
        let (calls, messages, scope) =
            (Arc::clone(&world.calls), Arc::clone(&world.messages), world.org.scope);
        #[expect(clippy::disallowed_methods, reason = "awaited below")]
        told.push(tokio::spawn(async move {
            calls.ring(scope, inbound("CA1")).await.expect("ring");
            let text = fixtures::text("SM1", &format!("delivery {n}"));
            messages.receive(scope, text, noon()).await.expect("receive");
        }));
    }
    for telling in told {
        telling.await.expect("no panic");
    }
    let mut log = world.log().await;
    log.sort();
    assert_eq!(log, ["incoming-call", "incoming-sms"]);
}

/// What a server sends texts with.
fn texting(store: &Arc<PgStore>, twilio: &Arc<FakeTwilio>) -> Arc<Texting> {
    let clock = Arc::new(ManualClock::new());
    let accounts = Arc::new(TwilioAccounts::new(twilio_settings::Parts {
        store: store.clone(),
        directory: store.clone(),
        vault: Arc::new(PlainVault::default()),
        provisioning: twilio.clone(),
        voice_tokens: Arc::new(PlainVoiceTokens),
        clock: clock.clone(),
        urls: WebhookUrls::under("https://desk.example"),
        voice_token_ttl: TimeDelta::hours(1),
    }));
    let media = Media::new(media::Parts {
        store: store.clone(),
        tokens: Arc::new(PlainTokens::default()),
        accounts: accounts.clone(),
        recordings: twilio.clone(),
        clock: clock.clone(),
        base: "https://desk.example".to_owned(),
    });
    Arc::new(Texting::new(texting::Parts {
        store: store.clone(),
        clock,
        accounts,
        messaging: twilio.clone(),
        media: Arc::new(media),
    }))
}

fn sends(twilio: &FakeTwilio) -> usize {
    twilio.asked().iter().filter(|asked| matches!(asked, Asked::Send(_))).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_twenty_orders_with_one_key_at_once_one_is_sent() {
    let world = World::new().await;
    let twilio = Arc::new(FakeTwilio::new());
    let servers = [texting(&world.store, &twilio), texting(&world.store, &twilio)];
    for (round, (to, is_one)) in [("+16475550100", true), ("+1647555010", false)].into_iter().enumerate() {
        let mut tries = Vec::new();
        for n in 0..20 {
            let to = if is_one { to.to_owned() } else { format!("{to}{}", n % 10) };
            let (texting, caller) = (Arc::clone(&servers[n % 2]), world.org.caller(&world.org.agent));
            let order = MessageOrder {
                to: Some(to),
                body: Some("hi".to_owned()),
                idempotency_key: Some(round.to_string()),
                ..MessageOrder::default()
            };
            #[expect(clippy::disallowed_methods, reason = "all are awaited below")]
            tries.push(tokio::spawn(async move { texting.send(&caller, order).await }));
        }
        let mut ids = Vec::new();
        for attempt in tries {
            match attempt.await.expect("no panic") {
                Ok(id) => ids.push(id),
                Err(Error::Taken("Idempotency-Key")) if !is_one => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(ids.len(), if is_one { 20 } else { 2 }, "the others are other texts");
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(sends(&twilio), 1, "to {to}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_servers_send_at_its_time_is_sent_once() {
    let world = World::new().await;
    let twilio = Arc::new(FakeTwilio::new());
    let mut tx = world.store.begin(world.org.scope).await.expect("begin");
    let conversation = fixtures::take_in(tx.as_mut(), "hello", noon()).await.conversation;
    for n in 0..20 {
        let message = fixtures::outbound(conversation, &world.org.agent, &n.to_string());
        let (send_at, due_at) = (Some(noon()), Some(noon()));
        let scheduled =
            Message { progress: Progress::Scheduled, handed_at: None, send_at, due_at, ..message };
        assert!(tx.insert_message(&scheduled).await.expect("insert"));
    }
    tx.commit().await.expect("commit");
    let servers = [texting(&world.store, &twilio), texting(&world.store, &twilio)];
    for _ in 0..3 {
        let (first, second) =
            tokio::join!(servers[0].settle(world.org.scope), servers[1].settle(world.org.scope));
        assert!(first.expect("settle").is_empty() && second.expect("settle").is_empty());
    }
    assert_eq!(sends(&twilio), 20);
    let mut tx = world.store.begin(world.org.scope).await.expect("begin");
    let thread = tx.thread(conversation, i64::MAX, 100).await.expect("read");
    assert_eq!(
        thread.iter().filter_map(|message| message.position).collect::<Vec<_>>(),
        (1..=21).rev().collect::<Vec<_>>()
    );
    assert!(thread[..20].iter().all(|message| message.sid.is_some()));
}

#[tokio::test]
async fn what_twilio_holds_back_is_sent_once() {
    let world = World::new().await;
    let twilio = Arc::new(FakeTwilio::new());
    let texting = texting(&world.store, &twilio);
    let order = MessageOrder {
        to: Some("+16475550100".to_owned()),
        body: Some("hi".to_owned()),
        ..MessageOrder::default()
    };
    twilio.next(Outcome::Unanswered);
    let id = texting.send(&world.org.caller(&world.org.agent), order).await.expect("send");
    let held_back = Report {
        sid: "SM9".to_owned(),
        status: MessageStatus::Scheduled,
        fault: None,
        segments: None,
        from: None,
        sent_at: None,
        price: None,
    };
    texting.told(world.org.scope, Some(id), &held_back).await.expect("told");
    let begin = async || world.store.begin(world.org.scope).await.expect("begin");
    for _ in 0..3 {
        let mut tx = begin().await;
        let message = tx.message(id).await.expect("read").expect("the text");
        assert!(tx.update_message(&Message { due_at: Some(noon()), ..message }).await.expect("update"));
        tx.commit().await.expect("commit");
        assert!(texting.settle(world.org.scope).await.expect("settle").is_empty());
    }
    assert_eq!(sends(&twilio), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_texts_at_once_from_one_unknown_number_are_one_lead() {
    let world = World::new().await;
    let formats = ["+16475550100", "(647) 555-0100", "1 647 555 0100", "647.555.0100"];
    let mut told = Vec::new();
    for n in 0..100 {
        let number = PhoneNumber::parse(formats[n % formats.len()], Region::default()).expect("a number");
        let text = InboundMessage {
            from: Party::phone(number),
            channel: if n % 3 == 0 { Channel::WhatsApp } else { Channel::Sms },
            ..fixtures::text(&format!("SM{n}"), "hello")
        };
        let (messages, scope) = (Arc::clone(&world.messages), world.org.scope);
        #[expect(clippy::disallowed_methods, reason = "awaited below")]
        told.push(tokio::spawn(async move { messages.receive(scope, text, noon()).await }));
    }
    let mut leads = 0;
    for telling in told {
        let received = telling.await.expect("no panic").expect("receive").expect("it is new");
        leads += usize::from(received.is_new_lead);
    }
    let mut tx = world.store.begin(world.org.scope).await.expect("begin");
    let filter = CustomerFilter { kind: CustomerKind::Lead, search: None, before: None };
    assert_eq!((leads, tx.customers(&filter, 10, 0).await.expect("read").1), (1, 1));
    let conversation = tx.conversation("+16475550100").await.expect("read").expect("one");
    assert_eq!((conversation.message_count, conversation.inbound_count), (100, 100));
    let thread = tx.thread(conversation.id, i64::MAX, 200).await.expect("read");
    assert!(thread.iter().filter_map(|message| message.position).eq((1..=100).rev()), "each has its place");
    drop(tx);
    assert_eq!(world.log().await.len(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_admins_who_demote_each_other_one_stays() {
    let world = World::new().await;
    let people = Arc::new(People::new(world.store.clone(), Arc::new(ManualClock::new())));
    let (ada, grace) = (&world.org.admin, &world.org.agent);
    let role = |role: &str| UserForm { role: Some(role.to_owned()), ..UserForm::default() };
    for round in 0..30 {
        for user in [ada, grace] {
            people.update_user(&world.org.caller(ada), user.id, role("admin")).await.expect("promote");
        }
        let demote = |by, whom: &User| {
            let (people, caller, id, form) =
                (Arc::clone(&people), world.org.caller(by), whom.id, role("user"));
            async move { people.update_user(&caller, id, form).await }
        };
        let (first, second) = tokio::join!(demote(ada, grace), demote(grace, ada));
        assert_eq!([first.is_ok(), second.is_ok()].iter().filter(|done| **done).count(), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_change_different_fields_at_once_both_do() {
    let world = World::new().await;
    let customers = Customers::new(world.store.clone(), Arc::new(ManualClock::new()));
    let caller = world.org.caller(&world.org.agent);
    let kind = CustomerKind::Contact;
    let named = CustomerForm { first_name: Some(Some("Bo".to_owned())), ..CustomerForm::default() };
    let bo = customers.create(&caller, kind, named).await.expect("create").id;
    for round in 0..30 {
        let text = Some(Some(round.to_string()));
        let notes = CustomerForm { notes: text.clone(), ..CustomerForm::default() };
        let company = CustomerForm { company: text, ..CustomerForm::default() };
        let (first, second) = tokio::join!(
            customers.update(&caller, kind, bo, notes),
            customers.update(&caller, kind, bo, company)
        );
        first.and(second).expect("update");
        let kept = customers.get(&caller, kind, bo).await.expect("get");
        assert_eq!((kept.notes, kept.company), (Some(round.to_string()), Some(round.to_string())));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_is_kept_even_if_its_sender_is_being_deleted() {
    let world = World::new().await;
    let customers = Customers::new(world.store.clone(), Arc::new(ManualClock::new()));
    let caller = world.org.caller(&world.org.agent);
    for round in 0..60 {
        let form = CustomerForm { phone: Some(Some("+16475550100".to_owned())), ..CustomerForm::default() };
        let sender = customers.create(&caller, CustomerKind::Contact, form).await.expect("create").id;
        let text = fixtures::text(&format!("SM{round}"), "hello");
        let (received, deleted) = tokio::join!(
            world.messages.receive(world.org.scope, text, noon()),
            customers.delete(&caller, CustomerKind::Contact, sender)
        );
        received.expect("receive");
        deleted.expect("delete");
    }
    assert_eq!(world.log().await.len(), 60);
}

#[tokio::test]
async fn of_two_nodes_that_trim_one_log_the_later_waits_and_leaves_no_gap() {
    let world = World::new().await;
    let (store, scope) = (world.store.as_ref(), world.org.scope);
    append(store, scope, noon(), 300).await;
    let trim = async || {
        let mut tx = store.begin(scope).await.expect("begin");
        let count = tx.trim(noon() + TimeDelta::hours(1), 100).await.expect("trim");
        (tx, count)
    };
    let mut trimmed = 0;
    for first_commits in [false, true] {
        let (first, count) = trim().await;
        assert_eq!(count, 100);
        let mut second = std::pin::pin!(trim());
        assert!(timeout(Duration::from_millis(300), &mut second).await.is_err(), "it waits for the first");
        append(store, scope, noon(), 1).await; // and nobody else does
        if first_commits {
            first.commit().await.expect("commit");
        } else {
            drop(first);
        }
        let (second, count) = second.await;
        second.commit().await.expect("commit");
        assert_eq!(count, if first_commits { 0 } else { 100 });
        trimmed += 100;
        let mut tx = store.begin(scope).await.expect("begin");
        let kept = tx.events_after(0, 1_000).await.expect("read");
        let head = tx.position().await.expect("read").head;
        assert!(kept.iter().map(|entry| entry.seq).eq(trimmed + 1..=head), "{first_commits}");
    }
}

/// Settings of an organisation, all of whose secrets carry the same word.
fn settings(org: &Planted, word: &str, vault: &PlainVault) -> TwilioSettings {
    let seal = |field| vault.seal(org.scope.org(), field, &word.into());
    let tag = &org.account_sid[2..];
    let planted = fixtures::twilio_settings(&org.admin, tag, &org.number);
    TwilioSettings {
        auth_token: seal(SecretField::AuthToken),
        previous_token: Some(PreviousToken { token: seal(SecretField::PreviousAuthToken), until: noon() }),
        api_key: planted.api_key.map(|key| ApiKey { secret: seal(SecretField::ApiKeySecret), ..key }),
        ..planted
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_saves_and_who_seals_anew_at_once_lose_nothing_of_each_other() {
    let world = World::new().await;
    let vault = Arc::new(PlainVault::new(&["new", "old"]));
    let resealing = Resealing::new(world.store.clone(), world.store.clone(), vault.clone());
    let save = async |word: &str, vault: &PlainVault| {
        let mut tx = world.store.begin(world.org.scope).await.expect("begin");
        tx.put_twilio_settings(&settings(&world.org, word, vault)).await.expect("put");
        tx.commit().await.expect("commit");
    };
    let choose = async |until: Option<DateTime<Utc>>| {
        let mode = if until.is_some() { SignatureMode::Observe } else { SignatureMode::Enforce };
        let change = ModeChange { mode, until, changed_by: "Ada".to_owned(), changed_at: noon() };
        let mut tx = world.store.begin(world.org.scope).await.expect("begin");
        tx.insert_signature_mode(&change).await.expect("insert");
        tx.commit().await.expect("commit");
    };
    for round in 0..50 {
        let until = (round % 2 == 0).then(noon);
        let words = [format!("{round}a"), format!("{round}b"), format!("{round}c")];
        let (old, new) = (PlainVault::new(&["old"]), PlainVault::new(&["new"]));
        save(&words[0], &old).await;
        let ((), (), (), resealed) =
            tokio::join!(save(&words[1], &old), save(&words[2], &new), choose(until), resealing.run());
        assert!(resealed.expect("run").failures.is_empty());
        let mut tx = world.store.begin(world.org.scope).await.expect("begin");
        let kept = tx.twilio_settings().await.expect("read").expect("settings");
        drop(tx);
        let open = |field, sealed| {
            let secret = vault.open(world.org.scope.org(), field, sealed).expect("it opens");
            secret.expose_secret().to_owned()
        };
        let secrets = [
            open(SecretField::AuthToken, &kept.auth_token),
            open(SecretField::PreviousAuthToken, &kept.previous_token.as_ref().expect("a token").token),
            open(SecretField::ApiKeySecret, &kept.api_key.as_ref().expect("a key").secret),
        ];
        assert!(words[1..].contains(&secrets[0]), "{secrets:?}");
        assert!(secrets.iter().all(|secret| *secret == secrets[0]), "nothing is mixed: {secrets:?}");
        let keys = world.store.twilio_keys(&world.org.account_sid).await.expect("read");
        let observed_until = keys[0].observed.map(|period| period.until);
        assert_eq!((keys.len(), observed_until), (1, until), "who saves keeps the mode");
    }
    resealing.run().await.expect("run");
    assert_eq!(resealing.run().await.expect("run").anew, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_servers_are_asked_at_once_they_answer_somebody_once() {
    let world = World::new().await;
    let mut tx = world.store.begin(world.org.scope).await.expect("begin");
    let rule = fixtures::auto_response(&world.org.admin, Trigger::Keyword("hours".to_owned()), "9 to 5");
    tx.insert_auto_response(&rule).await.expect("insert");
    let told_at = tx.now().await.expect("the time");
    tx.commit().await.expect("commit");
    let twilio = Arc::new(FakeTwilio::new());
    let servers: Vec<_> = (0..2).map(|_| Arc::new(auto_responses(&world.store, &twilio))).collect();
    for customer in 0..10 {
        let from = Party::phone(PhoneNumber::from_e164(format!("+1647555020{customer}")));
        let mut texts = Vec::new();
        for n in 0..6 {
            let sid = format!("SM{customer}{n}");
            let text = InboundMessage { from: from.clone(), ..fixtures::text(&sid, "hours") };
            let received = world.messages.receive(world.org.scope, text, told_at).await;
            texts.push(received.expect("receive").expect("it is new"));
        }
        let mut answering = Vec::new();
        for (received, server) in texts.into_iter().zip(servers.iter().cycle()) {
            let (server, scope) = (Arc::clone(server), world.org.scope);
            #[expect(clippy::disallowed_methods, reason = "awaited below")]
            answering.push(tokio::spawn(async move { server.respond(scope, &received).await }));
        }
        for answer in answering {
            answer.await.expect("no panic").expect("respond");
        }
        let sent = twilio.asked().into_iter().filter(|asked| matches!(asked, Asked::Send(_))).count();
        assert_eq!(sent, 1, "customer {customer}");
    }
}

/// Those of one server.
fn auto_responses(store: &Arc<PgStore>, twilio: &Arc<FakeTwilio>) -> AutoResponses {
    let clock = Arc::new(ManualClock::new());
    AutoResponses::new(store.clone(), store.clone(), clock, texting(store, twilio))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_sent_or_forgotten_and_never_both() {
    let world = World::new().await;
    for _ in 0..20 {
        let upload = fixtures::upload(&world.org.agent);
        let mut tx = world.store.begin(world.org.scope).await.expect("begin");
        tx.insert_upload(&upload, b"GIF").await.expect("insert");
        tx.commit().await.expect("commit");
        let send = async {
            let mut tx = world.store.begin(world.org.scope).await.expect("begin");
            let taken = tx.take_uploads(&[upload.id]).await.expect("take");
            tx.commit().await.expect("commit");
            taken.len() as u64
        };
        let forget = async {
            let mut tx = world.store.begin(world.org.scope).await.expect("begin");
            let count = tx.forget_uploads(noon() + TimeDelta::days(1), 10).await.expect("forget");
            tx.commit().await.expect("commit");
            count
        };
        let (sent, forgotten) = tokio::join!(send, forget);
        let mut tx = world.store.begin(world.org.scope).await.expect("begin");
        let left = tx.uploads(&[upload.id]).await.expect("read").len() as u64;
        assert_eq!((sent + forgotten, left), (1, sent));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_uploads_waits_for_who_is_at_it() {
    let world = World::new().await;
    let uploads = Uploads::new(world.store.clone());
    let caller = world.org.caller(&world.org.agent);
    let mut first = world.store.begin(world.org.scope).await.expect("begin");
    let since = first.now().await.expect("the time");
    assert_eq!(first.uploaded_since(since).await.expect("read"), 0);
    let mut second = pin!(uploads.keep(&caller, b"GIF89a"));
    let waits = timeout(Duration::from_millis(300), &mut second).await;
    assert!(waits.is_err(), "it would not see what the first one adds");
    first.commit().await.expect("commit");
    second.await.expect("its turn came");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_those_who_follow_one_link_at_once_one_comes_in() {
    let world = World::new().await;
    let (tokens, clock) = (Arc::new(PlainTokens::default()), Arc::new(ManualClock::new()));
    let page = "https://desk.example";
    let invitations = Invitations::new(world.store.clone(), tokens.clone(), clock.clone(), page);
    let sessions = Arc::new(Sessions::new(
        world.store.clone(),
        world.store.clone(),
        Arc::new(PlainPasswords),
        tokens,
        clock,
        Policy::default(),
    ));
    let admin = world.org.caller(&world.org.admin);
    for round in 0..20 {
        let email = format!("{round}-{}@acme.example", world.org.scope.org());
        let form = InvitationForm {
            email: Some(email),
            role: Some("user".to_owned()),
            first_name: Some("Joan".to_owned()),
            last_name: Some("Clarke".to_owned()),
            timezone: None,
        };
        let invitation = invitations.invite(&admin, form).await.expect("invite");
        let (_, token) = invitation.link.split_once("#token=").expect("a token");
        let mut tries = Vec::new();
        for n in 0..5 {
            let (sessions, token) = (Arc::clone(&sessions), token.to_owned());
            let form = AcceptanceForm {
                token: Some(token),
                password: Some(format!("password {n}").into()),
                ..AcceptanceForm::default()
            };
            let address = "192.0.2.1".parse().expect("an address");
            #[expect(clippy::disallowed_methods, reason = "all are awaited below")]
            tries.push(tokio::spawn(async move { sessions.accept_invitation(form, address).await }));
        }
        let mut came = 0;
        for tried in tries {
            match tried.await.expect("no panic") {
                Ok(joan) => {
                    assert_eq!(joan.user.id, invitation.user.id);
                    came += 1;
                }
                Err(refused) => assert!(matches!(refused, Error::InvitationEnded), "{refused:?}"),
            }
        }
        assert_eq!(came, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_in_while_the_password_is_changed_is_not_in_afterwards() {
    let world = World::new().await;
    let clock = Arc::new(ManualClock::new());
    let sessions = Sessions::new(
        world.store.clone(),
        world.store.clone(),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        clock.clone(),
        Policy::default(),
    );
    let email = world.org.agent.email.as_str();
    let address = "192.0.2.1".parse().expect("an address");
    let mut tx = world.store.begin(world.org.scope).await.expect("begin");
    tx.set_password_hash(world.org.agent.id, "password 0").await.expect("set");
    tx.commit().await.expect("commit");
    for round in 0..30 {
        clock.advance(TimeDelta::hours(1));
        let [old, new] = [round, round + 1].map(|n| SecretString::from(format!("password {n}")));
        let before = sessions.login(email, old.clone(), address).await.expect("sign in");
        let caller = sessions.authenticate(&before.token).await.expect("in");
        let (changed, signed_in) = tokio::join!(
            sessions.change_password(&caller, old.clone(), Some(new)),
            sessions.login(email, old.clone(), address)
        );
        changed.expect("change");
        match signed_in {
            Ok(after) => assert!(sessions.authenticate(&after.token).await.is_err(), "round {round}"),
            Err(refused) => assert!(matches!(refused, Error::Unauthenticated(_)), "{refused:?}"),
        }
    }
}
