//! With whose tokens webhooks are verified: what was saved a moment ago, here or on another node, and what counted before.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use switchboard_domain::events::OrgId;
use switchboard_domain::ports::{
    Directory, LoginKey, PreviousToken, Pulse, SealedKeys, SecretField, ServiceTokenKey, Store, StoreError,
    Vault,
};
use switchboard_domain::service_tokens::TokenHash;
use switchboard_domain::testing::fixtures::{Planted, noon};
use switchboard_domain::testing::{MemStore, PlainVault};
use switchboard_domain::twilio_settings::TwilioSettings;
use tokio::time::advance;

use crate::harness::World;
use crate::webhooks::{Params, SMS, signed_with, text};

/// A directory that counts the questions for keys.
struct Counting {
    mem: Arc<MemStore>,
    asked: AtomicUsize,
}

#[async_trait]
impl Directory for Counting {
    async fn login(&self, email: &str) -> Result<Option<LoginKey>, StoreError> {
        self.mem.login(email).await
    }
    async fn twilio_keys(&self, account_sid: &str) -> Result<Vec<SealedKeys>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        self.mem.twilio_keys(account_sid).await
    }
    async fn number_owner(&self, account_sid: &str, number: &str) -> Result<Option<OrgId>, StoreError> {
        self.mem.number_owner(account_sid, number).await
    }
    async fn service_token(&self, hash: TokenHash) -> Result<Option<ServiceTokenKey>, StoreError> {
        self.mem.service_token(hash).await
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
    let directory = Arc::new(Counting { mem: mem.clone(), asked: AtomicUsize::new(0) });
    (World::over(mem.clone(), mem, directory.clone()), directory)
}

/// Settings that another node saved.
async fn save_elsewhere(world: &World, org: &Planted, change: impl FnOnce(TwilioSettings) -> TwilioSettings) {
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let settings = tx.twilio_settings().await.expect("read").expect("planted");
    tx.put_twilio_settings(&change(settings)).await.expect("put");
    tx.commit().await.expect("commit");
}

fn seal(org: &Planted, field: SecretField, secret: &str) -> switchboard_domain::ports::Sealed {
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

#[tokio::test]
async fn organisations_of_one_account_are_spoken_for_with_their_own_tokens() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    save_elsewhere(&world, &other, |before| TwilioSettings {
        account_sid: org.account_sid.clone(),
        ..before
    })
    .await;
    // The one of them rotated long ago, the other one still has what counted before.
    for (number, own, neighbours) in [(&org, &org, &other), (&other, &other, &org)] {
        let params = text(number, "SM1", "hello");
        let params: Params = params
            .into_iter()
            .map(|(name, value)| match name.as_str() {
                "AccountSid" => (name, org.account_sid.clone()),
                _ => (name, value),
            })
            .collect();
        let foreign = signed_with(&world, &neighbours.auth_token, SMS, &params).await;
        assert_eq!((foreign.status.as_u16(), foreign.text.as_str()), (403, ""));
        assert_eq!(signed_with(&world, &own.auth_token, SMS, &params).await.status.as_u16(), 200);
    }
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
