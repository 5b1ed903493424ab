use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use secrecy::ExposeSecret;
use switchboard_domain::Error;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    AccountNumber, ApplicationWebhooks, Clock, Credentials, Directory, NumberWebhooks, PreviousToken, Sealed,
    SecretField, ServiceWebhooks, Store, TelephonyError, Vault,
};
use switchboard_domain::testing::fixtures::{Planted, noon};
use switchboard_domain::testing::{Asked, FakeTwilio, Outcome, PlainVault};
use switchboard_domain::twilio_settings::{
    Identity, MOST_NUMBERS, TwilioAccounts, TwilioForm, TwilioSettings, WebhookUrls,
};

use crate::watched_twilio::WatchedTwilio;
use crate::world::{World, twilio_accounts};

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const KEY: &str = "SK00000000000000000000000000000001";
const SERVICE: &str = "MG00000000000000000000000000000001";
const MAIN: &str = "+14155550123";
const SECOND: &str = "+14155550124";

fn has_number(twilio: &FakeTwilio, number: &str) {
    twilio.add_number(AccountNumber {
        sid: format!("PN{}", &number[1..]),
        number: PhoneNumber::from_e164(number),
        friendly_name: String::new(),
        voice: true,
        sms: true,
    });
}

/// An account with two numbers and a messaging service.
fn stock(world: &World) {
    for number in [MAIN, SECOND] {
        has_number(&world.twilio, number);
    }
    world.twilio.add_service(SERVICE);
}

fn form() -> TwilioForm {
    TwilioForm {
        account_sid: Some(ACCOUNT.to_owned()),
        auth_token: Some("token".into()),
        api_key_sid: Some(KEY.to_owned()),
        api_key_secret: Some("secret".into()),
        phone_number: Some("(415) 555-0123".to_owned()),
        phone_numbers: vec![SECOND.to_owned()],
        messaging_service_sid: Some(SERVICE.to_owned()),
    }
}

async fn stored(world: &World, org: &Planted) -> TwilioSettings {
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.twilio_settings().await.expect("read").expect("settings")
}

fn opened(org: &Planted, field: SecretField, sealed: &Sealed) -> String {
    let secret = PlainVault::default().open(org.scope.org(), field, sealed).expect("open");
    secret.expose_secret().to_owned()
}

fn token_of(org: &Planted, settings: &TwilioSettings) -> String {
    opened(org, SecretField::AuthToken, &settings.auth_token)
}

fn previous_of(org: &Planted, settings: &TwilioSettings) -> Option<String> {
    let previous = settings.previous_token.as_ref()?;
    Some(opened(org, SecretField::PreviousAuthToken, &previous.token))
}

fn fields(error: &Error) -> Vec<&str> {
    let Error::Invalid(errors) = error else { panic!("{error:?}") };
    errors.iter().map(|error| error.field.as_str()).collect()
}

