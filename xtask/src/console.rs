//! The agents' page.

use std::path::PathBuf;

use anyhow::Result;

use crate::npm::Package;
use crate::places;

/// Where the built page lies.
pub fn folder() -> PathBuf {
    places::root().join("web/console/dist")
}

/// Builds the page if it changed.
pub async fn build() -> Result<()> {
    let package = Package::open(places::root().join("web/console")).await?;
    package.install().await?;
    package.build(&places::root().join("web/client")).await
}
