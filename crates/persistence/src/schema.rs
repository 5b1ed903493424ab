//! Making the schema, and the logins that use it.

use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use thiserror::Error;

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// Why the schema could not be made.
#[derive(Debug, Error)]
pub enum SchemaError {
    /// Nobody answers, or not to this login.
    #[error("could not reach the database")]
    Database(#[from] sqlx::Error),
    /// A migration failed, or the database was migrated by a newer version.
    #[error("could not migrate the database")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// Brings the database up to date. `url` is that of the schemas' owner, who may create roles.
pub async fn migrate(url: &SecretString) -> Result<(), SchemaError> {
    let mut connection = connect(url).await?;
    MIGRATOR.run(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Creates, on a server of one's own, what does not exist yet: the owner `switchboard_owner`, the login
/// `switchboard_app`, both with this password from now on, and the owner's database. Then migrates it and lets the
/// login take its roles.
///
/// `superuser` is a superuser's URL to any database of the server. Names and password must be plain words.
pub async fn provision(
    superuser: &SecretString,
    database: &str,
    password: &SecretString,
) -> Result<Database, SchemaError> {
    let mut connection = connect(superuser).await?;
    let secret = password.expose_secret();
    assert!(is_plain(database) && is_plain(secret), "a name and a password that need no quoting");
    for (role, rights) in [("switchboard_owner", "createrole"), ("switchboard_app", "noinherit")] {
        let exists: bool = sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
            .bind(role)
            .fetch_one(&mut connection)
            .await?;
        let verb = if exists { "alter" } else { "create" };
        let statement = format!("{verb} role {role} login {rights} password '{secret}'");
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await?;
    }
    let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(database)
        .fetch_one(&mut connection)
        .await?;
    let statement = if exists {
        format!("alter database {database} owner to switchboard_owner")
    } else {
        format!("create database {database} owner switchboard_owner")
    };
    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await?;
    let options: PgConnectOptions = superuser.expose_secret().parse()?;
    let url = |user: &str| {
        let options = options.clone().username(user).password(secret).database(database);
        SecretString::from(options.to_url_lossy().to_string())
    };
    let made = Database { owner_url: url("switchboard_owner"), app_url: url("switchboard_app") };
    migrate(&made.owner_url).await?;
    sqlx::query("grant tenant_rw, directory_ro to switchboard_app").execute(&mut connection).await?;
    connection.close().await?;
    Ok(made)
}

/// A database of one's own, ready for the server.
#[derive(Debug, Clone)]
pub struct Database {
    /// For migrations.
    pub owner_url: SecretString,
    /// For the server.
    pub app_url: SecretString,
}

pub(crate) async fn connect(url: &SecretString) -> Result<PgConnection, sqlx::Error> {
    let options: PgConnectOptions = url.expose_secret().parse()?;
    options.connect().await
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
