use std::sync::Arc;

use switchboard_domain::Error;
use switchboard_domain::ports::{PreviousToken, Sealed, SecretField, Store, Vault, VaultError};
use switchboard_domain::resealing::{Resealed, Resealing};
use switchboard_domain::testing::fixtures::{Planted, noon, plant};
use switchboard_domain::testing::{MemStore, PlainVault};
use switchboard_domain::twilio_settings::TwilioSettings;

async fn reseal(store: &Arc<MemStore>, keys: &[&'static str]) -> Resealed {
    let vault = Arc::new(PlainVault::new(keys));
    Resealing::new(store.clone(), store.clone(), vault).run().await.expect("run")
}

async fn settings(store: &MemStore, org: &Planted) -> TwilioSettings {
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.twilio_settings().await.expect("read").expect("planted")
}

/// The names of the keys with which an organisation's secrets are sealed.
fn key_ids(settings: &TwilioSettings) -> Vec<&str> {
    let key = settings.api_key.iter().map(|key| &key.secret);
    let previous = settings.previous_token.iter().map(|previous| &previous.token);
    [&settings.auth_token]
        .into_iter()
        .chain(key)
        .chain(previous)
        .map(|sealed| sealed.key_id.as_str())
        .collect()
}

async fn planted_with_a_previous_token(store: &MemStore, key: &'static str) -> Planted {
    let org = plant(store).await;
    let token = PlainVault::new(&[key]).seal(org.scope.org(), SecretField::PreviousAuthToken, &"old".into());
    let before = settings(store, &org).await;
    let previous_token = Some(PreviousToken { token, until: noon() });
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.put_twilio_settings(&TwilioSettings { previous_token, ..before }).await.expect("put");
    tx.commit().await.expect("commit");
    org
}

#[tokio::test]
async fn what_another_key_sealed_is_sealed_anew_once() {
    let store = Arc::new(MemStore::default());
    let org = planted_with_a_previous_token(&store, "plain").await;
    let other = plant(store.as_ref()).await;
    let before = settings(&store, &org).await;
    let done = reseal(&store, &["new", "plain"]).await;
    assert_eq!((done.anew, done.current, done.overtaken, done.failures.len()), (5, 0, 0, 0));
    let again = reseal(&store, &["new", "plain"]).await;
    assert_eq!((again.anew, again.current), (0, 5));
    for org in [&org, &other] {
        assert!(key_ids(&settings(&store, org).await).iter().all(|key| *key == "new"));
    }
    // The old key is not needed any more, and nothing but the seal has changed.
    let (after, vault) = (settings(&store, &org).await, PlainVault::new(&["new"]));
    let open = |field, sealed| vault.open(org.scope.org(), field, sealed).expect("open");
    let opened = [
        open(SecretField::AuthToken, &after.auth_token),
        open(SecretField::PreviousAuthToken, &after.previous_token.as_ref().expect("a token").token),
    ];
    let opened: Vec<_> = opened.iter().map(secrecy::ExposeSecret::expose_secret).collect();
    assert_eq!(opened, [org.auth_token.as_str(), "old"]);
    let sealed_as_before = TwilioSettings {
        auth_token: before.auth_token.clone(),
        api_key: before.api_key.clone(),
        previous_token: before.previous_token.clone(),
        ..after
    };
    assert_eq!(sealed_as_before, before);
}

#[tokio::test]
async fn one_organisations_trouble_is_not_anothers() {
    let store = Arc::new(MemStore::default());
    let broken = planted_with_a_previous_token(&store, "lost").await;
    let fine = plant(store.as_ref()).await;
    let before = settings(&store, &broken).await;
    let done = reseal(&store, &["new", "plain"]).await;
    let [(org, Error::Vault(VaultError::NoKey(key)))] = done.failures.as_slice() else { panic!("{done:?}") };
    assert_eq!((*org, key.as_str(), done.anew), (broken.scope.org(), "lost", 2));
    assert_eq!(settings(&store, &broken).await, before, "whole or not at all");
    assert_eq!(key_ids(&settings(&store, &fine).await), ["new", "new"]);
}

#[tokio::test]
async fn a_name_alone_does_not_make_a_seal_current() {
    let store = Arc::new(MemStore::default());
    let org = plant(store.as_ref()).await;
    let before = settings(&store, &org).await;
    let auth_token = Sealed { key_id: "plain".to_owned(), bytes: b"by another key of that name".to_vec() };
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.put_twilio_settings(&TwilioSettings { auth_token, ..before }).await.expect("put");
    tx.commit().await.expect("commit");
    let done = reseal(&store, &["plain"]).await;
    let [(failed, Error::Vault(VaultError::NotOurs(_)))] = done.failures.as_slice() else {
        panic!("{done:?}")
    };
    assert_eq!((*failed, done.current), (org.scope.org(), 0));
}
