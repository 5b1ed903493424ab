//! A fresh, migrated database for each test, on the server that `switchboard-embedded-postgres` lends to tests.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};
use switchboard_domain::events::OrgId;
use switchboard_domain::ports::Wake;
use switchboard_embedded_postgres::testing;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::schema::{self, Database};
use crate::{Config, Lane, PgStore};

/// The password of both logins on test databases.
const PASSWORD: &str = "test";

/// A database of one test's own.
#[derive(Debug, Clone)]
pub struct TestDatabase {
    /// For the schemas' owner.
    pub owner_url: SecretString,
    /// For the server.
    pub app_url: SecretString,
    /// For a superuser, whom row security does not hold.
    pub superuser_url: SecretString,
}

/// Nobody is woken.
pub struct Unheard;

impl Wake for Unheard {
    fn wake(&self, _: OrgId) {}
}

impl TestDatabase {
    /// A copy of a database that was migrated once for this process.
    pub async fn create() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(make_template).await;
        let name = format!("test_{}", Uuid::new_v4().simple());
        let mut connection = superuser("postgres").await;
        let statement = format!("create database {name} template {template} owner switchboard_owner");
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.expect("create a database");
        let url = |user: &str| {
            let options: PgConnectOptions = server_url(&name).parse().expect("a URL");
            SecretString::from(options.username(user).password(PASSWORD).to_url_lossy().to_string())
        };
        Self {
            owner_url: url("switchboard_owner"),
            app_url: url("switchboard_app"),
            superuser_url: server_url(&name).into(),
        }
    }

    /// How the server is told of it.
    pub fn config(&self) -> Config {
        Config { url: self.app_url.clone(), connections: 9, webhook_connections: 3 }
    }

    /// A store over it that wakes nobody.
    pub async fn store(&self) -> PgStore {
        PgStore::connect(&self.config(), Lane::General, Arc::new(Unheard)).await.expect("connect")
    }

    /// A connection of a superuser, to look behind the policies.
    pub async fn behind_the_policies(&self) -> PgConnection {
        let options: PgConnectOptions = self.superuser_url.expose_secret().parse().expect("a URL");
        options.connect().await.expect("connect")
    }
}

async fn make_template() -> String {
    let name = format!("template_{}", Uuid::new_v4().simple());
    let superuser = SecretString::from(server_url("postgres"));
    let Database { .. } = schema::provision(&superuser, &name, &PASSWORD.into()).await.expect("provision");
    name
}

async fn superuser(database: &str) -> PgConnection {
    let options: PgConnectOptions = server_url(database).parse().expect("a URL");
    options.connect().await.expect("connect")
}

fn server_url(database: &str) -> String {
    testing::server().expect("a PostgreSQL server for tests").url(database)
}

/// The statements of the lists that may be long, to be explained: what each is called, and what its parameters are.
pub mod lists {
    use crate::{calls, conversations, customers, messages};

    /// $1, $5: customer and kind; $2: direction; $3, $4: limit and offset; $6, $7: where to go on.
    pub const MESSAGES: &str = messages::ALL;
    /// The same.
    pub const MESSAGES_IN_DIRECTION: &str = messages::IN_DIRECTION;
    /// The same.
    pub const MESSAGES_OF_CUSTOMER: &str = messages::OF_CUSTOMER;
    /// $1: conversation; $2: before which place; $3: limit.
    pub const THREAD: &str = messages::THREAD;
    /// $1, $2: where to go on; $3, $4: limit and offset.
    pub const CONVERSATIONS: &str = conversations::ALL;
    /// The same, and $5: whose.
    pub const CONVERSATIONS_OF_PERSON: &str = conversations::OF_PERSON;
    /// $1: whose; $2 to $7: from which addresses to which, three times; $8, $9: from which name to which; $10, $11: where to go on;
    /// $12, $13: limit and offset.
    pub const CONVERSATIONS_FOUND: &str = conversations::FOUND;
    /// $1, $6: customer and kind; $2: direction; $3: state; $4, $5: limit and offset; $7, $8: where to go on.
    pub const CALLS: &str = calls::ALL;
    /// The same.
    pub const CALLS_IN_DIRECTION: &str = calls::IN_DIRECTION;
    /// The same.
    pub const CALLS_IN_STATE: &str = calls::IN_STATE;
    /// The same.
    pub const CALLS_OF_CUSTOMER: &str = calls::OF_CUSTOMER;
    /// $1: whose; $2: direction; $3: state; $4 to $11: as $2 to $9 in [`CONVERSATIONS_FOUND`]; $12, $13: where to go on; $14, $15:
    /// limit and offset.
    pub const CALLS_FOUND: &str = calls::FOUND;
    /// $1: the last messages' conversations; $2: their places.
    pub const LAST_MESSAGES: &str = conversations::LAST;
    /// $1: numbers; $2: how many each.
    pub const PEOPLE_BEHIND: &str = customers::BY_PHONES;
    /// $1: kind; $2, $3: where to go on; $4, $5: limit and offset.
    pub const CUSTOMERS: &str = customers::PAGE;
    /// $1: kind; $2, $3: from which name to which; $4: number; $5, $6: where to go on; $7, $8: limit and offset.
    pub const CUSTOMERS_FOUND: &str = customers::FOUND;
}
