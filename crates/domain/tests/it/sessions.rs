use std::net::IpAddr;

use chrono::TimeDelta;
use switchboard_domain::Error;
use switchboard_domain::access::Role;
use switchboard_domain::people::UserForm;
use switchboard_domain::ports::Store;
use switchboard_domain::sessions::{Policy, Refusal, RegistrationForm, SignedIn};

use crate::world::World;

const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const AWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 7));

fn form(slug: Option<&str>, email: &str) -> RegistrationForm {
    RegistrationForm {
        name: Some("Acme Inc.".to_owned()),
        slug: slug.map(str::to_owned),
        email: Some(email.to_owned()),
        password: Some("correct horse".into()),
        first_name: Some("Ada".to_owned()),
        last_name: Some("Lovelace".to_owned()),
        ..RegistrationForm::default()
    }
}

async fn registered(world: &World) -> SignedIn {
    world.sessions.register(form(None, "Ada@acme.example"), HOME).await.expect("register")
}

async fn is_in(world: &World, token: &str) -> bool {
    world.sessions.authenticate(token).await.is_ok()
}

#[tokio::test]
async fn who_registers_is_admin_and_signed_in() {
    let world = World::new();
    let ada = registered(&world).await;
    assert_eq!((ada.organization.slug.as_str(), ada.user.role), ("acme-inc", Role::Admin));
    assert_eq!(ada.user.email, "ada@acme.example");
    let caller = world.sessions.authenticate(&ada.token).await.expect("in");
    assert_eq!((caller.user, caller.role), (ada.user.id, Role::Admin));
}

#[tokio::test]
async fn an_organisation_says_where_it_is_or_is_in_the_united_states() {
    let world = World::new();
    let somewhere = registered(&world).await.organization;
    assert_eq!((somewhere.region.to_string(), somewhere.timezone.to_string()), ("US".into(), "UTC".into()));
    let berlin = RegistrationForm {
        region: Some("DE".to_owned()),
        timezone: Some("Europe/Berlin".to_owned()),
        ..form(Some("berlin"), "bo@acme.example")
    };
    let berlin = world.sessions.register(berlin, HOME).await.expect("register").organization;
    assert_eq!(
        (berlin.region.to_string(), berlin.timezone.to_string()),
        ("DE".into(), "Europe/Berlin".into())
    );
}

#[tokio::test]
async fn a_slug_and_an_address_are_taken_once() {
    let world = World::new();
    registered(&world).await;
    let same_slug = world.sessions.register(form(None, "other@acme.example"), HOME).await;
    assert!(matches!(same_slug, Err(Error::Taken("slug"))));
    let same_address = world.sessions.register(form(Some("other"), "ADA@acme.example"), HOME).await;
    assert!(matches!(same_address, Err(Error::Taken("e-mail address"))));
}

#[tokio::test]
async fn a_bad_registration_names_every_field() {
    let world = World::new();
    let bad = RegistrationForm { email: Some("ada".to_owned()), ..RegistrationForm::default() };
    let Err(Error::Invalid(errors)) = world.sessions.register(bad, HOME).await else { panic!("refused") };
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(
        fields,
        ["organization.name", "admin.email", "admin.password", "admin.first_name", "admin.last_name"]
    );
}

