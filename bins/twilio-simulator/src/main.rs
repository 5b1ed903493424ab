//! `twilio-simulator`: a local Twilio on the command line. See `--help`, and the library of this package.

mod cli;
mod client;

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    cli::run(cli::Cli::parse()).await
}
