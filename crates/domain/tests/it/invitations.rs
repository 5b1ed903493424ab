use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use secrecy::SecretString;
use switchboard_domain::Error;
use switchboard_domain::access::Role;
use switchboard_domain::customers::{CustomerForm, CustomerKind};
use switchboard_domain::events::UserId;
use switchboard_domain::invitations::{Invitation, InvitationForm, Invitations, LIFE};
use switchboard_domain::lines::LineForm;
use switchboard_domain::people::UserForm;
use switchboard_domain::ports::{Clock, PasswordError, Passwords, Store};
use switchboard_domain::sessions::{AcceptanceForm, Policy, RegistrationForm, Sessions, SignedIn};
use switchboard_domain::testing::fixtures::{Planted, plant};
use switchboard_domain::testing::{MemStore, PlainTokens};

use crate::world::World;

const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const AWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 7));
const JOAN: &str = "joan@acme.example";

fn form(email: &str) -> InvitationForm {
    InvitationForm {
        email: Some(email.to_owned()),
        role: Some("user".to_owned()),
        first_name: Some("Joan".to_owned()),
        last_name: Some("Clarke".to_owned()),
        ..InvitationForm::default()
    }
}

async fn invite(world: &World, org: &Planted) -> Invitation {
    world.invitations.invite(&org.caller(&org.admin), form(JOAN)).await.expect("invite")
}

fn token(invitation: &Invitation) -> String {
    let token = invitation.link.strip_prefix("https://desk.example/invite#token=");
    token.expect("a link to the page").to_owned()
}

async fn accept(world: &World, token: &str) -> Result<SignedIn, Error> {
    let form = AcceptanceForm {
        token: Some(token.to_owned()),
        password: Some("battery staple".into()),
        ..AcceptanceForm::default()
    };
    world.sessions.accept_invitation(form, HOME).await
}

async fn has_ended(world: &World, token: &str) -> bool {
    world.clock.advance(TimeDelta::minutes(31)); // nobody has to wait
    let seen = world.sessions.invitation(Some(token), HOME).await;
    let accepted = accept(world, token).await;
    matches!((seen, accepted), (Err(Error::InvitationEnded), Err(Error::InvitationEnded)))
}

#[tokio::test]
async fn who_is_invited_comes_in_by_their_link_and_then_by_their_password() {
    let world = World::new();
    let org = world.plant().await;
    let invitation = invite(&world, &org).await;
    let seen = world.sessions.invitation(Some(&token(&invitation)), HOME).await.expect("look");
    assert_eq!((seen.user.email.as_str(), seen.organization.name.as_str()), (JOAN, "Acme"));
    assert_eq!(seen.user.invited_until, Some(world.clock.now() + LIFE));

    let joan = accept(&world, &token(&invitation)).await.expect("accept");
    assert_eq!((joan.user.role, joan.user.full_name().as_str()), (Role::User, "Joan Clarke"));
    assert!(joan.user.is_active && joan.user.email_verified && joan.refresh_token.is_some());
    assert_eq!(joan.user.last_login, Some(world.clock.now()));
    let caller = world.sessions.authenticate(&joan.token).await.expect("in");
    assert_eq!((caller.user, caller.scope), (invitation.user.id, org.scope));
    let (kept, _) = world.sessions.whoami(&caller).await.expect("read");
    assert_eq!(kept, joan.user);
    world.sessions.login("Joan@acme.example", "battery staple".into(), AWAY).await.expect("login");
    assert!(has_ended(&world, &token(&invitation)).await, "a link is good once");
}

