use chrono::TimeDelta;

use crate::access::OrgScope;
use crate::ports::{Directory, Operations, Store};
use crate::presence::{Attendance, GRACE, NodeId, PATIENCE, Sighting, Status, Stay};
use crate::testing::fixtures::{Planted, plant};

/// How Ada and Grace stand.
async fn attendances(store: &dyn Store, org: &Planted) -> [Attendance; 2] {
    let mut tx = store.begin(org.scope).await.expect("begin");
    let people = tx.attendances(None).await.expect("read");
    assert!(people.is_sorted_by_key(|person| person.user) && people.len() == 2, "{people:?}");
    [&org.admin, &org.agent]
        .map(|user| *people.iter().find(|person| person.user == user.id).expect("both are active"))
}

async fn online(store: &dyn Store, org: &Planted) -> [bool; 2] {
    attendances(store, org).await.map(|person| person.is_online)
}

/// Notes one person; whether that was news.
async fn note(store: &dyn Store, scope: OrgScope, node: NodeId, sighting: Sighting) -> bool {
    let mut tx = store.begin(scope).await.expect("begin");
    let is_news = tx.note_sightings(node, &[sighting]).await.expect("note");
    tx.commit().await.expect("commit");
    is_news
}

async fn offers_version(directory: &dyn Directory, org: &Planted) -> u64 {
    directory.pulse(&[org.scope.org()]).await.expect("pulse").heads[0].offers_version
}

pub(super) async fn people_stand_as_they_say_and_are_seen(store: &dyn Store) {
    let org = plant(store).await;
    let (ada, grace) = (org.admin.id, org.agent.id);
    for (person, user) in attendances(store, &org).await.iter().zip([&org.admin, &org.agent]) {
        let nobody_saw = Attendance {
            user: user.id,
            role: user.role,
            status: Status::Available,
            is_online: false,
            is_audible: false,
            is_on_call: false,
        };
        assert_eq!(*person, nobody_saw);
    }
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert!(tx.set_status(grace, Status::Away).await.expect("set"));
    assert!(!tx.set_status(grace, Status::Away).await.expect("set"), "said before");
    assert!(!tx.set_status(ada, Status::Available).await.expect("set"), "as is who says nothing");
    let sightings = [
        Sighting { user: ada, stay: Stay::Connected, is_audible: Some(false) },
        Sighting { user: grace, stay: Stay::For(GRACE), is_audible: Some(true) },
    ];
    assert!(tx.note_sightings(NodeId::generate(), &sightings).await.expect("note"));
    assert!(!tx.note_sightings(NodeId::generate(), &[]).await.expect("note"));
    tx.commit().await.expect("commit");
    let seen = attendances(store, &org).await;
    assert_eq!(seen.map(|person| (person.is_online, person.is_audible)), [(true, false), (true, true)]);
    assert_eq!(seen.map(|person| person.status), [Status::Available, Status::Away]);

    let mut tx = store.begin(org.scope).await.expect("begin");
    let one = tx.attendances(Some(&[grace])).await.expect("read");
    assert_eq!(one, [seen[1]]);
    assert_eq!(tx.attendances(Some(&[])).await.expect("read"), []);
    let mut inactive = org.agent.clone();
    inactive.is_active = false;
    tx.update_user(&inactive).await.expect("update");
    assert_eq!(tx.attendances(None).await.expect("read"), [seen[0]]);
}

pub(super) async fn who_is_here_by_any_node_is_here(store: &dyn Store) {
    let org = plant(store).await;
    let (one, two) = (NodeId::generate(), NodeId::generate());
    let is = |stay| Sighting { user: org.agent.id, stay, is_audible: None };
    let (here, soon_gone, gone) =
        (is(Stay::Connected), is(Stay::For(GRACE)), is(Stay::For(TimeDelta::zero())));
    for (step, (node, sighting, is_news, is_online)) in [
        (one, soon_gone, true, true),
        (one, here, false, true),
        (two, here, false, true),
        (one, gone, true, true),
        (two, gone, true, false),
        (two, gone, true, false),
        (NodeId::NONE, soon_gone, true, true),
        (one, here, false, true),
        (one, soon_gone, false, true),
        (two, here, false, true),
        (two, gone, true, true),
        (one, gone, true, true),
        (NodeId::NONE, gone, true, false),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(note(store, org.scope, node, sighting).await, is_news, "step {step}");
        assert_eq!(online(store, &org).await, [false, is_online], "step {step}");
    }
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert!(tx.note_sightings(one, &[here]).await.expect("note"));
    drop(tx);
    assert_eq!(online(store, &org).await, [false, false], "dropped, so it never was");
}

pub(super) async fn whether_somebody_is_heard_stays_as_it_was_last_known(store: &dyn Store) {
    let org = plant(store).await;
    let node = NodeId::generate();
    let gone = Stay::For(TimeDelta::zero());
    for (step, (stay, said, is_audible)) in [
        (Stay::For(GRACE), None, true),
        (Stay::For(GRACE), Some(false), false),
        (Stay::For(GRACE), None, false),
        (Stay::Connected, None, false),
        (Stay::Connected, Some(true), true),
        (Stay::Connected, Some(false), false),
        (gone, None, false),
        (Stay::Connected, None, true),
    ]
    .into_iter()
    .enumerate()
    {
        let sighting = Sighting { user: org.agent.id, stay, is_audible: said };
        note(store, org.scope, node, sighting).await;
        let [_, grace] = attendances(store, &org).await;
        assert_eq!((grace.is_online, grace.is_audible), (stay != gone, is_audible), "step {step}");
    }
}

pub(super) async fn a_node_that_stops_leaves_its_people_for_a_while(
    store: &dyn Store,
    directory: &dyn Directory,
    operations: &dyn Operations,
) {
    let (org, other) = (plant(store).await, plant(store).await);
    let (one, two) = (NodeId::generate(), NodeId::generate());
    for (scope, user, node) in
        [(org.scope, org.admin.id, one), (org.scope, org.agent.id, two), (other.scope, other.agent.id, one)]
    {
        operations.beat(node, PATIENCE).await.expect("beat");
        let here = Sighting { user, stay: Stay::Connected, is_audible: None };
        assert!(note(store, scope, node, here).await);
    }
    let versions = async || [offers_version(directory, &org).await, offers_version(directory, &other).await];
    operations.leave(one, GRACE).await.expect("leave");
    operations.beat(two, PATIENCE).await.expect("beat");
    assert_eq!(online(store, &org).await, [true, true], "another node may take them over");
    assert_eq!(versions().await, [0, 0]);

    operations.leave(two, TimeDelta::zero()).await.expect("leave");
    assert_eq!(online(store, &org).await, [true, false]);
    assert_eq!(versions().await, [0, 0]);
    for _ in 0..2 {
        operations.beat(two, PATIENCE).await.expect("beat");
        assert_eq!(versions().await, [1, 0], "told once, and nobody else");
    }
    assert_eq!((online(store, &org).await, online(store, &other).await), ([true, false], [false, true]));
}
