use crate::access::Role;
use crate::people::{NewUser, User};
use crate::ports::{Directory, Store, StoreError, TokenHash};
use crate::testing::fixtures::{self, Planted, plant};

/// Invites somebody: who, and what their link is found under.
pub(super) async fn invite(store: &dyn Store, org: &Planted) -> (User, TokenHash) {
    let tag = uuid::Uuid::new_v4().simple().to_string();
    let (new, hash) = fixtures::invited(org.scope.org(), Role::User, &tag);
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.insert_user(&new).await.expect("insert");
    tx.put_invitation(new.user.id, hash).await.expect("put");
    tx.commit().await.expect("commit");
    (new.user, hash)
}

pub(super) async fn a_link_leads_to_whom_it_invites(store: &dyn Store, directory: &dyn Directory) {
    let org = plant(store).await;
    let (joan, hash) = invite(store, &org).await;
    let leads = async |hash| directory.invitation(hash).await.expect("read").map(|key| (key.org, key.user));
    assert_eq!(leads(hash).await, Some((org.scope.org(), joan.id)));
    assert_eq!(leads(TokenHash([7; 32])).await, None, "unknown");
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.user(joan.id).await.expect("read"), Some(joan.clone()));
    assert_eq!(tx.password_hash(joan.id).await.expect("read"), None);
    let people = tx.attendances(None).await.expect("read");
    assert!(people.iter().all(|person| person.user != joan.id), "she is not here yet");
    assert_eq!(directory.login(&joan.email).await.expect("read").map(|key| key.user), Some(joan.id));

    let next = TokenHash([uuid::Uuid::from(joan.id).as_bytes()[15]; 32]);
    tx.put_invitation(joan.id, next).await.expect("put");
    tx.commit().await.expect("commit");
    assert_eq!((leads(hash).await, leads(next).await.is_some()), (None, true), "the new one alone");

    let mut tx = store.begin(org.scope).await.expect("begin");
    assert!(!tx.take_invitation(joan.id, hash).await.expect("take"), "the one before");
    assert!(!tx.take_invitation(org.agent.id, next).await.expect("take"), "somebody else's");
    assert!(tx.take_invitation(joan.id, next).await.expect("take"));
    assert!(!tx.take_invitation(joan.id, next).await.expect("take"), "it was taken");
    let here = User { is_active: true, email_verified: true, invited_until: None, ..joan.clone() };
    tx.set_password_hash(joan.id, "correct horse").await.expect("set");
    tx.update_user(&here).await.expect("update");
    tx.commit().await.expect("commit");
    assert_eq!(leads(next).await, None);

    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.user(joan.id).await.expect("read"), Some(here));
    assert_eq!(tx.password_hash(joan.id).await.expect("read").as_deref(), Some("correct horse"));
    assert!(!tx.delete_invited(joan.id).await.expect("delete"), "she is no guest any more");
    tx.commit().await.expect("commit");
    assert!(directory.login(&joan.email).await.expect("read").is_some());
}

pub(super) async fn who_is_invited_no_more_is_gone(store: &dyn Store, directory: &dyn Directory) {
    let org = plant(store).await;
    let (joan, hash) = invite(store, &org).await;
    let (stays, other_hash) = invite(store, &org).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert!(tx.delete_invited(joan.id).await.expect("delete"));
    assert!(!tx.delete_invited(joan.id).await.expect("delete"), "she is gone");
    assert_eq!(tx.user(joan.id).await.expect("read"), None);
    tx.commit().await.expect("commit");
    assert_eq!(directory.invitation(hash).await.expect("read"), None);
    assert!(directory.invitation(other_hash).await.expect("read").is_some(), "the other one stays");
    assert_eq!(directory.login(&joan.email).await.expect("read"), None);

    let other = plant(store).await;
    let twin = |email: &str| {
        let user =
            User { email: email.to_owned(), ..fixtures::user(other.scope.org(), "J", "C", Role::User, "") };
        NewUser { user, password_hash: Some("correct horse".to_owned()) }
    };
    let mut tx = store.begin(other.scope).await.expect("begin");
    tx.insert_user(&twin(&joan.email)).await.expect("the address is free again");
    tx.commit().await.expect("commit");
    let mut tx = store.begin(other.scope).await.expect("begin");
    let taken = tx.insert_user(&twin(&stays.email)).await;
    assert!(matches!(taken, Err(StoreError::Taken(_))), "one that is invited elsewhere is not");
}
