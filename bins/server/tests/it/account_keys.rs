//! With whose tokens webhooks are verified: what was saved a moment ago, here or on another node, and what counted before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use switchboard_domain::events::OrgId;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    Directory, InvitationKey, LoginKey, PreviousToken, Pulse, SealedKeys, SecretField, ServiceTokenKey,
    Store, StoreError, TokenHash, Vault,
};
use switchboard_domain::testing::fixtures::{Planted, noon};
use switchboard_domain::testing::{MemStore, PlainVault};
use switchboard_domain::twilio_settings::TwilioSettings;
use tokio::time::{Instant, advance, timeout};

use crate::harness::World;
use crate::webhooks::{CALL_STATUS, SMS, VOICE, call, signed_with, text};

/// A directory that counts the questions for keys, and never answers those for strangers while it is stuck.
struct Counting {
    mem: Arc<MemStore>,
    asked: AtomicUsize,
    is_stuck: AtomicBool,
}

#[async_trait]
impl Directory for Counting {
    async fn login(&self, email: &str) -> Result<Option<LoginKey>, StoreError> {
        self.mem.login(email).await
    }
    async fn twilio_keys(&self, account_sid: &str) -> Result<Vec<SealedKeys>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        let keys = self.mem.twilio_keys(account_sid).await?;
        if keys.is_empty() && self.is_stuck.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        Ok(keys)
    }
    async fn number_owner(&self, account_sid: &str, number: &str) -> Result<Option<OrgId>, StoreError> {
        self.mem.number_owner(account_sid, number).await
    }
    async fn is_number_here(&self, number: &PhoneNumber) -> Result<bool, StoreError> {
        self.mem.is_number_here(number).await
    }
    async fn service_token(&self, hash: TokenHash) -> Result<Option<ServiceTokenKey>, StoreError> {
        self.mem.service_token(hash).await
    }
    async fn invitation(&self, hash: TokenHash) -> Result<Option<InvitationKey>, StoreError> {
        self.mem.invitation(hash).await
    }
    async fn pulse(&self, orgs: &[OrgId]) -> Result<Pulse, StoreError> {
        self.mem.pulse(orgs).await
    }
    async fn ping(&self) -> Result<(), StoreError> {
        self.mem.ping().await
    }
}

fn counting() -> (World, Arc<Counting>) {
    let mem = Arc::new(MemStore::default());
    let directory =
        Arc::new(Counting { mem: mem.clone(), asked: AtomicUsize::new(0), is_stuck: AtomicBool::new(false) });
    (World::over(mem.clone(), mem, directory.clone()), directory)
}

/// Settings that another node saved.
pub async fn save_elsewhere(
    world: &World,
    org: &Planted,
    change: impl FnOnce(TwilioSettings) -> TwilioSettings,
) {
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let settings = tx.twilio_settings().await.expect("read").expect("planted");
    tx.put_twilio_settings(&change(settings)).await.expect("put");
    tx.commit().await.expect("commit");
}

pub fn seal(org: &Planted, field: SecretField, secret: &str) -> switchboard_domain::ports::Sealed {
    PlainVault::default().seal(org.scope.org(), field, &secret.into())
}

/// The status that a text gets which was signed with this token.
async fn status(world: &World, org: &Planted, token: &str) -> u16 {
    signed_with(world, token, SMS, &text(org, "SM1", "hello")).await.status.as_u16()
}

#[tokio::test(start_paused = true)]
async fn a_token_saved_on_another_node_is_felt_within_seconds_and_the_old_one_counts_for_a_day() {
    let world = World::new();
    let org = world.plant().await;
    assert_eq!(status(&world, &org, &org.auth_token).await, 200);
    save_elsewhere(&world, &org, |before| TwilioSettings {
        auth_token: seal(&org, SecretField::AuthToken, "new"),
        previous_token: Some(PreviousToken {
            token: seal(&org, SecretField::PreviousAuthToken, &org.auth_token),
            until: noon() + TimeDelta::hours(24),
        }),
        ..before
    })
    .await;
    assert_eq!(status(&world, &org, "new").await, 403, "what is known is young");
    advance(Duration::from_secs(2)).await;
    assert_eq!(status(&world, &org, "new").await, 200);
    assert_eq!(status(&world, &org, &org.auth_token).await, 200, "Twilio may sign with either");
    world.clock.advance(TimeDelta::hours(24) - TimeDelta::milliseconds(1));
    assert_eq!(status(&world, &org, &org.auth_token).await, 200);
    world.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(status(&world, &org, &org.auth_token).await, 403, "a day is over");
    assert_eq!(status(&world, &org, "new").await, 200);
}

