//! Developer tasks: `cargo xtask run`, `cargo xtask test` and `cargo xtask soak`.
//!
//! | file | what is in it |
//! |---|---|
//! | `run`, `test`, `soak` | the tasks |
//! | `stack` | what they start: database, server, simulator |
//! | `scratch` | a stack for one use |
//! | `database`, `seed`, `cast`, `demo` | the demo's data, and the file that tells of it |
//! | `console`, `npm`, `tools` | what is built or installed on the way |
//! | `report`, `tally` | what tests came to |
//! | `checklist` | a test: what `docs/checklist.md` names is there |
//! | `process`, `ports`, `places`, `secrets`, `steps` | small parts |

mod cast;
#[cfg(test)]
mod checklist;
mod console;
mod database;
mod debian;
mod demo;
mod failures;
mod npm;
mod phones;
mod places;
mod ports;
mod process;
mod python;
mod report;
mod run;
mod scratch;
mod secrets;
mod seed;
mod soak;
mod stack;
mod steps;
mod tally;
mod test;
mod tools;

use std::process::ExitCode;

use clap::Parser;

/// Developer tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Builds and starts all of Switchboard with two demo organisations, until Ctrl-C.
    Run(run::Arguments),
    /// Runs every check and every test.
    Test(test::Arguments),
    /// Puts a server under a mixed load, and fails if its memory grows or anybody's list of events is wrong.
    Soak(soak::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Run(arguments) => run::run(arguments).await,
        Task::Test(arguments) => test::run(arguments).await,
        Task::Soak(arguments) => soak::run(arguments).await,
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}