#[tokio::test]
async fn settings_are_tried_saved_and_told_to_twilio() {
    let world = World::new();
    let org = world.plant().await;
    stock(&world);
    let saved = world.twilio_accounts.save(&org.caller(&org.admin), form()).await.expect("save");
    let settings = stored(&world, &org).await;
    assert_eq!(saved.settings, settings);
    assert_eq!((settings.account_sid.as_str(), settings.saved_by), (ACCOUNT, org.admin.id));
    assert_eq!((settings.phone_number.as_str(), settings.numbers.len()), (MAIN, 2));
    assert_eq!(settings.numbers[1].sid, "PN14155550124");
    assert_eq!((settings.saved_at, settings.webhooks_set_at), (noon(), Some(noon())));
    assert_eq!(token_of(&org, &settings), "token");
    let key = settings.api_key.as_ref().expect("a key");
    assert_eq!(
        (key.sid.as_str(), opened(&org, SecretField::ApiKeySecret, &key.secret).as_str()),
        (KEY, "secret")
    );
    assert_eq!(settings.previous_token, None, "another account's token is nothing to this one");

    let urls = WebhookUrls::under("https://desk.example");
    let number = NumberWebhooks {
        voice: urls.voice.clone(),
        sms: urls.sms.clone(),
        call_status: urls.call_status.clone(),
    };
    let application = ApplicationWebhooks {
        friendly_name: format!("Switchboard {}", org.scope.org()),
        voice: urls.voice.clone(),
        call_status: urls.call_status.clone(),
    };
    let service = ServiceWebhooks { sms: urls.sms, message_status: urls.message_status };
    assert_eq!(
        world.twilio.asked(),
        [
            Asked::Numbers(None),
            Asked::Numbers(Some(PhoneNumber::from_e164(MAIN))),
            Asked::Service(SERVICE.to_owned()),
            Asked::SetApplication(None, application.clone()),
            Asked::SetNumberWebhooks("PN14155550123".to_owned(), number.clone()),
            Asked::SetNumberWebhooks("PN14155550124".to_owned(), number),
            Asked::SetServiceWebhooks(SERVICE.to_owned(), service),
        ]
    );
    for key in [MAIN, SECOND, SERVICE] {
        let owner = world.store.number_owner(ACCOUNT, key).await.expect("read");
        assert_eq!(owner, Some(org.scope.org()), "{key}");
    }
    world.twilio_accounts.save(&org.caller(&org.admin), form()).await.expect("save again");
    let again = world.twilio.asked();
    assert!(again.contains(&Asked::SetApplication(settings.application_sid, application)), "{again:?}");
}

#[tokio::test]
async fn a_secret_that_is_left_out_stays_while_what_it_belongs_to_does() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.admin);
    stock(&world);
    world.twilio_accounts.save(&caller, form()).await.expect("save");
    for blank in [None, Some(""), Some("  ")] {
        let blank = blank.map(|text| text.into());
        let left_out = TwilioForm { auth_token: blank.clone(), api_key_secret: blank, ..form() };
        let saved = world.twilio_accounts.save(&caller, left_out.clone()).await.expect("save").settings;
        assert_eq!(token_of(&org, &saved), "token");
        let key = saved.api_key.expect("a key");
        assert_eq!(opened(&org, SecretField::ApiKeySecret, &key.secret), "secret");

        let other_key = TwilioForm { api_key_sid: Some(KEY.replace('1', "2")), ..left_out.clone() };
        let refused = world.twilio_accounts.save(&caller, other_key).await.expect_err("another key");
        assert_eq!(fields(&refused), ["apiKeySecret"]);
        let other_account = TwilioForm { account_sid: Some(ACCOUNT.replace('1', "2")), ..left_out };
        let refused = world.twilio_accounts.save(&caller, other_account).await.expect_err("another account");
        assert_eq!(fields(&refused), ["authToken"]);
    }
    let no_key = TwilioForm { api_key_sid: None, api_key_secret: None, ..form() };
    let saved = world.twilio_accounts.save(&caller, no_key).await.expect("save").settings;
    assert_eq!((saved.api_key, saved.application_sid), (None, None));

    let mut lost = stored(&world, &org).await;
    lost.auth_token =
        PlainVault::new(&["lost"]).seal(org.scope.org(), SecretField::AuthToken, &"token".into());
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.put_twilio_settings(&lost).await.expect("put");
    tx.commit().await.expect("commit");
    let left_out = TwilioForm { auth_token: None, ..form() };
    let refused = world.twilio_accounts.save(&caller, left_out).await.expect_err("it cannot be read");
    assert_eq!(fields(&refused), ["authToken"]);
    world.twilio_accounts.save(&caller, form()).await.expect("typed again");
}

