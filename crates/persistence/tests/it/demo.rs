//! A demo takes an empty database or its own, and clears its own alone.

use switchboard_domain::testing::fixtures::plant;
use switchboard_persistence::demo::{Contents, contents, mark};
use switchboard_persistence::testing::TestDatabase;

#[tokio::test]
async fn a_migrated_database_holds_nothing_until_an_organisation_comes() {
    let database = TestDatabase::create().await;
    assert!(matches!(contents(&database.owner_url).await, Ok(Contents::Nothing)));
    plant(&database.store().await).await;
    assert!(matches!(contents(&database.owner_url).await, Ok(Contents::Other)));
    assert!(matches!(contents(&database.superuser_url).await, Ok(Contents::Other)));
}

#[tokio::test]
async fn a_table_of_somebody_else_is_somebody_elses_data() {
    let database = TestDatabase::create().await;
    let mut behind = database.behind_the_policies().await;
    sqlx::raw_sql("drop schema tenant cascade; drop schema directory cascade")
        .execute(&mut behind)
        .await
        .expect("drop");
    assert!(matches!(contents(&database.owner_url).await, Ok(Contents::Nothing)));
    sqlx::raw_sql("create schema tenant; create table tenant.rents ()")
        .execute(&mut behind)
        .await
        .expect("create");
    assert!(matches!(contents(&database.owner_url).await, Ok(Contents::Other)));
}

#[tokio::test]
async fn a_marked_database_tells_its_note_and_can_be_cleared() {
    let database = TestDatabase::create().await;
    plant(&database.store().await).await;
    mark(&database.owner_url, r#"it's a "note" with a \ in it"#).await.expect("mark");
    let Ok(Contents::Demo(demo)) = contents(&database.owner_url).await else { panic!("it is marked") };
    assert_eq!(demo.note(), r#"it's a "note" with a \ in it"#);
    demo.clear().await.expect("clear");
    switchboard_persistence::migrate(&database.owner_url).await.expect("migrate");
    plant(&database.store().await).await;
}

#[tokio::test]
async fn a_database_that_is_not_there_holds_nothing() {
    let database = TestDatabase::create().await;
    let url = secrecy::ExposeSecret::expose_secret(&database.superuser_url).replace("/test_", "/no_test_");
    assert!(matches!(contents(&url.into()).await, Ok(Contents::Nothing)));
}