#[tokio::test(start_paused = true)]
async fn junk_costs_a_question_every_other_second_and_what_is_right_costs_fewer() {
    let (world, directory) = counting();
    let org = world.plant().await;
    let mut unknown = org.clone();
    unknown.account_sid = format!("AC{}", "0".repeat(32));
    let asked = || directory.asked.swap(0, Ordering::Relaxed);
    for _ in 0..10 {
        assert_eq!(status(&world, &org, &org.auth_token).await, 200);
        advance(Duration::from_millis(900)).await;
    }
    assert_eq!(asked(), 1, "for ten seconds");
    for who in [&org, &unknown] {
        advance(Duration::from_secs(60)).await;
        for _ in 0..100 {
            assert_eq!(status(&world, who, "guess").await, 403);
        }
        assert_eq!(asked(), 1, "and nobody tells a known account from an unknown one by it");
        advance(Duration::from_secs(2)).await;
        for _ in 0..100 {
            assert_eq!(status(&world, who, "guess").await, 403);
        }
        assert_eq!(asked(), 1);
    }
    advance(Duration::from_secs(2)).await;
    let (one, two, three) = tokio::join!(
        status(&world, &unknown, "guess"),
        status(&world, &unknown, "guess"),
        status(&world, &unknown, "guess")
    );
    assert_eq!((one, two, three), (403, 403, 403));
    assert!(asked() <= 2, "all at once take turns");
    let shapeless = Planted { account_sid: "AC1".to_owned(), ..org };
    assert_eq!(status(&world, &shapeless, "guess").await, 403);
    assert_eq!(asked(), 0, "what is no SID is not asked for");
}

#[tokio::test(start_paused = true)]
async fn strangers_who_take_every_turn_keep_nobody_waiting_for_long() {
    let (world, directory) = counting();
    let org = world.plant().await;
    assert_eq!(status(&world, &org, &org.auth_token).await, 200);
    directory.is_stuck.store(true, Ordering::Relaxed);
    let stranger = |n: u8| Planted { account_sid: format!("AC{}", n.to_string().repeat(32)), ..org.clone() };
    let (one, two, three) = (stranger(1), stranger(2), stranger(3));
    let crowd = async { tokio::join!(status(&world, &one, "guess"), status(&world, &two, "guess")) };
    let others = async {
        let begun = Instant::now();
        assert_eq!(status(&world, &three, "guess").await, 403);
        assert_eq!(begun.elapsed().as_secs(), 2, "no more");
        let new = seal(&org, SecretField::AuthToken, "new");
        save_elsewhere(&world, &org, |before| TwilioSettings { auth_token: new, ..before }).await;
        let begun = Instant::now();
        assert_eq!(status(&world, &org, "new").await, 200, "it does not queue behind them");
        assert_eq!(begun.elapsed().as_secs(), 0);
    };
    tokio::select! {
        biased;
        _ = crowd => panic!("they are stuck"),
        done = timeout(Duration::from_secs(60), others) => done.expect("in time"),
    }
}

/// Two organisations that share an account.
async fn neighbours(world: &World) -> (Planted, Planted) {
    let (org, other) = (world.plant().await, world.plant().await);
    let account_sid = org.account_sid.clone();
    save_elsewhere(world, &other, |before| TwilioSettings { account_sid, ..before }).await;
    let other = Planted { account_sid: org.account_sid.clone(), ..other };
    (org, other)
}

