use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use switchboard_domain::Error;
use switchboard_domain::access::OrgScope;
use switchboard_domain::events::OrgId;
use switchboard_domain::inspector::{
    Heard, Inspector, KEPT, MOST, MOST_OF_ANYBODY, SignatureVerdict, WebhookFilter, WebhookKind,
    WebhookRecord,
};
use switchboard_domain::ports::{Clock, OrgTx, Store, StoreError};
use switchboard_domain::retention::Retention;
use switchboard_domain::testing::MemStore;
use switchboard_domain::testing::fixtures::{self, Planted, noon};

use crate::world::World;

fn inspector(world: &World) -> Inspector {
    Inspector::new(world.store.clone(), world.store.clone())
}

async fn list(world: &World, org: &Planted) -> (Vec<WebhookRecord>, i64) {
    let caller = org.caller(&org.admin);
    inspector(world).list(&caller, &WebhookFilter::default(), 1_000, 0).await.expect("list")
}

fn heard(org: &Planted, second: i64) -> Heard {
    let at = noon() + TimeDelta::seconds(second);
    let record = WebhookRecord {
        account_sid: org.account_sid.clone(),
        ..fixtures::webhook(WebhookKind::Voice, &[("To", org.number.as_str())], at)
    };
    Heard { record, whose: vec![(org.scope.org(), SignatureVerdict::Valid)] }
}

#[tokio::test]
async fn what_anybody_can_send_washes_nothing_away() {
    let world = World::new();
    let org = world.plant().await;
    let genuine: Vec<_> = (0..MOST + 5).map(|n| heard(&org, n)).collect();
    assert!(inspector(&world).keep(genuine).await.is_empty());
    for round in 0..5 {
        let junk = (0..MOST_OF_ANYBODY).map(|n| {
            let Heard { mut record, mut whose } = heard(&org, 1_000 * (round + 1) + n);
            record.is_proven = false;
            whose[0].1 = SignatureVerdict::Wrong;
            Heard { record, whose }
        });
        assert!(inspector(&world).keep(junk.collect()).await.is_empty());
    }
    let (webhooks, total) = list(&world, &org).await;
    assert_eq!(total, MOST + MOST_OF_ANYBODY);
    let (genuine, junk): (Vec<_>, Vec<_>) = webhooks.iter().partition(|webhook| webhook.is_proven);
    assert_eq!(genuine.last().expect("some").at, noon() + TimeDelta::seconds(5), "the oldest are gone");
    assert_eq!(junk.last().expect("some").at, noon() + TimeDelta::seconds(5_000));
}

#[tokio::test]
async fn among_those_who_share_an_account_the_number_decides_whose_it_is() {
    let world = World::new();
    let (org, neighbour) = (world.plant().await, world.plant().await);
    let mut tx = world.store.begin(neighbour.scope).await.expect("begin");
    let mut settings = tx.twilio_settings().await.expect("read").expect("planted");
    settings.account_sid.clone_from(&org.account_sid);
    tx.put_twilio_settings(&settings).await.expect("put");
    tx.commit().await.expect("commit");
    let both = vec![
        (org.scope.org(), SignatureVerdict::Wrong),
        (neighbour.scope.org(), SignatureVerdict::ValidByReplaced),
    ];
    for (name, number, seen) in [
        ("To", neighbour.number.as_str(), (0, 1)),
        ("From", org.number.as_str(), (1, 1)),
        ("To", "+14155550000", (2, 2)),
        ("Body", "nothing", (3, 3)),
    ] {
        let record = WebhookRecord {
            account_sid: org.account_sid.clone(),
            ..fixtures::webhook(WebhookKind::Sms, &[(name, number)], noon())
        };
        let heard = Heard { record, whose: both.clone() };
        assert!(inspector(&world).keep(vec![heard]).await.is_empty());
        assert_eq!((list(&world, &org).await.1, list(&world, &neighbour).await.1), seen, "{name} {number}");
    }
    let (theirs, _) = list(&world, &neighbour).await;
    assert!(theirs.iter().all(|webhook| webhook.signature == SignatureVerdict::ValidByReplaced));
    let (mine, _) = list(&world, &org).await;
    assert!(mine.iter().all(|webhook| webhook.signature == SignatureVerdict::Wrong));
}

#[tokio::test]
async fn a_webhook_is_shown_whole_to_its_organisation_alone() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    assert!(inspector(&world).keep(vec![heard(&org, 0)]).await.is_empty());
    let (webhooks, _) = list(&world, &org).await;
    let found = inspector(&world).get(&org.caller(&org.admin), webhooks[0].id).await.expect("found");
    assert_eq!(found, webhooks[0]);
    let foreign = inspector(&world).get(&other.caller(&other.admin), webhooks[0].id).await;
    assert!(matches!(foreign, Err(Error::NotFound("webhook"))));
    assert_eq!(list(&world, &other).await.1, 0);
}

#[tokio::test]
async fn webhooks_are_forgotten_after_a_week() {
    let world = World::new();
    let org = world.plant().await;
    assert!(inspector(&world).keep(vec![heard(&org, 0), heard(&org, 1)]).await.is_empty());
    let retention =
        Retention::new(world.store.clone(), world.store.clone(), world.clock.clone(), TimeDelta::days(30));
    for (later, left) in [(KEPT, 2), (TimeDelta::milliseconds(1), 1), (TimeDelta::seconds(1), 0)] {
        world.clock.advance(later);
        retention.sweep().await.expect("sweep");
        assert_eq!(list(&world, &org).await.1, left, "at {}", world.clock.now());
    }
}

/// It cannot be reached for this organisation.
struct Broken(Arc<MemStore>, OrgId);

#[async_trait]
impl Store for Broken {
    async fn begin(&self, scope: OrgScope) -> Result<Box<dyn OrgTx>, StoreError> {
        if scope.org() == self.1 {
            return Err(StoreError::Unavailable("away".into()));
        }
        self.0.begin(scope).await
    }
}

#[tokio::test]
async fn one_organisations_trouble_is_not_anothers() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let broken = Arc::new(Broken(world.store.clone(), org.scope.org()));
    let heard = vec![heard(&org, 0), heard(&other, 0), heard(&org, 1)];
    let failures = Inspector::new(broken, world.store.clone()).keep(heard).await;
    let told: Vec<_> = failures.iter().map(|(org, count, _)| (*org, *count)).collect();
    assert_eq!(told, [(Some(org.scope.org()), 2)]);
    assert_eq!((list(&world, &org).await.1, list(&world, &other).await.1), (0, 1));
}