#[tokio::test]
async fn what_breaks_a_rule_is_named_and_twilio_is_not_asked() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.admin);
    let numbers = |count: usize| (0..count).map(|n| format!("+1415556{n:04}")).collect::<Vec<_>>();
    let sid = |text: &str| Some(text.to_owned());
    for (expected, wrong) in [
        (vec!["accountSid", "authToken", "phoneNumber"], TwilioForm::default()),
        (vec!["accountSid"], TwilioForm { account_sid: sid("AC1"), ..form() }),
        (vec!["accountSid"], TwilioForm { account_sid: sid(KEY), ..form() }),
        (vec!["accountSid"], TwilioForm { account_sid: Some(ACCOUNT.replace('1', "g")), ..form() }),
        (vec!["authToken"], TwilioForm { auth_token: Some("x".repeat(256).into()), ..form() }),
        (vec!["authToken"], TwilioForm { auth_token: Some("a\nb".into()), ..form() }),
        (vec!["apiKeySid"], TwilioForm { api_key_sid: sid(ACCOUNT), ..form() }),
        (vec!["apiKeySid"], TwilioForm { api_key_sid: None, ..form() }),
        (vec!["apiKeySecret"], TwilioForm { api_key_secret: None, ..form() }),
        (vec!["phoneNumber"], TwilioForm { phone_number: sid("call me"), ..form() }),
        (vec!["phoneNumbers.1"], TwilioForm { phone_numbers: vec![SECOND.into(), "x".into()], ..form() }),
        (vec!["phoneNumbers.0"], TwilioForm { phone_numbers: vec![" ".into()], ..form() }),
        (
            vec!["phoneNumbers.1"],
            TwilioForm { phone_numbers: vec![SECOND.into(), "415-555-0124".into()], ..form() },
        ),
        (vec!["phoneNumbers"], TwilioForm { phone_numbers: numbers(MOST_NUMBERS), ..form() }),
        (vec!["phoneNumbers"], TwilioForm { phone_numbers: numbers(MOST_NUMBERS + 1), ..form() }),
        (vec!["messagingServiceSid"], TwilioForm { messaging_service_sid: sid("MG"), ..form() }),
    ] {
        let refused = world.twilio_accounts.save(&caller, wrong.clone()).await.expect_err("a rule is broken");
        assert_eq!(fields(&refused), expected, "{wrong:?}");
    }
    assert_eq!(world.twilio.asked(), []);
    assert_eq!(stored(&world, &org).await.account_sid, org.account_sid);
}

#[tokio::test]
async fn the_number_to_call_from_may_be_listed_and_a_hundred_are_enough() {
    let world = World::new();
    let org = world.plant().await;
    let all: Vec<_> = (0..MOST_NUMBERS).map(|n| format!("+1415556{n:04}")).collect();
    all.iter().for_each(|number| has_number(&world.twilio, number));
    let whole = TwilioForm {
        phone_number: Some(all[7].clone()),
        phone_numbers: all.clone(),
        messaging_service_sid: None,
        ..form()
    };
    let saved = world.twilio_accounts.save(&org.caller(&org.admin), whole).await.expect("save").settings;
    let numbers: Vec<_> = saved.numbers.iter().map(|number| number.number.to_string()).collect();
    assert_eq!((numbers, saved.phone_number.to_string()), (all.clone(), all[7].clone()));
}

#[tokio::test]
async fn what_twilio_refuses_or_does_not_have_is_not_saved() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.admin);
    stock(&world);
    let before = stored(&world, &org).await;
    let refusal = || Outcome::refused(401, 20003, "Authenticate");
    let asked = [Some("authToken"), Some("apiKeySecret"), Some("messagingServiceSid"), None];
    for (answers_before, expected) in asked.into_iter().enumerate() {
        world.twilio.answer(answers_before);
        world.twilio.next(refusal());
        let refused = world.twilio_accounts.save(&caller, form()).await.expect_err("refused");
        let Error::RefusedByTwilio { field, refusal } = refused else { panic!("{refused:?}") };
        assert_eq!((field, refusal.code, refusal.message.as_str()), (expected, Some(20003), "Authenticate"));
    }
    for down in [Outcome::Unreachable, Outcome::Busy(Some(Duration::from_secs(7))), Outcome::Lost] {
        world.twilio.next(down.clone());
        let failed = world.twilio_accounts.save(&caller, form()).await;
        assert!(matches!(failed, Err(Error::Twilio(_))), "{down:?}: {failed:?}");
    }
    let foreign = TwilioForm { phone_number: Some("+14155550199".into()), ..form() };
    let refused = world.twilio_accounts.save(&caller, foreign).await.expect_err("no number of the account");
    assert_eq!(fields(&refused), ["phoneNumber"]);
    let foreign = TwilioForm { phone_numbers: vec!["+14155550199".into()], ..form() };
    let refused = world.twilio_accounts.save(&caller, foreign).await.expect_err("no number of the account");
    assert_eq!(fields(&refused), ["phoneNumbers"]);
    let alone = TwilioForm { phone_number: Some("+14155550199".into()), phone_numbers: vec![], ..form() };
    let refused = world.twilio_accounts.save(&caller, alone).await.expect_err("no number of the account");
    assert_eq!(fields(&refused), ["phoneNumber"]);
    assert_eq!(stored(&world, &org).await, before);
}

