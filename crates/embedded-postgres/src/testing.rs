//! One server for all tests of a process.

use std::{env, path::Path, sync::OnceLock};

use anyhow::{Result, anyhow};

use crate::{Binaries, Cluster, Options};

/// A server on which tests may create databases.
#[derive(Debug)]
pub struct TestServer(Kind);

#[derive(Debug)]
enum Kind {
    /// A superuser's URL on a server that others look after.
    Given(String),
    Own(Cluster),
}

impl TestServer {
    /// How the superuser reaches `database`, a name that needs no escaping; `postgres` always exists.
    pub fn url(&self, database: &str) -> String {
        match &self.0 {
            Kind::Given(url) => with_database(url, database),
            Kind::Own(cluster) => cluster.url(database),
        }
    }
}

/// The server named by the superuser URL in `SWITCHBOARD_TEST_POSTGRES`, or else a disposable cluster, started by the
/// first call and gone when the process ends. Blocks for the second or two that this takes.
///
/// A test runner that gives every test its own process should set the variable, or each test starts a cluster.
pub fn server() -> Result<&'static TestServer> {
    // Static, because the tests of a process share nothing else.
    static SERVER: OnceLock<Result<TestServer, String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| match env::var("SWITCHBOARD_TEST_POSTGRES") {
        Ok(url) => Ok(TestServer(Kind::Given(url))),
        Err(_) => own().map_err(|error| format!("{error:#}")),
    });
    server.as_ref().map_err(|error| anyhow!("{error}"))
}

fn own() -> Result<TestServer> {
    let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let binaries = Binaries::locate(&cache, &|line| eprintln!("{line}"))?;
    let cluster = Cluster::start(&binaries, Options { max_connections: 300, ..Options::disposable() })?;
    Ok(TestServer(Kind::Own(cluster)))
}

fn with_database(url: &str, database: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{database}{query}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn only_the_database_of_a_given_url_is_replaced() {
        for (given, expected) in [
            (
                "postgres://me:pw@host:5432/postgres?sslmode=disable",
                "postgres://me:pw@host:5432/x?sslmode=disable",
            ),
            ("postgres://me@host", "postgres://me@host/x"),
            ("postgresql://me@host/", "postgresql://me@host/x"),
        ] {
            assert_eq!(with_database(given, "x"), expected);
        }
    }
}
