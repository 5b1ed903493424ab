use chrono::TimeDelta;
use uuid::Uuid;

use crate::phone::PhoneNumber;
use crate::ports::{Directory, PreviousToken, Sealed, SealedKeys, SecretField, Store, StoreError, Vault};
use crate::signatures::{ModeChange, Period, SignatureMode};
use crate::testing::PlainVault;
use crate::testing::fixtures::{self, Planted, noon, plant};
use crate::twilio_settings::{TwilioNumber, TwilioSettings};

/// Other settings than those that were planted: another account, two numbers, a messaging service, no API key.
fn others(org: &Planted) -> TwilioSettings {
    let tag = Uuid::new_v4().simple().to_string();
    let settings = fixtures::twilio_settings(&org.agent, &tag, &org.number);
    let second = PhoneNumber::from_e164(format!("{}9", org.number));
    TwilioSettings {
        previous_token: Some(PreviousToken {
            token: PlainVault::default().seal(
                org.scope.org(),
                SecretField::PreviousAuthToken,
                &"before".into(),
            ),
            until: noon() + TimeDelta::hours(24),
        }),
        api_key: None,
        application_sid: None,
        messaging_service_sid: Some(format!("MG{tag}")),
        numbers: [settings.numbers.clone(), vec![TwilioNumber { number: second, sid: format!("PN{tag}2") }]]
            .concat(),
        saved_at: noon() + TimeDelta::hours(1),
        webhooks_set_at: Some(noon() + TimeDelta::hours(2)),
        ..settings
    }
}

async fn settings(store: &dyn Store, org: &Planted) -> Option<TwilioSettings> {
    store.begin(org.scope).await.expect("begin").twilio_settings().await.expect("read")
}

async fn put(store: &dyn Store, org: &Planted, settings: &TwilioSettings) {
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.put_twilio_settings(settings).await.expect("put");
    tx.commit().await.expect("commit");
}

fn keys_of(org: &Planted, settings: &TwilioSettings) -> SealedKeys {
    SealedKeys {
        org: org.scope.org(),
        auth_token: settings.auth_token.clone(),
        previous: settings.previous_token.clone(),
        observed: None,
    }
}

pub(super) async fn settings_at_twilio_are_replaced_whole(store: &dyn Store, directory: &dyn Directory) {
    let org = plant(store).await;
    let planted = settings(store, &org).await.expect("planted");
    assert_eq!(
        (planted.account_sid.as_str(), &planted.phone_number, planted.numbers.len()),
        (org.account_sid.as_str(), &org.number, 1)
    );
    let other = others(&org);
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.twilio_settings_to_change().await.expect("read").as_ref(), Some(&planted));
    tx.put_twilio_settings(&other).await.expect("put");
    drop(tx);
    assert_eq!(settings(store, &org).await, Some(planted.clone()), "dropped, so it never was");
    assert_eq!(directory.twilio_keys(&other.account_sid).await.expect("read"), []);
    assert_eq!(directory.twilio_keys(&planted.account_sid).await.expect("read"), [keys_of(&org, &planted)]);

    put(store, &org, &other).await;
    assert_eq!(settings(store, &org).await, Some(other.clone()));
    assert_eq!(directory.twilio_keys(&planted.account_sid).await.expect("read"), []);
    assert_eq!(directory.twilio_keys(&other.account_sid).await.expect("read"), [keys_of(&org, &other)]);
    let owner = async |account: &str, key: &str| directory.number_owner(account, key).await.expect("read");
    assert_eq!(other.keys().count(), 3);
    for key in other.keys() {
        assert_eq!(owner(&other.account_sid, key).await, Some(org.scope.org()), "{key}");
        assert_eq!(owner(&planted.account_sid, key).await, None, "{key}");
    }
    put(store, &org, &TwilioSettings { messaging_service_sid: None, ..other.clone() }).await;
    let service = other.messaging_service_sid.expect("a service");
    assert_eq!(owner(&other.account_sid, &service).await, None, "it is not the organisation's any more");
    assert_eq!(owner(&other.account_sid, "").await, None);
}

pub(super) async fn what_leads_to_an_organisation_leads_to_no_other(
    store: &dyn Store,
    directory: &dyn Directory,
) {
    let (org, other) = (plant(store).await, plant(store).await);
    let mine = others(&org);
    put(store, &org, &mine).await;
    let theirs = settings(store, &other).await.expect("planted");
    let same_account = TwilioSettings { account_sid: mine.account_sid.clone(), ..theirs.clone() };
    let number = mine.numbers[1].clone();
    let service = mine.messaging_service_sid.clone();
    for taken in [
        TwilioSettings { numbers: vec![number.clone()], ..same_account.clone() },
        TwilioSettings { messaging_service_sid: service.clone(), ..same_account.clone() },
    ] {
        let mut tx = store.begin(other.scope).await.expect("begin");
        let put = tx.put_twilio_settings(&taken).await;
        assert!(matches!(put, Err(StoreError::Taken(_))), "{put:?}");
    }
    let elsewhere = TwilioSettings { numbers: vec![number], messaging_service_sid: service, ..theirs };
    put(store, &other, &elsewhere).await;
    put(store, &other, &same_account).await;
    let orgs = directory.twilio_keys(&mine.account_sid).await.expect("read");
    let mut orgs: Vec<_> = orgs.iter().map(|keys| keys.org).collect();
    orgs.sort_unstable();
    let mut both = [org.scope.org(), other.scope.org()];
    both.sort_unstable();
    assert_eq!(orgs, both, "an account may serve several");
}