#[tokio::test]
async fn every_organisation_of_an_account_brings_its_token_for_itself_alone() {
    let world = World::new();
    let (org, other) = neighbours(&world).await;
    for (whose, token, expected) in [
        (&org, &org.auth_token, 200),
        (&other, &other.auth_token, 200),
        (&org, &other.auth_token, 403),
        (&other, &org.auth_token, 403),
    ] {
        assert_eq!(status(&world, whose, token).await, expected);
        let ringing = call(whose, "CA1", "+16475550100");
        let answer = signed_with(&world, token, VOICE, &ringing).await;
        assert_eq!(answer.status.as_u16(), expected);
        assert_eq!(answer.text.is_empty(), expected == 403, "{}", answer.text);
        let moved_on = signed_with(&world, token, CALL_STATUS, &ringing).await;
        assert_eq!(moved_on.status.as_u16(), if expected == 200 { 204 } else { 403 });
    }
    assert_eq!((world.events(&org).await, world.events(&other).await), (2, 2));
    let nobodys = Planted { number: PhoneNumber::from_e164("+14155550000"), ..org.clone() };
    for token in [&org.auth_token, &other.auth_token] {
        assert_eq!(status(&world, &nobodys, token).await, 200, "Twilio's, and for nobody here");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_a_neighbour_still_has_opens_no_numbers_of_who_replaced_it() {
    let world = World::new();
    let (org, other) = neighbours(&world).await;
    let leaked = seal(&other, SecretField::AuthToken, &org.auth_token);
    save_elsewhere(&world, &other, |before| TwilioSettings { auth_token: leaked, ..before }).await;
    for whose in [&org, &other] {
        assert_eq!(status(&world, whose, &org.auth_token).await, 200, "both have the same one");
    }
    let (rotated, previous) = (
        seal(&org, SecretField::AuthToken, "new"),
        seal(&org, SecretField::PreviousAuthToken, &org.auth_token),
    );
    save_elsewhere(&world, &org, |before| TwilioSettings {
        auth_token: rotated,
        previous_token: Some(PreviousToken { token: previous, until: noon() + TimeDelta::hours(24) }),
        ..before
    })
    .await;
    advance(Duration::from_secs(10)).await;
    world.clock.advance(TimeDelta::hours(24) - TimeDelta::milliseconds(1));
    assert_eq!(status(&world, &org, &org.auth_token).await, 200);
    world.clock.advance(TimeDelta::milliseconds(1));
    let attack = signed_with(&world, &org.auth_token, SMS, &text(&org, "SM2", "hello")).await;
    assert_eq!((attack.status.as_u16(), attack.text.as_str()), (403, ""));
    assert_eq!(world.events(&org).await, 1);
    assert_eq!(status(&world, &other, &org.auth_token).await, 200, "its own numbers are its own matter");
}

#[tokio::test(start_paused = true)]
async fn a_token_saved_on_another_node_counts_within_seconds_though_a_neighbours_verifies_too() {
    let world = World::new();
    let (org, other) = neighbours(&world).await;
    let new = seal(&other, SecretField::AuthToken, "new");
    save_elsewhere(&world, &other, |before| TwilioSettings { auth_token: new, ..before }).await;
    assert_eq!(status(&world, &org, "new").await, 403);
    let new = seal(&org, SecretField::AuthToken, "new");
    save_elsewhere(&world, &org, |before| TwilioSettings { auth_token: new, ..before }).await;
    advance(Duration::from_secs(2)).await;
    assert_eq!(status(&world, &org, "new").await, 200);
}

#[tokio::test]
async fn an_account_whose_token_cannot_be_opened_is_like_an_unknown_one() {
    let world = World::new();
    let org = world.plant().await;
    save_elsewhere(&world, &org, |before| TwilioSettings {
        auth_token: PlainVault::new(&["lost"]).seal(org.scope.org(), SecretField::AuthToken, &"token".into()),
        ..before
    })
    .await;
    for token in ["token", org.auth_token.as_str(), "nobody's token"] {
        let answer = signed_with(&world, token, SMS, &text(&org, "SM1", "hello")).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (403, ""), "{token}");
    }
}