#[tokio::test]
async fn registration_can_be_closed() {
    let world = World::with(Policy { registration_open: false, ..Policy::default() });
    let result = world.sessions.register(form(None, "ada@acme.example"), HOME).await;
    assert!(matches!(result, Err(Error::RegistrationClosed)));
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_look_alike() {
    let world = World::new();
    registered(&world).await;
    let wrong = world.sessions.login("ada@acme.example", "wrong".into(), HOME).await.expect_err("refused");
    let unknown =
        world.sessions.login("bo@acme.example", "correct horse".into(), HOME).await.expect_err("refused");
    assert_eq!(wrong.to_string(), unknown.to_string());
    assert!(world.sessions.login(" ADA@acme.example", "correct horse".into(), HOME).await.is_ok());
}

#[tokio::test]
async fn guessing_is_slowed_and_the_owner_is_not_locked_out() {
    let world = World::new();
    registered(&world).await;
    let login =
        |password: &'static str, from| world.sessions.login("ada@acme.example", password.into(), from);
    for _ in 0..20 {
        world.clock.advance(TimeDelta::minutes(20));
        login("wrong", AWAY).await.expect_err("wrong");
    }
    assert!(matches!(login("correct horse", AWAY).await, Err(Error::Throttled { .. })));
    assert!(login("correct horse", HOME).await.is_ok(), "from elsewhere nothing is slowed");
    for _ in 0..20 {
        login("wrong", HOME).await.expect_err("wrong");
        world.clock.advance(TimeDelta::seconds(2));
    }
    assert!(
        login("correct horse", HOME).await.is_ok(),
        "an address that signed in before waits two seconds at most"
    );
}

#[tokio::test]
async fn a_token_ends_with_its_time_its_session_and_its_user() {
    let world = World::new();
    let ada = registered(&world).await;
    let caller = world.sessions.authenticate(&ada.token).await.expect("in");

    let second = world.sessions.login("ada@acme.example", "correct horse".into(), HOME).await.expect("login");
    world.sessions.logout(&caller).await.expect("logout");
    assert!(!is_in(&world, &ada.token).await, "logged out");
    assert!(is_in(&world, &second.token).await, "another session of the same person");
    world.sessions.logout_all(&caller).await.expect("logout");
    assert!(!is_in(&world, &second.token).await, "logged out everywhere");

    let third = world.sessions.login("ada@acme.example", "correct horse".into(), HOME).await.expect("login");
    world.clock.advance(TimeDelta::days(1));
    assert!(matches!(world.sessions.authenticate(&third.token).await, Err(Refusal::Token(_))), "expired");
}

#[tokio::test]
async fn a_role_counts_from_the_database_not_from_the_token() {
    let world = World::new();
    let org = world.plant().await;
    let agent = world.sessions.login(&org.agent.email, "correct horse".into(), HOME).await.expect("login");
    let demote = UserForm { role: Some("viewer".to_owned()), ..UserForm::default() };
    world.people.update_user(&org.caller(&org.admin), org.agent.id, demote).await.expect("update");
    assert_eq!(world.sessions.authenticate(&agent.token).await.expect("in").role, Role::Viewer);
    let leave = UserForm { is_active: Some(false), ..UserForm::default() };
    world.people.update_user(&org.caller(&org.admin), org.agent.id, leave).await.expect("update");
    assert!(!is_in(&world, &agent.token).await);
    let again = world.sessions.login(&org.agent.email, "correct horse".into(), HOME).await;
    assert!(matches!(again, Err(Error::Unauthenticated(_))));
}

#[tokio::test]
async fn the_end_that_is_told_is_the_tokens_own() {
    let world = World::new();
    world.clock.advance(TimeDelta::milliseconds(750));
    let ada = registered(&world).await;
    let caller = world.sessions.authenticate(&ada.token).await.expect("in");
    assert_eq!((ada.expires_at, ada.expires_at.timestamp_subsec_nanos()), (caller.token_expires_at, 0));
}

#[tokio::test]
async fn a_bearer_token_renews_itself_never_past_the_session() {
    let world = World::with(Policy { session_ttl: TimeDelta::hours(30), ..Policy::default() });
    let ada = registered(&world).await;
    let caller = world.sessions.authenticate(&ada.token).await.expect("in");
    world.clock.advance(TimeDelta::hours(12));
    let renewed = world.sessions.renew(&caller).await.expect("renew");
    assert_eq!(renewed.refresh_token, None);
    assert_eq!(renewed.expires_at - ada.expires_at, TimeDelta::hours(6), "18 h of the session are left");
    world.clock.advance(TimeDelta::hours(18));
    assert!(world.sessions.renew(&caller).await.is_err(), "the session is over");
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_for_a_minute_for_the_same() {
    let world = World::new();
    let ada = registered(&world).await;
    let first = ada.refresh_token.expect("a refresh token");
    let second = world.sessions.refresh(&first).await.expect("refresh");
    world.clock.advance(TimeDelta::seconds(60));
    let same = world.sessions.refresh(&first).await.expect("two tabs");
    assert_eq!(same.refresh_token, second.refresh_token);
    let third =
        world.sessions.refresh(&second.refresh_token.expect("a refresh token")).await.expect("refresh");
    assert!(is_in(&world, &third.token).await);
    world.sessions.refresh(&first).await.expect_err("its successor was used");
    assert!(!is_in(&world, &third.token).await, "reuse ends the session");
    world
        .sessions
        .refresh(&third.refresh_token.expect("a refresh token"))
        .await
        .expect_err("and all its tokens");
}

#[tokio::test]
async fn a_late_reuse_ends_the_session_even_if_the_successor_is_unused() {
    let world = World::new();
    let first = registered(&world).await.refresh_token.expect("a refresh token");
    let second = world.sessions.refresh(&first).await.expect("refresh");
    world.clock.advance(TimeDelta::seconds(61));
    world.sessions.refresh(&first).await.expect_err("too late");
    assert!(!is_in(&world, &second.token).await);
}

#[tokio::test]
async fn an_access_token_refreshes_nothing() {
    let world = World::new();
    let ada = registered(&world).await;
    world.sessions.refresh(&ada.token).await.expect_err("not a refresh token");
    assert!(is_in(&world, &ada.token).await);
}

#[tokio::test]
async fn who_signs_in_with_a_password_that_is_changed_meanwhile_is_not_in() {
    let world = World::new();
    let ada = registered(&world).await;
    let caller = world.sessions.authenticate(&ada.token).await.expect("in");
    // Both have read the old password when it is changed.
    let held = world.store.begin(caller.scope).await.expect("begin");
    let (changed, signed_in, ()) = tokio::join!(
        world.sessions.change_password(&caller, "correct horse".into(), Some("battery staple".into())),
        world.sessions.login("ada@acme.example", "correct horse".into(), HOME),
        async move { drop(held) }
    );
    changed.expect("change");
    assert!(matches!(signed_in, Err(Error::Unauthenticated(_))), "{signed_in:?}");
}

#[tokio::test]
async fn a_new_password_ends_every_session() {
    let world = World::new();
    let ada = registered(&world).await;
    let caller = world.sessions.authenticate(&ada.token).await.expect("in");
    let change = |current: &'static str, new: &'static str| {
        world.sessions.change_password(&caller, current.into(), Some(new.into()))
    };
    assert!(matches!(change("wrong", "battery staple").await, Err(Error::Invalid(_))));
    assert!(matches!(change("correct horse", "short").await, Err(Error::Invalid(_))));
    assert!(is_in(&world, &ada.token).await);
    change("correct horse", "battery staple").await.expect("change");
    assert!(!is_in(&world, &ada.token).await);
    assert!(world.sessions.login("ada@acme.example", "correct horse".into(), HOME).await.is_err());
    assert!(world.sessions.login("ada@acme.example", "battery staple".into(), HOME).await.is_ok());
}

#[tokio::test]
async fn whoever_has_a_session_guesses_its_password_as_slowly_as_anybody() {
    let world = World::new();
    let ada = registered(&world).await;
    let caller = world.sessions.authenticate(&ada.token).await.expect("in");
    let change = |current: &'static str| {
        world.sessions.change_password(&caller, current.into(), Some("12345678".into()))
    };
    let mut guesses = 0;
    for _ in 0..60 {
        for _ in 0..20 {
            match change("wrong").await {
                Err(Error::Invalid(_)) => guesses += 1,
                refused => assert!(matches!(refused, Err(Error::Throttled { .. })), "{refused:?}"),
            }
        }
        world.clock.advance(TimeDelta::seconds(1));
    }
    assert!((5..40).contains(&guesses), "{guesses} in a minute");
    world.clock.advance(TimeDelta::seconds(2));
    change("correct horse").await.expect("who knows it waits two seconds at most");
}
