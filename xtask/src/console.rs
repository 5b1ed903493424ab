//! The agents' page.

use std::path::PathBuf;

use anyhow::Result;

use crate::npm::Package;
use crate::places;

/// Where the built page lies.
pub fn folder() -> PathBuf {
    places::root().join("web/console/dist")
}

/// Builds the page if it changed, with the client that it is built on: npm installs nothing for what is linked.
pub async fn build() -> Result<()> {
    let client = Package::open(places::root().join("web/client")).await?;
    client.install().await?;
    let package = Package::open(places::root().join("web/console")).await?;
    package.install().await?;
    package.build(client.folder()).await
}
