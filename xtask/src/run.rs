//! `cargo xtask run`: the whole of Switchboard, to look at and to play with.

use std::fmt;
use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::demo::{Demo, Organization, PASSWORD};
use crate::stack::{Options, Stack};

/// What can be said behind `cargo xtask run`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    options: Options,
}

/// Starts everything, waits for Ctrl-C, and stops everything.
pub async fn run(Arguments { options }: Arguments) -> Result<ExitCode> {
    let mut end = End::listen()?;
    let mut stack = tokio::select! {
        started = Stack::start(options) => started?,
        () = end.comes() => {
            eprintln!("interrupted; what had started was stopped");
            return Ok(ExitCode::FAILURE);
        }
    };
    write!(std::io::stdout(), "{}", Welcome(&stack.demo)).context("could not write to the terminal")?;
    let broken = tokio::select! {
        () = end.comes() => None,
        error = stack.broke() => Some(error),
    };
    eprintln!();
    let stopped = stack.stop().await;
    match broken {
        Some(error) => Err(error),
        None => stopped.map(|()| ExitCode::SUCCESS),
    }
}

/// The ways in which somebody ends a program from outside: Ctrl-C, `kill`, a closed terminal.
pub struct End([Signal; 3]);

impl End {
    /// From now on they end nothing by themselves.
    pub fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("could not listen for Ctrl-C");
        let kinds = (SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup());
        Ok(Self([listen(kinds.0)?, listen(kinds.1)?, listen(kinds.2)?]))
    }

    /// Waits for one of them.
    pub async fn comes(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

/// What somebody needs to know who has just started it.
struct Welcome<'a>(&'a Demo);

impl fmt::Display for Welcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let demo = self.0;
        writeln!(f, "\nSwitchboard runs: {}", demo.base_url)?;
        writeln!(f, "A local Twilio:   {}", demo.simulator_url)?;
        for organization in &demo.organizations {
            self.organization(f, organization)?;
        }
        writeln!(f, "\nEverybody's password is {PASSWORD}")?;
        let numbers: Vec<_> = demo.organizations.iter().map(|org| org.phone_number.as_str()).collect();
        let (first, all) = (numbers.first().copied().unwrap_or_default(), numbers.join(" or "));
        let simulator = &demo.simulator_url;
        writeln!(f, "\nThree things to try:")?;
        writeln!(f, "  1. Open {} and sign in as one of them.", demo.base_url)?;
        writeln!(f, "  2. Be a customer: text and call {all} at {simulator}, or from another terminal:")?;
        let send = |what: &str| {
            format!(
                "cargo run -qp switchboard-twilio-simulator -- {what} --to {first} --simulator {simulator}"
            )
        };
        writeln!(f, "     {}", send("sms --from +16475550100 --body Hello"))?;
        writeln!(f, "  3. Sign in as two agents of one organisation in two windows, call its number:")?;
        writeln!(f, "     {}", send("call --from +16475550100"))?;
        writeln!(f, "     and accept in both: one of them gets the call.")?;
        writeln!(f, "\nCtrl-C stops everything; the data stays for the next run.\n")
    }
}

impl Welcome<'_> {
    fn organization(&self, f: &mut fmt::Formatter<'_>, organization: &Organization) -> fmt::Result {
        writeln!(f, "\n  {}  {}", organization.slug, organization.phone_number)?;
        let agents = organization.users.iter().filter(|user| user.role == "user").count();
        for role in ["admin", "manager", "viewer", "user"] {
            if let Some(user) = organization.users.iter().find(|user| user.role == role) {
                let others =
                    if role == "user" { format!("  (one of {agents} agents)") } else { String::new() };
                writeln!(f, "    {role:<8} {}{others}", user.email)?;
            }
        }
        Ok(())
    }
}