#[tokio::test]
async fn until_they_accept_they_are_nobody_to_anybody_but_admins() {
    let world = World::new();
    let org = world.plant().await;
    let admin = org.caller(&org.admin);
    let joan = invite(&world, &org).await.user;
    assert!(!joan.is_active && !joan.email_verified);
    let users = world.people.users(&admin).await.expect("users");
    assert!(users.contains(&joan));
    assert_eq!(world.people.team(&admin).await.expect("team").len(), 2);
    for password in ["", "battery staple"] {
        let login = world.sessions.login(JOAN, password.into(), HOME).await;
        assert!(matches!(login, Err(Error::Unauthenticated(_))), "{password:?}");
    }
    let team = LineForm { team: vec![joan.id.to_string()], ..LineForm::default() };
    let line = world.lines.save(&admin, org.number.as_str(), team).await;
    assert!(matches!(line, Err(Error::Invalid(_))), "{line:?}");
    let theirs = CustomerForm {
        first_name: Some(Some("Bo".to_owned())),
        assigned_to: Some(Some(joan.id.to_string())),
        ..CustomerForm::default()
    };
    let contact = world.customers.create(&admin, CustomerKind::Contact, theirs).await;
    assert!(matches!(contact, Err(Error::Invalid(_))), "{contact:?}");
}

#[tokio::test]
async fn names_are_asked_for_where_the_invitation_has_none() {
    let world = World::new();
    let org = world.plant().await;
    let nameless = InvitationForm { first_name: None, last_name: Some(" ".to_owned()), ..form(JOAN) };
    let invitation = world.invitations.invite(&org.caller(&org.admin), nameless).await.expect("invite");
    let Err(Error::Invalid(errors)) = accept(&world, &token(&invitation)).await else { panic!("nameless") };
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["first_name", "last_name"]);
    let named = AcceptanceForm {
        token: Some(token(&invitation)),
        password: Some("battery staple".into()),
        first_name: Some("Joan".to_owned()),
        last_name: Some("Clarke".to_owned()),
        timezone: Some("Europe/London".to_owned()),
    };
    let joan = world.sessions.accept_invitation(named, HOME).await.expect("accept").user;
    assert_eq!((joan.full_name().as_str(), joan.timezone.as_str()), ("Joan Clarke", "Europe/London"));
}

#[tokio::test]
async fn a_link_ends_after_its_time_with_the_next_one_and_when_it_is_withdrawn() {
    let world = World::new();
    let org = world.plant().await;
    let admin = org.caller(&org.admin);
    let first = invite(&world, &org).await;
    world.clock.advance(LIFE - TimeDelta::seconds(1));
    world.sessions.invitation(Some(&token(&first)), HOME).await.expect("until the last second");
    world.clock.advance(TimeDelta::seconds(1));
    assert!(has_ended(&world, &token(&first)).await, "too old");

    let second = world.invitations.renew(&admin, first.user.id).await.expect("renew");
    assert_eq!(second.user.invited_until, Some(world.clock.now() + LIFE));
    world.sessions.invitation(Some(&token(&second)), HOME).await.expect("the new one counts");
    let third = world.invitations.renew(&admin, first.user.id).await.expect("renew");
    assert!(has_ended(&world, &token(&second)).await, "there is a newer one");

    world.invitations.withdraw(&admin, first.user.id).await.expect("withdraw");
    assert!(has_ended(&world, &token(&third)).await, "withdrawn");
    assert_eq!(world.people.users(&admin).await.expect("users").len(), 2);
    let again = world.invitations.withdraw(&admin, first.user.id).await;
    assert!(matches!(again, Err(Error::NotFound(_))));
    accept(&world, &token(&invite(&world, &org).await)).await.expect("invited anew");
    for wrong in ["", " ", "x", "service-0"] {
        let result = accept(&world, wrong).await;
        let is_missing = wrong.trim().is_empty();
        assert_eq!(matches!(result, Err(Error::Invalid(_))), is_missing, "{wrong:?}");
        assert_eq!(matches!(result, Err(Error::InvitationEnded)), !is_missing, "{wrong:?}");
    }
}

