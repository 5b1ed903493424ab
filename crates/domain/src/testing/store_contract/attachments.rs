use chrono::TimeDelta;
use switchboard_events::MessageId;

use crate::ids::AttachmentId;
use crate::messages::{Attachment, Fate, MediaType};
use crate::ports::{Due, Operations, Store};
use crate::testing::fixtures::{self, noon, plant, take_in};

pub(super) async fn what_came_with_messages_is_kept(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let (one, other) = (take_in(tx.as_mut(), "two", noon()).await, take_in(tx.as_mut(), "one", noon()).await);
    let second = fixtures::attachment(&one, 1);
    let (first, alone) = (fixtures::attachment(&one, 0), fixtures::attachment(&other, 0));
    for attachment in [&second, &alone, &first] {
        tx.insert_attachment(attachment).await.expect("insert");
    }
    let both = [one.id, other.id];
    let awaited = [first.clone(), second.clone(), alone.clone()];
    assert_eq!(tx.attachments_of(&both).await.expect("read"), awaited);
    let of_the_other = tx.attachments_of(&[other.id, MessageId::generate()]).await.expect("read");
    assert_eq!(of_the_other, std::slice::from_ref(&alone));
    assert_eq!(tx.attachments_of(&[]).await.expect("read"), []);
    assert_eq!(tx.attachment(second.id).await.expect("read"), Some(second.clone()));
    assert_eq!(tx.attachment(AttachmentId::generate()).await.expect("read"), None);
    assert_eq!(tx.attachment_bytes(first.id).await.expect("read"), None);

    let later = Attachment { tries: 1, due_at: Some(noon() + TimeDelta::minutes(1)), ..first.clone() };
    assert!(tx.update_attachment(&later, None).await.expect("update"));
    assert!(!tx.update_attachment(&later, None).await.expect("update"), "that version is gone");
    let first = Attachment { version: 1, ..later };
    assert_eq!(tx.attachment(first.id).await.expect("read"), Some(first.clone()));

    let bytes: Vec<u8> = (0..=255).collect();
    let kept = Fate::Kept { kind: MediaType::Png, size: 256 };
    let done = Attachment { fate: kept, due_at: None, ..first };
    assert!(tx.update_attachment(&done, Some(&bytes)).await.expect("update"));
    assert!(!tx.update_attachment(&done, Some(b"late")).await.expect("update"), "that version is gone");
    let mut fates = vec![Attachment { version: 2, ..done.clone() }];
    for (attachment, fate) in
        [(second, Fate::Refused("too \"large\"".to_owned())), (alone, Fate::Missing("gone".to_owned()))]
    {
        let done = Attachment { fate, due_at: None, ..attachment };
        assert!(tx.update_attachment(&done, None).await.expect("update"));
        fates.push(Attachment { version: 1, ..done });
    }
    tx.commit().await.expect("commit");

    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.attachments_of(&both).await.expect("read"), fates);
    assert_eq!(tx.attachment_bytes(done.id).await.expect("read"), Some(bytes.clone()));
    assert_eq!(tx.attachment_bytes(fates[1].id).await.expect("read"), None);
    assert!(tx.update_attachment(&fates[0], None).await.expect("update"));
    assert_eq!(tx.attachment_bytes(done.id).await.expect("read"), Some(bytes), "it stays");
}

pub(super) async fn due_attachments_are_found(store: &dyn Store, operations: &dyn Operations) {
    let (org, other) = (plant(store).await, plant(store).await);
    let ago = |days| Some(noon() - TimeDelta::days(days));
    let mut due = Vec::new();
    for (org, due_ats) in [(&org, vec![ago(3650), ago(-36500), ago(3660)]), (&other, vec![ago(-36500)])] {
        let mut tx = store.begin(org.scope).await.expect("begin");
        let message = take_in(tx.as_mut(), "pictures", noon()).await;
        for (place, due_at) in (0..).zip(due_ats) {
            let attachment = Attachment { due_at, ..fixtures::attachment(&message, place) };
            tx.insert_attachment(&attachment).await.expect("insert");
            due.push(attachment);
        }
        tx.commit().await.expect("commit");
    }
    let has_some = async |org| {
        let orgs = operations.orgs_with_due(Due::Attachments, 1000).await.expect("read");
        orgs.contains(&org)
    };
    assert!(has_some(org.scope.org()).await && !has_some(other.scope.org()).await);
    assert!(!operations.orgs_with_due(Due::Messages, 1000).await.expect("read").contains(&org.scope.org()));
    let mut tx = store.begin(org.scope).await.expect("begin");
    let oldest_first = [due[2].clone(), due[0].clone()];
    assert_eq!(tx.due_attachments(10).await.expect("read"), oldest_first);
    assert_eq!(tx.due_attachments(1).await.expect("read"), oldest_first[..1]);
    for attachment in oldest_first {
        let done = Attachment { fate: Fate::Missing("gone".to_owned()), due_at: None, ..attachment };
        assert!(tx.update_attachment(&done, None).await.expect("update"));
    }
    tx.commit().await.expect("commit");
    assert!(!has_some(org.scope.org()).await);
}
