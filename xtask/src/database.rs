//! The demo's database: on the embedded cluster, or on a server of somebody's own. Only an empty one or one that was
//! marked as a demo is ever touched.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use secrecy::{ExposeSecret, SecretString};
use switchboard_auth::Argon2Passwords;
use switchboard_domain::events::OrgId;
use switchboard_domain::ports::{Passwords, Wake};
use switchboard_embedded_postgres::{self as embedded, Binaries, Cluster, Options};
use switchboard_persistence::demo::{Contents, contents, mark};
use switchboard_persistence::{Config, Lane, PgStore, provision};
use tokio::task::spawn_blocking;

use crate::demo::{Organization, PASSWORD};
use crate::places;
use crate::seed::seed;
use crate::steps::step;

/// The database's name on the embedded cluster.
const NAME: &str = "switchboard";

/// Whether the data of earlier runs is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// It is.
    Keep,
    /// It is dropped first.
    Drop,
}

/// A server on which the demo's database is, or will be.
pub struct Server {
    /// A superuser's, to a database that exists.
    superuser_url: SecretString,
    /// The same to the demo's database.
    url: SecretString,
    name: String,
    cluster: Option<Cluster>,
}

/// The demo's database, seeded.
pub struct Database {
    /// For the server.
    pub app_url: SecretString,
    /// Who is in it.
    pub organizations: Vec<Organization>,
    /// Where it runs, if that is ours to stop.
    pub cluster: Option<Cluster>,
}

impl Server {
    /// Starts the embedded cluster in `folder`, which is created if missing.
    pub async fn embedded(folder: PathBuf, past: Past) -> Result<Self> {
        if past == Past::Drop {
            step("dropped the data of earlier runs", remove(folder.clone())).await?;
        }
        let binaries = blocking(|| Binaries::locate(&places::cache(), &|line| eprintln!("  {line}")));
        let binaries = step("found PostgreSQL", binaries).await?;
        let start = blocking(move || Cluster::start(&binaries, Options::durable(folder)));
        let cluster = step("started PostgreSQL", start).await?;
        Ok(Self {
            superuser_url: cluster.url("postgres").into(),
            url: cluster.url(NAME).into(),
            name: NAME.to_owned(),
            cluster: Some(cluster),
        })
    }

    /// Takes the database that `url` names, on a server that others look after.
    pub async fn given(url: SecretString, past: Past) -> Result<Self> {
        let name = database_of(&url)?;
        match (contents(&url).await?, past) {
            (Contents::Other, _) => bail!(
                "could not use the database {name}: it holds data that `cargo xtask run` did not put there, and that \
                 it leaves alone; name an empty one"
            ),
            (Contents::Demo(demo), Past::Drop) => {
                step("dropped the data of earlier runs", async { Ok(demo.clear().await?) }).await?;
            }
            (Contents::Demo(_) | Contents::Nothing, _) => {}
        }
        Ok(Self { superuser_url: url.clone(), url, name, cluster: None })
    }

    /// Brings the schema up to date, and seeds what is empty.
    pub async fn open(self, password: &str) -> Result<Database> {
        let mut note = String::new();
        if let Contents::Demo(demo) = contents(&self.url).await? {
            demo.note().clone_into(&mut note);
            if note.is_empty() {
                // An earlier run ended while it seeded, or its data was dropped.
                demo.clear().await?;
            }
        }
        let made = step("brought the schema up to date", async {
            Ok(provision(&self.superuser_url, &self.name, &password.into()).await?)
        });
        let app_url = made.await?.app_url;
        let organizations = if note.is_empty() {
            step("seeded two organisations", fill(&self.url, &app_url)).await?
        } else {
            serde_json::from_str(&note).context(
                "could not understand the demo's database: start afresh with `cargo xtask run --reset`",
            )?
        };
        Ok(Database { app_url, organizations, cluster: self.cluster })
    }
}

/// Removes an embedded cluster with its data.
pub async fn remove(folder: PathBuf) -> Result<()> {
    blocking(move || embedded::remove(&folder)).await
}

/// Shuts the cluster down.
pub async fn stop(cluster: Cluster) -> Result<()> {
    blocking(move || cluster.stop()).await
}

/// A cluster for tests, gone with its data when it is dropped.
pub async fn disposable() -> Result<Cluster> {
    blocking(|| {
        let binaries = Binaries::locate(&places::cache(), &|line| eprintln!("  {line}"))?;
        Cluster::start(&binaries, Options { max_connections: 300, ..Options::disposable() })
    })
    .await
}

/// Where the embedded cluster of a stack lies.
pub fn folder_in(dir: &Path) -> PathBuf {
    dir.join("postgres")
}

/// Marks the database first, so that a run that ends in between leaves nothing that looks like somebody's data.
async fn fill(url: &SecretString, app_url: &SecretString) -> Result<Vec<Organization>> {
    mark(url, "").await?;
    let passwords = Argon2Passwords::new(1);
    let hash = passwords.hash(PASSWORD.into()).await?;
    let config = Config { url: app_url.clone(), connections: 3, webhook_connections: 1 };
    let store = PgStore::connect(&config, Lane::General, Arc::new(Nobody)).await?;
    let organizations = seed(&store, &hash, SystemTime::now().into()).await?;
    mark(url, &serde_json::to_string(&organizations)?).await?;
    Ok(organizations)
}

/// There is no server yet that could be woken.
struct Nobody;

impl Wake for Nobody {
    fn wake(&self, _: OrgId) {}
}

fn database_of(url: &SecretString) -> Result<String> {
    let url = url.expose_secret();
    let address = url.split('?').next().unwrap_or_default();
    let name = address.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, name)| name);
    let name = name.unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || !name.chars().all(is_plain) {
        bail!(
            "could not use this database: its URL must end in a name of lower-case letters, digits and underscores, \
             such as postgres://postgres:secret@localhost:5432/switchboard"
        );
    }
    Ok(name.to_owned())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.context("could not finish the work on PostgreSQL")?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_the_one_that_the_url_names() {
        let name = |url: &str| database_of(&url.into());
        for url in ["postgres://me:pw@host:5432/demo_1", "postgresql://host/demo_1?sslmode=disable"] {
            assert_eq!(name(url).expect("a name"), "demo_1");
        }
        for url in ["postgres://me@host", "postgres://me@host/", "postgres://me@host/Demo-1", "demo"] {
            assert!(name(url).is_err(), "{url}");
        }
    }
}
