use std::io::{Write, stdout};
use std::sync::Arc;

use anyhow::{Result, bail};
use switchboard_domain::resealing::Resealing;
use switchboard_persistence::{Lane, PgStore};
use switchboard_realtime::Registry;
use tracing::error;

use crate::app::vault;
use crate::cli::ResealConfig;

/// Connections to use; one is at work at a time.
const CONNECTIONS: u32 = 3;

/// Seals every secret with the first key of the ring, and tells how many.
pub(crate) async fn reseal(config: ResealConfig) -> Result<()> {
    let vault = vault(config.secrets_key.as_ref())?;
    let database = switchboard_persistence::Config {
        url: config.database_url,
        connections: CONNECTIONS,
        webhook_connections: CONNECTIONS,
    };
    let store = PgStore::connect(&database, Lane::General, Arc::new(Registry::default())).await?;
    let store = Arc::new(store);
    let done = Resealing::new(store.clone(), store, Arc::new(vault)).run().await?;
    let mut out = stdout();
    writeln!(out, "{} secrets were sealed anew, {} had the first key already", done.anew, done.current)?;
    if done.overtaken > 0 {
        writeln!(out, "{} were saved meanwhile: run it again", done.overtaken)?;
    }
    for (org, error) in &done.failures {
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
        error!(org.id = %org, "could not seal the secrets of {org} anew: {error}{cause}");
    }
    if !done.failures.is_empty() {
        bail!("could not seal the secrets of {} organizations anew: keep the old key", done.failures.len());
    }
    Ok(())
}
