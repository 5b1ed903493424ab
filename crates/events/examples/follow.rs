//! Follows an organisation's log: a line for each event, in order, none left out, whatever becomes of the server.
//!
//! ```text
//! SWITCHBOARD_TOKEN=… cargo run -p switchboard-events --example follow -- http://localhost:3004 cursor.txt
//! ```
//!
//! The token is a service token, which an admin of the organisation makes. The file keeps the cursor from one run to
//! the next; without it, each run tells what happens from then on. Events go to the standard output, as
//! `<cursor> <name> <payload>`; what else there is to say goes to the standard error.

use std::convert::Infallible;
use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs, thread};

use serde_json::Value;
use switchboard_events::{Cursor, Entry, Event, Page};

/// For how long the server may hold a request when there is nothing to tell; 25 seconds is the most.
const WAIT: Duration = Duration::from_secs(25);
/// When to give up on a request.
const PATIENCE: Duration = Duration::from_secs(40);
/// How long to leave the server alone after a first failure; twice as long after the next one, and so on.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let Err(error) = run();
    eprintln!("could not go on: {error}");
    ExitCode::FAILURE
}

fn run() -> Result<Infallible, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("say whom to follow: follow <base URL> [<file for the cursor>]")?;
    let place = Place(arguments.next().map(PathBuf::from));
    let token = env::var("SWITCHBOARD_TOKEN").map_err(|_| "there is no token in SWITCHBOARD_TOKEN")?;
    let agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false);
    let server = Server { agent: agent.build().into(), url, token };

    let mut cursor = place.read()?;
    if let Some(cursor) = cursor {
        eprintln!("following from {cursor}");
    }
    let mut pause = FIRST_PAUSE;
    loop {
        match server.ask(cursor) {
            Ok(page) => {
                match cursor {
                    None => eprintln!("following from {}", page.cursor),
                    Some(old) if page.reset => {
                        eprintln!(
                            "what happened since {old} is no longer told: going on from {}",
                            page.cursor
                        );
                    }
                    // Others who use the same token can end a wait early: no reason to ask without a break.
                    Some(_) if page.events.is_empty() => thread::sleep(FIRST_PAUSE),
                    Some(_) => {}
                }
                page.events.into_iter().try_for_each(tell)?;
                // Only now: what was not told before a crash is told after it.
                place.keep(page.cursor)?;
                cursor = Some(page.cursor);
                pause = FIRST_PAUSE;
            }
            Err(Trouble::Passing { why, retry_after }) => {
                let rest = retry_after.unwrap_or(pause).max(FIRST_PAUSE);
                eprintln!("{why}: trying again in {rest:?}");
                thread::sleep(rest);
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(Trouble::Lasting(why)) => return Err(why.into()),
        }
    }
}

/// What is done with an event. Here it is printed; an event younger than this build is passed over.
fn tell(entry: Entry<Value>) -> Result<(), Box<dyn Error>> {
    let (cursor, name) = (entry.cursor, entry.event.clone());
    match entry.read() {
        Ok(Event::Unknown) => {}
        Ok(event) => {
            let mut out = io::stdout().lock();
            writeln!(out, "{cursor} {name} {}", serde_json::to_string(&event)?)?;
            out.flush()?;
        }
        Err(error) => eprintln!("could not read {name} at {cursor}: {error}"),
    }
    Ok(())
}

/// Whom to ask, and in whose name.
struct Server {
    agent: ureq::Agent,
    url: String,
    token: String,
}

/// Why there was no page.
enum Trouble {
    /// It may work in a while.
    Passing { why: String, retry_after: Option<Duration> },
    /// It will not.
    Lasting(String),
}

impl Server {
    /// What happened after the cursor; without one, where the log stands now.
    fn ask(&self, after: Option<Cursor>) -> Result<Page<Value>, Trouble> {
        let mut request = self.agent.get(format!("{}/api/events", self.url.trim_end_matches('/')));
        if let Some(cursor) = after {
            request = request.query("after", cursor.to_string()).query("wait", WAIT.as_secs().to_string());
        }
        let answer = request.header("authorization", format!("Bearer {}", self.token)).call();
        let mut answer = answer.map_err(unanswered)?;
        let text = answer.body_mut().read_to_string().map_err(unanswered)?;
        let status = answer.status();
        if status == 200 {
            return serde_json::from_str(&text).map_err(|error| Trouble::Passing {
                why: format!("could not read the answer ({error})"),
                retry_after: None,
            });
        }
        if status == 401 {
            return Err(Trouble::Lasting("the server does not accept this token, or no longer".to_owned()));
        }
        let why = format!("the server answered {status}: {}", text.trim());
        if status == 429 || status.is_server_error() {
            let seconds =
                answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
            return Err(Trouble::Passing { why, retry_after: seconds.map(Duration::from_secs) });
        }
        Err(Trouble::Lasting(why))
    }
}

fn unanswered(error: ureq::Error) -> Trouble {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::TlsRequired => {
            Trouble::Lasting(error.to_string())
        }
        _ => Trouble::Passing { why: format!("no answer ({error})"), retry_after: None },
    }
}

/// Where the cursor is kept, if it is.
struct Place(Option<PathBuf>);

impl Place {
    fn read(&self) -> Result<Option<Cursor>, Box<dyn Error>> {
        let Some(file) = &self.0 else { return Ok(None) };
        match fs::read_to_string(file) {
            Ok(text) => {
                let cursor = text.trim().parse().map_err(|error| format!("{}: {error}", file.display()))?;
                Ok(Some(cursor))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{}: {error}", file.display()).into()),
        }
    }

    /// The old cursor is replaced at once or not at all.
    fn keep(&self, cursor: Cursor) -> Result<(), Box<dyn Error>> {
        let Some(file) = &self.0 else { return Ok(()) };
        let new = file.with_added_extension("new");
        let kept = fs::write(&new, format!("{cursor}\n")).and_then(|()| fs::rename(&new, file));
        kept.map_err(|error| format!("{}: {error}", file.display()).into())
    }
}