#[tokio::test]
async fn what_leads_to_another_organisation_is_taken() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    stock(&world);
    world.twilio_accounts.save(&other.caller(&other.admin), form()).await.expect("save");
    world.twilio.asked();
    let caller = org.caller(&org.admin);
    has_number(&world.twilio, "+14155550125");
    let free = TwilioForm {
        phone_number: Some("+14155550125".into()),
        phone_numbers: vec![],
        messaging_service_sid: None,
        ..form()
    };
    for (what, taken) in [
        ("phone number", TwilioForm { phone_numbers: vec![MAIN.into()], ..free.clone() }),
        ("messaging service", TwilioForm { messaging_service_sid: Some(SERVICE.into()), ..free.clone() }),
    ] {
        let refused = world.twilio_accounts.save(&caller, taken).await.expect_err("taken");
        assert!(matches!(refused, Error::Taken(named) if named == what), "{refused:?}");
    }
    let changed = |asked: &Asked| !matches!(asked, Asked::Numbers(_) | Asked::Service(_));
    assert_eq!(world.twilio.asked().into_iter().find(changed), None, "nothing was changed at Twilio");
    world.twilio_accounts.save(&caller, free).await.expect("another number of the same account");
}

#[tokio::test]
async fn what_was_saved_stays_when_twilio_cannot_be_told_and_saving_again_repeats_it() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.admin);
    stock(&world);
    for answers_before in [4, 5, 6] {
        world.twilio.answer(answers_before);
        world.twilio.next(Outcome::refused(400, 21402, "VoiceUrl is not valid"));
        let failed = world.twilio_accounts.save(&caller, form()).await;
        assert!(matches!(failed, Err(Error::WebhooksNotSet(TelephonyError::Refused(_)))), "{failed:?}");
        let kept = stored(&world, &org).await;
        assert_eq!((kept.account_sid.as_str(), kept.webhooks_set_at), (ACCOUNT, None));
        world.twilio_accounts.save(&caller, form()).await.expect("again");
        assert_eq!(stored(&world, &org).await.webhooks_set_at, Some(noon()));
    }
    let unknown = TwilioForm { messaging_service_sid: Some(SERVICE.replace('1', "2")), ..form() };
    let refused = world.twilio_accounts.save(&caller, unknown).await;
    assert_eq!(fields(&refused.expect_err("no such service")), ["messagingServiceSid"]);
    assert_eq!(stored(&world, &org).await.messaging_service_sid.as_deref(), Some(SERVICE), "nothing changed");
}

#[tokio::test]
async fn numbers_are_set_up_four_at_a_time_and_begun_ones_are_ended() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.admin);
    let all: Vec<_> = (0..10).map(|n| format!("+1415556{n:04}")).collect();
    all.iter().for_each(|number| has_number(&world.twilio, number));
    let form = TwilioForm {
        phone_number: Some(all[0].clone()),
        phone_numbers: all,
        messaging_service_sid: None,
        ..form()
    };
    let twilio = Arc::new(WatchedTwilio::new(world.twilio.clone(), &world.store, org.scope));
    let accounts = twilio_accounts(&world.store, twilio.clone(), &world.clock);
    let set = || {
        let asked = world.twilio.asked();
        asked.iter().filter(|asked| matches!(asked, Asked::SetNumberWebhooks(..))).count()
    };
    accounts.save(&caller, form.clone()).await.expect("save");
    assert_eq!((set(), twilio.at_once()), (10, (0, 4)));
    world.twilio.answer(3 + 5);
    world.twilio.next(Outcome::refused(400, 21402, "VoiceUrl is not valid"));
    let failed = accounts.save(&caller, form).await;
    assert!(matches!(failed, Err(Error::WebhooksNotSet(_))), "{failed:?}");
    assert_eq!((set(), twilio.at_once()), (8, (0, 4)), "the second group was ended, the third not begun");
}

