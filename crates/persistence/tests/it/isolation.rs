//! The database keeps tenants apart even where our code would not.

use secrecy::ExposeSecret;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};
use switchboard_domain::ports::Store;
use switchboard_domain::testing::fixtures::{self, Planted, plant};
use switchboard_persistence::testing::TestDatabase;

/// Two organisations with a call each, and the server's login without any role taken.
async fn two_organisations() -> (Planted, Planted, PgConnection) {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let (mine, theirs) = (plant(&store).await, plant(&store).await);
    for org in [&mine, &theirs] {
        let mut tx = store.begin(org.scope).await.expect("begin");
        tx.insert_call(&fixtures::call(None)).await.expect("insert");
        tx.commit().await.expect("commit");
    }
    let options: PgConnectOptions = database.app_url.expose_secret().parse().expect("a URL");
    (mine, theirs, options.connect().await.expect("connect"))
}

async fn refusal(connection: &mut PgConnection, statement: &'static str) -> String {
    match sqlx::query(statement).execute(connection).await {
        Ok(_) => panic!("{statement} was allowed"),
        Err(error) => error.to_string(),
    }
}

async fn act_for(connection: &mut PgConnection, org: &Planted) {
    sqlx::query("begin").execute(&mut *connection).await.expect("begin");
    sqlx::query("select set_config('role', 'tenant_rw', true), set_config('app.org_id', $1, true)")
        .bind(org.scope.org().to_string())
        .execute(connection)
        .await
        .expect("take the role");
}

#[tokio::test]
async fn a_stray_query_is_refused() {
    let (.., mut login) = two_organisations().await;
    for statement in [
        "select * from tenant.calls",
        "insert into tenant.events (seq, name, payload, occurred_at) values (1, 'x', '{}', now())",
        "update tenant.users set role = 'admin'",
        "select * from directory.logins",
        "select * from directory.login('ada@acme.example')",
        "alter table tenant.calls no force row level security",
        "drop policy org_isolation on tenant.calls",
    ] {
        let refusal = refusal(&mut login, statement).await;
        assert!(
            refusal.contains("permission denied") || refusal.contains("must be owner"),
            "{statement}: {refusal}"
        );
    }
}

#[tokio::test]
async fn a_role_without_an_organisation_fails_loudly() {
    let (.., mut login) = two_organisations().await;
    sqlx::query("set role tenant_rw").execute(&mut login).await.expect("take the role");
    let refusal = refusal(&mut login, "select * from tenant.calls").await;
    assert!(refusal.contains("app.org_id"), "{refusal}");
}

#[tokio::test]
async fn the_directory_role_sees_functions_and_no_table() {
    let (.., mut login) = two_organisations().await;
    sqlx::query("set role directory_ro").execute(&mut login).await.expect("take the role");
    for statement in
        ["select * from directory.logins", "select * from tenant.calls", "select * from directory.log_heads"]
    {
        assert!(refusal(&mut login, statement).await.contains("permission denied"), "{statement}");
    }
    sqlx::query("select * from directory.login('x')").execute(&mut login).await.expect("a narrow function");
}

#[tokio::test]
async fn an_organisation_sees_and_changes_its_own_rows_alone() {
    let (mine, theirs, mut login) = two_organisations().await;
    act_for(&mut login, &mine).await;
    let count: i64 =
        sqlx::query_scalar("select count(*) from tenant.calls").fetch_one(&mut login).await.expect("count");
    assert_eq!(count, 1);
    let changed = sqlx::query("update tenant.calls set state = 'ended' where org_id = $1")
        .bind(uuid::Uuid::from(theirs.scope.org()))
        .execute(&mut login)
        .await
        .expect("update");
    assert_eq!(changed.rows_affected(), 0);
    let heads: i64 = sqlx::query_scalar("select count(*) from directory.log_heads")
        .fetch_one(&mut login)
        .await
        .expect("count");
    assert_eq!(heads, 1);
}

#[tokio::test]
async fn a_row_cannot_be_planted_in_another_organisation() {
    let (mine, theirs, mut login) = two_organisations().await;
    act_for(&mut login, &mine).await;
    let planted = sqlx::query(
        "insert into tenant.events (org_id, seq, name, payload, occurred_at) values ($1, 99, 'x', '{}', now())",
    )
    .bind(uuid::Uuid::from(theirs.scope.org()))
    .execute(&mut login)
    .await;
    assert!(planted.expect_err("refused").to_string().contains("row-level security"));
}

#[tokio::test]
async fn a_reference_to_another_organisation_is_refused() {
    let (mine, theirs, mut login) = two_organisations().await;
    act_for(&mut login, &mine).await;
    let claimed = sqlx::query("update tenant.calls set meant_for = $1")
        .bind(uuid::Uuid::from(theirs.agent.id))
        .execute(&mut login)
        .await;
    assert!(claimed.expect_err("refused").to_string().contains("foreign key"));
}

#[tokio::test]
async fn what_was_said_of_signatures_stays_said() {
    let (mine, _, mut login) = two_organisations().await;
    for statement in
        ["update tenant.signature_modes set mode = 'enforce'", "delete from tenant.signature_modes"]
    {
        act_for(&mut login, &mine).await;
        assert!(refusal(&mut login, statement).await.contains("permission denied"), "{statement}");
        sqlx::query("rollback").execute(&mut login).await.expect("rollback");
    }
}