pub(super) async fn webhooks_are_noted_for_the_settings_they_were_set_for(store: &dyn Store) {
    let org = plant(store).await;
    let planted = settings(store, &org).await.expect("planted");
    let later = noon() + TimeDelta::minutes(1);
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert!(!tx.note_webhooks_set(Uuid::new_v4(), later).await.expect("others were saved"));
    assert_eq!(tx.twilio_settings().await.expect("read").and_then(|kept| kept.webhooks_set_at), None);
    assert!(tx.note_webhooks_set(planted.revision, later).await.expect("note"));
    tx.commit().await.expect("commit");
    let kept = settings(store, &org).await.expect("settings");
    assert_eq!(kept, TwilioSettings { webhooks_set_at: Some(later), ..planted });
}

pub(super) async fn a_secret_is_sealed_anew_where_it_was_read(store: &dyn Store, directory: &dyn Directory) {
    let org = plant(store).await;
    let with_key = settings(store, &org).await.expect("planted").api_key;
    let before = TwilioSettings { api_key: with_key, ..others(&org) };
    put(store, &org, &before).await;
    let anew = |n| Sealed { key_id: "new".to_owned(), bytes: vec![n] };
    let previous = before.previous_token.clone().expect("a token");
    let key = before.api_key.clone().expect("a key");
    for (n, (field, from)) in [
        (SecretField::AuthToken, &before.auth_token),
        (SecretField::PreviousAuthToken, &previous.token),
        (SecretField::ApiKeySecret, &key.secret),
    ]
    .into_iter()
    .enumerate()
    {
        let mut tx = store.begin(org.scope).await.expect("begin");
        let misread = Sealed { key_id: "other".to_owned(), ..from.clone() };
        for wrong in [misread, anew(9)] {
            assert!(!tx.reseal(field, &wrong, &anew(8)).await.expect("it is not there"), "{field:?}");
        }
        assert!(tx.reseal(field, from, &anew(n as u8)).await.expect("reseal"), "{field:?}");
        assert!(!tx.reseal(field, from, &anew(8)).await.expect("reseal"), "{field:?}, again");
        tx.commit().await.expect("commit");
    }
    let after = TwilioSettings {
        auth_token: anew(0),
        previous_token: Some(PreviousToken { token: anew(1), ..previous }),
        api_key: Some(crate::twilio_settings::ApiKey { secret: anew(2), ..key }),
        ..before
    };
    assert_eq!(settings(store, &org).await.as_ref(), Some(&after));
    assert_eq!(directory.twilio_keys(&after.account_sid).await.expect("read"), [keys_of(&org, &after)]);
}

pub(super) async fn a_choice_of_mode_is_kept_and_counts_until_the_next(
    store: &dyn Store,
    directory: &dyn Directory,
) {
    let org = plant(store).await;
    let (from, until) = (noon(), noon() + TimeDelta::hours(72));
    let observe = ModeChange {
        mode: SignatureMode::Observe,
        until: Some(until),
        changed_by: "Ada".to_owned(),
        changed_at: from,
    };
    let enforce = ModeChange {
        mode: SignatureMode::Enforce,
        until: None,
        changed_by: "Bo".to_owned(),
        changed_at: noon(),
    };
    let choose = async |change: &ModeChange| {
        let mut tx = store.begin(org.scope).await.expect("begin");
        tx.insert_signature_mode(change).await.expect("insert");
        tx.commit().await.expect("commit");
    };
    let observed =
        async |account: &str| directory.twilio_keys(account).await.expect("read").first()?.observed;
    assert_eq!(observed(&org.account_sid).await, None);
    choose(&observe).await;
    assert_eq!(observed(&org.account_sid).await, Some(Period { from, until }));
    let other = others(&org);
    put(store, &org, &other).await;
    assert_eq!(observed(&other.account_sid).await, Some(Period { from, until }), "it is the organisation's");
    choose(&enforce).await;
    assert_eq!(observed(&other.account_sid).await, None);

    let mut tx = store.begin(org.scope).await.expect("begin");
    let all = tx.signature_modes(10).await.expect("read");
    assert_eq!(all, [enforce.clone(), observe], "the last one first");
    assert_eq!(tx.signature_modes(1).await.expect("read"), [enforce]);
}