#[tokio::test]
async fn sids_are_kept_as_twilio_writes_them() {
    let world = World::new();
    let org = world.plant().await;
    stock(&world);
    let (account, key, service) =
        (ACCOUNT.replace("00", "aB"), KEY.replace("00", "Cd"), SERVICE.replace("00", "EF"));
    world.twilio.add_service(&service.to_lowercase().replacen("mg", "MG", 1));
    let typed = TwilioForm {
        account_sid: Some(account.clone()),
        api_key_sid: Some(key.clone()),
        messaging_service_sid: Some(service.clone()),
        ..form()
    };
    let saved = world.twilio_accounts.save(&org.caller(&org.admin), typed).await.expect("save").settings;
    let kept =
        [saved.account_sid, saved.api_key.expect("a key").sid, saved.messaging_service_sid.expect("one")];
    for (kept, typed) in kept.iter().zip([account, key, service]) {
        assert_eq!(*kept, format!("{}{}", &typed[..2], typed[2..].to_lowercase()));
    }
}

#[tokio::test]
async fn a_secret_that_stays_closed_is_not_there() {
    let world = World::new();
    let org = world.plant().await;
    let has = async || {
        let shown = world.twilio_accounts.get(org.scope).await.expect("get").expect("settings");
        (shown.has_auth_token, shown.has_api_key_secret, shown.previous_until.is_some())
    };
    assert_eq!(has().await, (true, true, false));
    let lost = PlainVault::new(&["lost"]);
    let seal = |vault: &PlainVault, field| vault.seal(org.scope.org(), field, &"token".into());
    let mut settings = stored(&world, &org).await;
    for (vault, expected) in [(&PlainVault::default(), (true, true, true)), (&lost, (false, false, false))] {
        settings.auth_token = seal(vault, SecretField::AuthToken);
        settings.api_key.as_mut().expect("a key").secret = seal(vault, SecretField::ApiKeySecret);
        let token = seal(vault, SecretField::PreviousAuthToken);
        settings.previous_token = Some(PreviousToken { token, until: noon() + TimeDelta::hours(24) });
        let mut tx = world.store.begin(org.scope).await.expect("begin");
        tx.put_twilio_settings(&settings).await.expect("put");
        tx.commit().await.expect("commit");
        assert_eq!(has().await, expected);
    }
}

#[tokio::test]
async fn the_token_before_counts_for_a_day_more() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.admin);
    stock(&world);
    let save = async |token: &str| {
        let form = TwilioForm { auth_token: Some(token.into()), ..form() };
        world.twilio_accounts.save(&caller, form).await.expect("save")
    };
    let first = save("one").await;
    assert_eq!((previous_of(&org, &first.settings), first.previous_until), (None, None));
    let again = save("one").await;
    assert_eq!(previous_of(&org, &again.settings), None, "nothing was replaced");
    let second = save("two").await;
    assert_eq!(previous_of(&org, &second.settings).as_deref(), Some("one"));
    let until = noon() + TimeDelta::hours(24);
    assert_eq!(second.previous_until, Some(until));
    world.clock.advance(TimeDelta::hours(1));
    let again = save("two").await;
    assert_eq!(
        (previous_of(&org, &again.settings).as_deref(), again.previous_until),
        (Some("one"), Some(until))
    );
    let third = save("three").await;
    assert_eq!(previous_of(&org, &third.settings).as_deref(), Some("two"));
    assert_eq!(third.previous_until, Some(until + TimeDelta::hours(1)));
    world.clock.advance(TimeDelta::hours(24));
    let later = world.twilio_accounts.get(org.scope).await.expect("get").expect("settings");
    assert_eq!(later.previous_until, None, "a day is over");
    let form = TwilioForm { account_sid: Some(ACCOUNT.replace('1', "2")), ..form() };
    let elsewhere = world.twilio_accounts.save(&caller, form).await.expect("save");
    assert_eq!(elsewhere.settings.previous_token, None);
}

