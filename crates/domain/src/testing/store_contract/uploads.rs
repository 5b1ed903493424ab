use chrono::TimeDelta;

use crate::ids::UploadId;
use crate::ports::Store;
use crate::testing::fixtures::{self, noon, plant};
use crate::uploads::Upload;

pub(super) async fn what_people_send_along_is_kept(store: &dyn Store) {
    let org = plant(store).await;
    let bytes: Vec<u8> = (0..=255).collect();
    let at = |minutes| noon() + TimeDelta::minutes(minutes);
    let upload = |size, minutes| Upload { size, created_at: at(minutes), ..fixtures::upload(&org.agent) };
    let (old, older, sent, new) = (upload(3, 1), upload(1, 0), upload(256, 0), upload(4, 2));
    let mut tx = store.begin(org.scope).await.expect("begin");
    for (upload, bytes) in [(&old, b"old".as_slice()), (&older, b"o"), (&sent, &bytes), (&new, b"new!")] {
        tx.insert_upload(upload, bytes).await.expect("insert");
    }
    for (after, bytes) in [(at(-1), 264), (at(0), 7), (at(1), 4), (at(2), 0)] {
        assert_eq!(tx.uploaded_since(after).await.expect("read"), bytes, "after {after}");
    }
    let both = tx.uploads(&[sent.id, UploadId::generate(), sent.id]).await.expect("read");
    assert_eq!(both, std::slice::from_ref(&sent));
    assert_eq!(tx.uploads(&[]).await.expect("read"), []);
    assert_eq!(tx.upload_bytes(sent.id).await.expect("read"), Some(bytes.clone()));
    assert_eq!(tx.upload_bytes(UploadId::generate()).await.expect("read"), None);
    tx.commit().await.expect("commit");

    let mut tx = store.begin(org.scope).await.expect("begin");
    for _ in 0..2 {
        let taken = tx.take_uploads(&[sent.id, UploadId::generate()]).await.expect("take");
        assert_eq!(taken, std::slice::from_ref(&sent), "as often as one likes");
    }
    tx.commit().await.expect("commit");

    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.forget_uploads(at(0), 10).await.expect("forget"), 0, "nothing is as old as that");
    assert_eq!(tx.forget_uploads(at(2), 1).await.expect("forget"), 1, "the limit");
    assert_eq!(tx.forget_uploads(at(2), 10).await.expect("forget"), 1, "the rest but what was sent");
    let mut left = tx.uploads(&[old.id, older.id, sent.id, new.id]).await.expect("read");
    left.sort_by_key(|upload| upload.created_at);
    assert_eq!(left, [sent.clone(), new]);
    assert_eq!(tx.upload_bytes(sent.id).await.expect("read"), Some(bytes));
    assert_eq!(tx.upload_bytes(old.id).await.expect("read"), None);
    tx.commit().await.expect("commit");
}
