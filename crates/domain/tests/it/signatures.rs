use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;

use switchboard_domain::events::OrgId;
use switchboard_domain::ports::{PreviousToken, SealedKeys, SecretField, Vault, VaultError};
use switchboard_domain::signatures::{OrgKeys, Period};
use switchboard_domain::testing::PlainVault;
use switchboard_domain::testing::fixtures::noon;

fn sealed(vault: &PlainVault) -> SealedKeys {
    let org = OrgId::generate();
    SealedKeys {
        org,
        auth_token: vault.seal(org, SecretField::AuthToken, &"new".into()),
        previous: Some(PreviousToken {
            token: vault.seal(org, SecretField::PreviousAuthToken, &"old".into()),
            until: noon(),
        }),
        observed: Some(Period { from: noon(), until: noon() + TimeDelta::hours(1) }),
    }
}

fn counting(keys: &OrgKeys, now: DateTime<Utc>) -> Vec<&str> {
    keys.counting(now).map(|token| token.expose_secret()).collect()
}

#[test]
fn the_token_before_counts_until_its_time_is_over() {
    let vault = PlainVault::default();
    let (keys, closed) = OrgKeys::open(&vault, &sealed(&vault), noon());
    assert!(closed.is_empty());
    let before = noon() - TimeDelta::milliseconds(1);
    assert_eq!((counting(&keys, before), keys.replaced(before).is_none()), (vec!["new", "old"], true));
    assert_eq!(counting(&keys, noon()), ["new"]);
    assert_eq!(keys.replaced(noon()).map(|token| token.expose_secret()), Some("old"));
}

#[test]
fn observing_begins_and_ends() {
    let vault = PlainVault::default();
    let (keys, _) = OrgKeys::open(&vault, &sealed(&vault), noon());
    let (milli, hour) = (TimeDelta::milliseconds(1), TimeDelta::hours(1));
    for (moment, is_observed) in
        [(noon() - milli, false), (noon(), true), (noon() + hour - milli, true), (noon() + hour, false)]
    {
        assert_eq!(keys.is_observed(moment), is_observed, "{moment}");
    }
}

#[test]
fn what_stays_closed_is_left_out_and_told() {
    let other = PlainVault::new(&["lost"]);
    let mut keys = sealed(&other);
    let before = noon() - TimeDelta::milliseconds(1);
    let (opened, closed) = OrgKeys::open(&PlainVault::default(), &keys, before);
    assert!(opened.is_empty());
    assert_eq!(closed, [VaultError::NoKey("lost".to_owned()), VaultError::NoKey("lost".to_owned())]);
    keys.auth_token = PlainVault::default().seal(keys.org, SecretField::AuthToken, &"new".into());
    for (moment, told) in [(before, 1), (noon(), 0)] {
        let (opened, closed) = OrgKeys::open(&PlainVault::default(), &keys, moment);
        assert_eq!((counting(&opened, moment), closed.len()), (vec!["new"], told), "{moment}");
    }
}
