use chrono::TimeDelta;
use switchboard_domain::Error;
use switchboard_domain::ports::{Clock, Directory, Store};
use switchboard_domain::service_tokens::{MOST, ServiceToken};
use switchboard_domain::sessions::Refusal;
use switchboard_domain::testing::fixtures::Planted;

use crate::world::World;

async fn create(world: &World, org: &Planted) -> (String, ServiceToken) {
    world.service_tokens.create(&org.caller(&org.admin), Some(" reports ")).await.expect("create")
}

async fn is_refused(world: &World, token: &str) -> bool {
    matches!(world.service_tokens.authenticate(token).await, Err(Refusal::Token(_)))
}

#[tokio::test]
async fn a_service_is_let_in_with_its_token_and_nothing_else() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let (secret, token) = create(&world, &org).await;
    assert_eq!((token.name.as_str(), token.created_by), ("reports", org.admin.id));
    let service = world.service_tokens.authenticate(&secret).await.expect("let in");
    assert_eq!((service.scope, service.token), (org.scope, token.id));
    let (stranger, _) = create(&world, &other).await;
    assert_eq!(world.service_tokens.authenticate(&stranger).await.expect("let in").scope, other.scope);
    let id = token.id.to_string();
    for wrong in ["", "service-9", "access-0", id.as_str()] {
        assert!(is_refused(&world, wrong).await, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_revoked_token_ends_at_once_and_live_requests_are_told() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let (secret, token) = create(&world, &org).await;
    let (kept, other_token) = create(&world, &org).await;
    let version =
        async || world.store.pulse(&[org.scope.org()]).await.expect("pulse").heads[0].access_version;
    let before = version().await;
    let foreign = world.service_tokens.revoke(&other.caller(&other.admin), token.id).await;
    assert!(matches!(foreign, Err(Error::NotFound(_))));
    assert_eq!(version().await, before);

    world.service_tokens.revoke(&org.caller(&org.admin), token.id).await.expect("revoke");
    assert_eq!(version().await, before + 1);
    assert!(is_refused(&world, &secret).await);
    world.service_tokens.authenticate(&kept).await.expect("the other one stays");
    let live = world.service_tokens.live(org.scope, &[token.id, other_token.id]).await.expect("live");
    assert_eq!(live, [other_token.id]);
    let again = world.service_tokens.revoke(&org.caller(&org.admin), token.id).await;
    assert!(matches!(again, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_use_is_noted_once_a_minute() {
    let world = World::new();
    let org = world.plant().await;
    let (secret, _) = create(&world, &org).await;
    let used = async || {
        world.service_tokens.authenticate(&secret).await.expect("let in");
        world.service_tokens.list(&org.caller(&org.admin)).await.expect("list")[0].last_used_at
    };
    let first = used().await.expect("used");
    world.clock.advance(TimeDelta::seconds(59));
    assert_eq!(used().await, Some(first));
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(used().await, Some(first + TimeDelta::minutes(1)));
}

#[tokio::test]
async fn a_token_outlives_who_made_it_but_not_its_organisation() {
    let world = World::new();
    let org = world.plant().await;
    let (secret, token) = create(&world, &org).await;
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let mut admin = org.admin.clone();
    admin.is_active = false;
    tx.update_user(&admin).await.expect("update");
    tx.commit().await.expect("commit");
    world.service_tokens.authenticate(&secret).await.expect("let in");
    assert_eq!(world.service_tokens.live(org.scope, &[token.id]).await.expect("live"), [token.id]);

    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.set_organization_active(false, world.clock.now()).await.expect("set");
    tx.commit().await.expect("commit");
    assert!(is_refused(&world, &secret).await);
    assert!(world.service_tokens.live(org.scope, &[token.id]).await.expect("live").is_empty());
}

#[tokio::test]
async fn a_token_has_a_name_and_there_are_not_too_many() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.admin);
    for name in [None, Some("  "), Some("a\0b"), Some("x".repeat(101).as_str())] {
        let refused = world.service_tokens.create(&caller, name).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{name:?}");
    }
    for _ in 0..MOST {
        create(&world, &org).await;
    }
    let refused = world.service_tokens.create(&caller, Some("one more")).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
}