/// The accounts over a Twilio that takes a moment and has both numbers.
fn watched(world: &World, org: &Planted) -> TwilioAccounts {
    let fake = Arc::new(FakeTwilio::new());
    has_number(&fake, MAIN);
    has_number(&fake, SECOND);
    let watching = Arc::new(WatchedTwilio::new(fake, &world.store, org.scope));
    twilio_accounts(&world.store, watching, &world.clock)
}

#[tokio::test]
async fn of_two_who_save_at_once_the_last_ones_settings_stay_whole() {
    let world = World::new();
    let org = world.plant().await;
    let accounts = watched(&world, &org);
    let one = TwilioForm { phone_numbers: vec![], messaging_service_sid: None, ..form() };
    let two = TwilioForm {
        auth_token: Some("other token".into()),
        api_key_sid: Some(KEY.replace('1', "2")),
        api_key_secret: Some("other secret".into()),
        phone_number: Some(SECOND.into()),
        ..one.clone()
    };
    let (ada, grace) = (org.caller(&org.admin), org.caller(&org.agent));
    let (first, second) = tokio::join!(accounts.save(&ada, one), accounts.save(&grace, two));
    first.expect("saved");
    second.expect("saved");
    let kept = stored(&world, &org).await;
    let key = kept.api_key.clone().expect("a key");
    let whole = (
        token_of(&org, &kept),
        opened(&org, SecretField::ApiKeySecret, &key.secret),
        kept.phone_number.to_string(),
        kept.saved_by,
    );
    let ada = ("token".to_owned(), "secret".to_owned(), MAIN.to_owned(), org.admin.id);
    let grace = ("other token".to_owned(), "other secret".to_owned(), SECOND.to_owned(), org.agent.id);
    let other = if whole == ada { &grace } else { &ada };
    assert!(whole == ada || whole == grace, "{whole:?}");
    assert_eq!(previous_of(&org, &kept).as_ref(), Some(&other.0), "the one who came first is the one before");
    assert_eq!(kept.numbers.len(), 1);
}

#[tokio::test]
async fn a_secret_that_is_left_out_never_undoes_a_rotation() {
    let world = World::new();
    let org = world.plant().await;
    let accounts = watched(&world, &org);
    let (ada, grace) = (org.caller(&org.admin), org.caller(&org.agent));
    let first = TwilioForm { phone_numbers: vec![], messaging_service_sid: None, ..form() };
    accounts.save(&ada, first.clone()).await.expect("saved");
    let rotated = TwilioForm { auth_token: Some("rotated".into()), ..first.clone() };
    let renumbered = TwilioForm { auth_token: None, phone_number: Some(SECOND.into()), ..first };
    for _ in 0..2 {
        let (one, other) =
            tokio::join!(accounts.save(&grace, renumbered.clone()), accounts.save(&ada, rotated.clone()));
        one.expect("saved");
        other.expect("saved");
        assert_eq!(token_of(&org, &stored(&world, &org).await), "rotated");
    }
}

#[tokio::test]
async fn a_token_that_no_key_opens_is_forgotten_with_the_next_save() {
    let world = World::new();
    let org = world.plant().await;
    stock(&world);
    let caller = org.caller(&org.admin);
    world.twilio_accounts.save(&caller, form()).await.expect("saved");
    let lost = |field| PlainVault::new(&["lost"]).seal(org.scope.org(), field, &"x".into());
    let before = stored(&world, &org).await;
    let previous =
        PreviousToken { token: lost(SecretField::PreviousAuthToken), until: noon() + TimeDelta::hours(1) };
    let closed =
        TwilioSettings { auth_token: lost(SecretField::AuthToken), previous_token: Some(previous), ..before };
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.put_twilio_settings(&closed).await.expect("put");
    tx.commit().await.expect("commit");
    let saved = world.twilio_accounts.save(&caller, form()).await.expect("typed again").settings;
    assert_eq!((token_of(&org, &saved).as_str(), saved.previous_token), ("token", None));
}