#[tokio::test]
async fn an_admin_changes_who_is_invited_and_cannot_make_them_active() {
    let world = World::new();
    let org = world.plant().await;
    let admin = org.caller(&org.admin);
    let invitation = invite(&world, &org).await;
    let change = async |form| world.people.update_user(&admin, invitation.user.id, form).await;
    let promote = UserForm { role: Some("admin".to_owned()), ..UserForm::default() };
    assert_eq!(change(promote).await.expect("update").role, Role::Admin);
    let leave = UserForm { is_active: Some(false), ..UserForm::default() };
    let last = world.people.update_user(&admin, org.admin.id, leave.clone()).await;
    assert!(matches!(last, Err(Error::Invalid(_))), "an admin who is invited rules nothing yet");
    let come = UserForm { is_active: Some(true), ..UserForm::default() };
    assert!(matches!(change(come.clone()).await, Err(Error::Invalid(_))), "they have no password");

    let out = change(leave.clone()).await.expect("update");
    assert_eq!(out.invited_until, Some(world.clock.now()));
    assert!(has_ended(&world, &token(&invitation)).await, "who is made inactive does not come in");
    assert!(matches!(change(come.clone()).await, Err(Error::Invalid(_))));
    let next = world.invitations.renew(&admin, invitation.user.id).await.expect("renew");
    let joan = accept(&world, &token(&next)).await.expect("accept");
    assert_eq!(joan.user.role, Role::Admin, "as it was changed");

    assert!(!change(leave).await.expect("update").is_active);
    assert!(world.sessions.authenticate(&joan.token).await.is_err());
    assert!(change(come).await.expect("update").is_active, "who accepted may come back");
    world.sessions.login(JOAN, "battery staple".into(), HOME).await.expect("login");
    for id in [org.agent.id, joan.user.id] {
        let renewed = world.invitations.renew(&admin, id).await;
        assert!(matches!(renewed, Err(Error::NotFound("invitation"))), "they are here already");
        let withdrawn = world.invitations.withdraw(&admin, id).await;
        assert!(matches!(withdrawn, Err(Error::NotFound("invitation"))));
    }
}

#[tokio::test]
async fn an_address_is_invited_once_and_by_one_organisation() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let admin = org.caller(&org.admin);
    let (ours, theirs) = (org.agent.email.to_uppercase(), other.agent.email.clone());
    let mine = world.invitations.invite(&admin, form(&ours)).await;
    assert!(matches!(mine, Err(Error::AlreadyMember)));
    let invited = invite(&world, &org).await;
    let again = world.invitations.invite(&admin, form(JOAN)).await;
    assert!(matches!(again, Err(Error::AlreadyMember)));
    world.sessions.invitation(Some(&token(&invited)), HOME).await.expect("her link still counts");

    let Err(foreign) = world.invitations.invite(&admin, form(&theirs)).await else { panic!("invited") };
    let register = RegistrationForm {
        name: Some("Copy".to_owned()),
        email: Some(theirs),
        password: Some("correct horse".into()),
        first_name: Some("Eve".to_owned()),
        last_name: Some("Copy".to_owned()),
        ..RegistrationForm::default()
    };
    let Err(registered) = world.sessions.register(register, HOME).await else { panic!("registered") };
    assert_eq!(foreign.to_string(), registered.to_string(), "it tells what registering tells");
    let pending = world.invitations.invite(&other.caller(&other.admin), form(JOAN)).await;
    assert_eq!(pending.expect_err("taken").to_string(), foreign.to_string(), "active or not");
}

#[tokio::test]
async fn a_form_is_read_whole() {
    let world = World::new();
    let org = world.plant().await;
    let admin = org.caller(&org.admin);
    let text = |text: &str| Some(text.to_owned());
    let bad = InvitationForm {
        email: text("joan"),
        role: text("operator"),
        first_name: Some("x".repeat(101)),
        last_name: text("a\0b"),
        timezone: text("Mars/Olympus"),
    };
    let Err(Error::Invalid(errors)) = world.invitations.invite(&admin, bad).await else { panic!("read") };
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["email", "role", "first_name", "last_name", "timezone"]);
    let nothing = world.invitations.invite(&admin, InvitationForm::default()).await;
    let Err(Error::Invalid(errors)) = nothing else { panic!("read") };
    assert_eq!(errors.len(), 2, "{errors:?}");
    for role in Role::ALL {
        let form = InvitationForm { role: text(role.as_str()), ..form(&format!("{role}@acme.example")) };
        let invitation = world.invitations.invite(&admin, form).await.expect("invite");
        assert_eq!((invitation.user.role, invitation.user.timezone.as_str()), (role, "UTC"));
    }
    let short = AcceptanceForm { token: text("x"), password: Some("1234567".into()), ..Default::default() };
    let refused = world.sessions.accept_invitation(short, HOME).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn another_organisations_invitation_is_not_found() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let invitation = invite(&world, &org).await;
    let stranger = other.caller(&other.admin);
    let renewed = world.invitations.renew(&stranger, invitation.user.id).await;
    assert!(matches!(renewed, Err(Error::NotFound("user"))));
    let withdrawn = world.invitations.withdraw(&stranger, invitation.user.id).await;
    assert!(matches!(withdrawn, Err(Error::NotFound(_))));
    let joan = accept(&world, &token(&invitation)).await.expect("it still counts");
    assert_eq!(joan.organization.id, org.scope.org());
}

