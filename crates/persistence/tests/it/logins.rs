//! The server does not start with a login that can do more than it should.

use std::sync::Arc;

use secrecy::SecretString;
use switchboard_persistence::testing::{TestDatabase, Unheard};
use switchboard_persistence::{Config, Lane, LoginError, PgStore};

async fn connect(database: &TestDatabase, url: &SecretString) -> Result<PgStore, LoginError> {
    let config = Config { url: url.clone(), ..database.config() };
    PgStore::connect(&config, Lane::General, Arc::new(Unheard)).await
}

#[tokio::test]
async fn a_login_that_row_security_does_not_hold_is_refused() {
    let database = TestDatabase::create().await;
    for (url, fault) in [(&database.superuser_url, "superuser"), (&database.owner_url, "must be NOINHERIT")] {
        let Err(error) = connect(&database, url).await else { panic!("a {fault} was let in") };
        assert!(error.to_string().contains(fault), "{error}");
    }
    connect(&database, &database.app_url).await.map(drop).expect("the server's own login");
}

#[tokio::test]
async fn a_login_that_can_read_without_taking_a_role_is_refused() {
    let database = TestDatabase::create().await;
    let mut behind = database.behind_the_policies().await;
    sqlx::query("grant select on tenant.calls to public").execute(&mut behind).await.expect("grant");
    let Err(error) = connect(&database, &database.app_url).await else { panic!("let in") };
    assert!(error.to_string().contains("without taking a role"), "{error}");
}

#[tokio::test]
async fn a_database_that_is_empty_or_away_is_named() {
    let database = TestDatabase::create().await;
    let mut behind = database.behind_the_policies().await;
    sqlx::query("drop schema tenant cascade").execute(&mut behind).await.expect("drop");
    assert!(matches!(connect(&database, &database.app_url).await, Err(LoginError::NotMigrated)));
    let nobody = "postgres://switchboard_app:wrong@127.0.0.1:1/nothing".to_owned().into();
    assert!(matches!(connect(&database, &nobody).await, Err(LoginError::Connect(_))));
    assert!(matches!(connect(&database, &"no url".to_owned().into()).await, Err(LoginError::Url(_))));
}
