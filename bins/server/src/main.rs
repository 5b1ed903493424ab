//! The Switchboard server: puts the parts together and decides nothing.

mod app;
mod cli;
mod clock;
mod jobs;
mod lifecycle;
mod reseal;
mod serve;

use std::io::{IsTerminal, Write, stdout};

use clap::Parser;

use crate::cli::{Cli, Command};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let colours = stdout().is_terminal();
    tracing_subscriber::fmt().with_env_filter(cli.log_filter()).with_target(false).with_ansi(colours).init();
    match cli.command {
        Command::Serve(config) => app::serve(*config).await,
        Command::Migrate { url } => Ok(switchboard_persistence::migrate(&url).await?),
        Command::Reseal(config) => reseal::reseal(config).await,
        Command::Openapi => Ok(writeln!(stdout(), "{}", switchboard_server::openapi()?)?),
    }
}
