use crate::lines::{Greeting, Line, OpeningHours};
use crate::phone::PhoneNumber;
use crate::ports::Store;
use crate::testing::fixtures::{self, plant};

pub(super) async fn what_is_decided_about_a_number_is_kept_whole(store: &dyn Store) {
    let org = plant(store).await;
    let line = fixtures::line(&org.number, &[&org.agent, &org.admin]);
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.put_line(&line).await.expect("put");
    drop(tx);
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.line(&org.number).await.expect("read"), None, "dropped, so it never was");
    assert_eq!(tx.lines().await.expect("read"), []);

    let never_open = Line {
        hours: Some(OpeningHours::default()),
        greeting: Greeting::Text("I'm away:\n\"bye\"".to_owned()),
        ..line.clone()
    };
    for decided in [&line, &Line::plain(org.number.clone()), &never_open] {
        tx.put_line(decided).await.expect("put");
        assert_eq!(tx.line(&org.number).await.expect("read").as_ref(), Some(decided));
        assert_eq!(
            tx.lines().await.expect("read"),
            std::slice::from_ref(decided),
            "instead of the one before"
        );
    }
    let other = Line::plain(PhoneNumber::from_e164("+16475550199"));
    tx.put_line(&other).await.expect("put");
    tx.commit().await.expect("commit");

    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.line(&other.number).await.expect("read").as_ref(), Some(&other));
    let mut numbers: Vec<_> = tx.lines().await.expect("read").into_iter().map(|line| line.number).collect();
    numbers.sort();
    assert_eq!(numbers, [org.number.clone(), other.number]);
    assert_eq!(tx.line(&PhoneNumber::from_e164("+1647555019")).await.expect("read"), None);
}