#[tokio::test]
async fn an_organisation_acts_with_its_own_token_and_numbers() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    stock(&world);
    world.twilio_accounts.save(&org.caller(&org.admin), form()).await.expect("save");
    let account = world.twilio_accounts.account(org.scope).await.expect("an account");
    let Credentials { org: whose, account_sid, username, password } = &account.credentials;
    assert_eq!(*whose, org.scope.org());
    assert_eq!(
        (account_sid.as_str(), username.as_str(), password.expose_secret()),
        (ACCOUNT, ACCOUNT, "token")
    );
    assert_eq!(account.phone_number.as_str(), MAIN);
    assert_eq!(account.numbers.iter().map(PhoneNumber::as_str).collect::<Vec<_>>(), [MAIN, SECOND]);
    let others = world.twilio_accounts.credentials(other.scope).await.expect("credentials");
    assert_eq!((others.org, others.account_sid), (other.scope.org(), other.account_sid.clone()));
}

#[tokio::test]
async fn without_settings_or_without_their_key_an_organisation_does_not_act() {
    let empty = World::new();
    let org = World::new().plant().await;
    let refused = empty.twilio_accounts.account(org.scope).await;
    assert!(matches!(refused, Err(Error::NotConfigured)), "{refused:?}");
    let world = World::new();
    let org = world.plant().await;
    let mut settings = stored(&world, &org).await;
    settings.auth_token =
        PlainVault::new(&["lost"]).seal(org.scope.org(), SecretField::AuthToken, &"token".into());
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.put_twilio_settings(&settings).await.expect("put");
    tx.commit().await.expect("commit");
    let refused = world.twilio_accounts.account(org.scope).await;
    assert!(matches!(refused, Err(Error::Vault(_))), "{refused:?}");
}

#[tokio::test]
async fn a_browser_gets_a_token_of_its_persons_own() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.agent);
    let phone = world.twilio_accounts.browser_phone(&caller).await.expect("a token");
    assert_eq!(phone.identity, Identity { org: org.scope.org(), user: org.agent.id });
    assert_eq!(phone.phone_number, org.number);
    let application = stored(&world, &org).await.application_sid.expect("an application");
    let ends = |seconds: i64| {
        let end = (world.clock.now() + TimeDelta::seconds(seconds)).timestamp();
        format!("voice {} {application} {end}", phone.identity)
    };
    assert_eq!(phone.token.expose_secret(), ends(3600));
    world.clock.advance(TimeDelta::days(30) - TimeDelta::seconds(90));
    let phone = world.twilio_accounts.browser_phone(&caller).await.expect("a token");
    assert_eq!(phone.token.expose_secret(), ends(90), "the session ends before");
    world.clock.advance(TimeDelta::seconds(90));
    let refused = world.twilio_accounts.browser_phone(&caller).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{refused:?}");
}

#[tokio::test]
async fn without_settings_or_without_a_key_no_browser_makes_calls() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.agent);
    let mut settings = stored(&world, &org).await;
    (settings.api_key, settings.application_sid) = (None, None);
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.put_twilio_settings(&settings).await.expect("put");
    tx.commit().await.expect("commit");
    let refused = world.twilio_accounts.browser_phone(&caller).await;
    assert!(matches!(refused, Err(Error::NotConfigured)), "{refused:?}");
    let empty = World::new();
    let refused = empty.twilio_accounts.browser_phone(&caller).await;
    assert!(matches!(refused, Err(Error::NotConfigured)), "{refused:?}");
    assert!(empty.twilio_accounts.get(org.scope).await.expect("get").is_none());
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let world = World::new();
    let org = world.plant().await;
    stock(&world);
    let mut shown = format!("{:?}", form());
    let saved = world.twilio_accounts.save(&org.caller(&org.admin), form()).await.expect("save");
    shown += &format!("{saved:?} {:?}", world.twilio_accounts.browser_phone(&org.caller(&org.agent)).await);
    shown += &format!("{:?}", world.twilio_accounts.account(org.scope).await);
    for secret in ["\"token\"", "\"secret\"", "voice o"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