#[tokio::test]
async fn an_organisation_that_is_switched_off_lets_nobody_in() {
    let world = World::new();
    let org = world.plant().await;
    let invitation = invite(&world, &org).await;
    let switch = async |is_active| {
        let mut tx = world.store.begin(org.scope).await.expect("begin");
        tx.set_organization_active(is_active, world.clock.now()).await.expect("set");
        tx.commit().await.expect("commit");
    };
    switch(false).await;
    let seen = world.sessions.invitation(Some(&token(&invitation)), HOME).await;
    assert!(matches!(seen, Err(Error::InactiveOrganization)));
    for _ in 0..20 {
        let refused = accept(&world, &token(&invitation)).await;
        assert!(matches!(refused, Err(Error::InactiveOrganization)), "that is no guess");
    }
    switch(true).await;
    accept(&world, &token(&invitation)).await.expect("the link is as good as before");
}

#[tokio::test]
async fn a_link_that_does_not_count_is_slowed_and_others_at_that_address_are_not() {
    let world = World::new();
    let org = world.plant().await;
    let invitation = invite(&world, &org).await;
    for _ in 0..5 {
        assert!(matches!(accept(&world, "invitation-9").await, Err(Error::InvitationEnded)));
    }
    let slowed = world.sessions.invitation(Some("invitation-9"), HOME).await;
    assert!(matches!(slowed, Err(Error::Throttled { .. })), "looking and accepting count together");
    let elsewhere = world.sessions.invitation(Some("invitation-9"), AWAY).await;
    assert!(matches!(elsewhere, Err(Error::InvitationEnded)));
    for _ in 0..20 {
        world.sessions.invitation(Some(&token(&invitation)), HOME).await.expect("what is right never counts");
    }
    accept(&world, &token(&invitation)).await.expect("accept");
}

/// Somebody's link is replaced whenever a password is hashed.
struct Meanwhile {
    invitations: Arc<Invitations>,
    org: Planted,
    user: UserId,
}

#[async_trait]
impl Passwords for Meanwhile {
    async fn hash(&self, _: SecretString) -> Result<String, PasswordError> {
        self.invitations.renew(&self.org.caller(&self.org.admin), self.user).await.expect("renew");
        Ok("hash".to_owned())
    }

    async fn verify(&self, _: SecretString, _: Option<String>) -> Result<bool, PasswordError> {
        Ok(false)
    }
}

#[tokio::test]
async fn a_link_that_is_replaced_at_that_moment_lets_nobody_in() {
    let (store, tokens) = (Arc::new(MemStore::default()), Arc::new(PlainTokens::default()));
    let (clock, page) = (store.clock(), "https://desk.example");
    let invitations = Arc::new(Invitations::new(store.clone(), tokens.clone(), clock.clone(), page));
    let org = plant(store.as_ref()).await;
    let invitation = invitations.invite(&org.caller(&org.admin), form(JOAN)).await.expect("invite");
    let user = invitation.user.id;
    let passwords = Arc::new(Meanwhile { invitations, org: org.clone(), user });
    let sessions = Sessions::new(store.clone(), store.clone(), passwords, tokens, clock, Policy::default());
    let form = AcceptanceForm {
        token: Some(token(&invitation)),
        password: Some("battery staple".into()),
        ..AcceptanceForm::default()
    };
    let accepted = sessions.accept_invitation(form, HOME).await;
    assert!(matches!(accepted, Err(Error::InvitationEnded)), "{accepted:?}");
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert!(!tx.user(user).await.expect("read").expect("invited").is_active);
}
