//! What can be said on the command line, and what then happens.

use crate::client;
use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Value, json};
use std::future::{Future, pending};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use switchboard_twilio_simulator::{Account, Call, Clock, Simulator, Sms, http};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A local Twilio: sends webhooks as Twilio does and shows what Twilio would make of the answers.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the page and the JSON API, on loopback only.
    Serve {
        /// Where to listen; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:4080", value_parser = loopback)]
        listen: SocketAddr,
        /// A JSON file: `[{accountSid, authToken, apiKeys?: [{sid, secret}], phoneNumbers, smsUrl?, voiceUrl?}]`.
        #[arg(long)]
        accounts: PathBuf,
        /// Lets time stand still, but for what the page or the control API tells it to move.
        #[arg(long)]
        stepped: bool,
        /// Decides whatever chance decides; the same seed and the same requests make the same SIDs and faults.
        #[arg(long)]
        seed: Option<u64>,
        /// Stops when standard input ends, so that it cannot outlive who started it.
        #[arg(long, hide = true)]
        stop_on_stdin_eof: bool,
    },
    /// Texts a number.
    Sms {
        #[command(flatten)]
        ends: Ends,
        /// The text.
        #[arg(long, allow_hyphen_values = true)]
        body: String,
        #[command(flatten)]
        via: Via,
    },
    /// Calls a number.
    Call {
        #[command(flatten)]
        ends: Ends,
        #[command(flatten)]
        via: Via,
    },
    /// Hangs up for who called, or was called.
    HangUp {
        /// The call.
        #[arg(long)]
        sid: String,
        /// A running simulator; by default the one named in `.switchboard/demo.json`.
        #[arg(long)]
        simulator: Option<String>,
    },
}

#[derive(Args)]
struct Ends {
    /// Who sends or calls, e.g. +15558675310.
    #[arg(long)]
    from: String,
    /// The number that is reached.
    #[arg(long)]
    to: String,
    /// The SID of an earlier message or call, to deliver it again.
    #[arg(long)]
    sid: Option<String>,
}

/// Through a running simulator, or straight to a webhook.
#[derive(Args)]
struct Via {
    /// A running simulator; by default the one named in `.switchboard/demo.json`.
    #[arg(long, conflicts_with = "webhook_url")]
    simulator: Option<String>,
    /// The account to speak for, without a running simulator.
    #[arg(long, requires = "webhook_url")]
    account_sid: Option<String>,
    /// The account's auth token.
    #[arg(long, requires = "webhook_url", value_parser = secret)]
    auth_token: Option<SecretString>,
    /// The webhook to send to.
    #[arg(long, requires_all = ["account_sid", "auth_token"])]
    webhook_url: Option<String>,
}

/// Success means that the webhook answered, whatever it answered.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Serve { listen, accounts, stepped, seed, stop_on_stdin_eof } => {
            let abandoned = async { if stop_on_stdin_eof { stdin_ends().await } else { pending().await } };
            let clock = if stepped { Clock::stepped(Clock::real().now()) } else { Clock::real() };
            let simulator = simulator(&accounts, clock, seed.unwrap_or_else(|| fastrand::u64(..)))?;
            serve(listen, simulator, abandoned).await
        }
        Command::Sms { ends: Ends { from, to, sid }, body, via } => match via.direct(&to) {
            Some(account) => {
                let sms = Sms { from, to, body, media: 0, sid, url: None };
                show(&Simulator::new(vec![account])?.sms(sms).await?)
            }
            None => {
                let request = json!({ "from": from, "to": to, "body": body, "sid": sid });
                show(&client::post(&via.simulator()?, "/sms", &request).await?)
            }
        },
        Command::Call { ends: Ends { from, to, sid }, via } => match via.direct(&to) {
            Some(account) => {
                let call = Call { from, to, sid, url: None };
                show(&Simulator::new(vec![account])?.call(call).await?)
            }
            None => {
                let request = json!({ "from": from, "to": to, "sid": sid });
                show(&client::post(&via.simulator()?, "/call", &request).await?)
            }
        },
        Command::HangUp { sid, simulator } => {
            let path = format!("/call/{sid}/hang-up");
            let call = client::post(&running(simulator.as_deref())?, &path, &json!({})).await?;
            writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&call)?)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn simulator(accounts: &Path, clock: Clock, seed: u64) -> anyhow::Result<Simulator> {
    let file = std::fs::read(accounts).with_context(|| format!("could not read {}", accounts.display()))?;
    let accounts: Vec<Account> = serde_json::from_slice(&file)
        .with_context(|| format!("could not understand {}", accounts.display()))?;
    Simulator::with(accounts, clock, seed).context("could not start with these accounts")
}

async fn serve(
    listen: SocketAddr,
    simulator: Simulator,
    abandoned: impl Future<Output = ()>,
) -> anyhow::Result<ExitCode> {
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("could not listen on {listen}"))?;
    let base_url = format!("http://{}", listener.local_addr()?);
    simulator.act(|world| world.base_url.clone_from(&base_url));
    writeln!(std::io::stdout(), "listening on {base_url}")?;
    tokio::select! {
        served = axum::serve(listener, http::router(simulator)) => served?,
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        () = abandoned => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// On a thread of its own: the runtime would wait at its end for a read of its own that nothing ends.
async fn stdin_ends() {
    let (ended, end) = oneshot::channel();
    std::thread::spawn(move || {
        // An unreadable standard input tells as little of who started us as one that ended.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = end.await;
}

impl Via {
    /// The account to speak for, if the command line names one; clap sees to it that it is whole.
    fn direct(&self, to: &str) -> Option<Account> {
        let url = self.webhook_url.clone()?;
        let address = switchboard_twilio::address::Address::parse(to);
        Some(Account {
            account_sid: self.account_sid.clone()?,
            auth_token: self.auth_token.clone()?,
            api_keys: Vec::new(),
            phone_numbers: vec![address.phone().unwrap_or(to).to_owned()],
            sms_url: Some(url.clone()),
            voice_url: Some(url),
        })
    }

    fn simulator(&self) -> anyhow::Result<String> {
        running(self.simulator.as_deref())
    }
}

/// The address of the simulator that was given, or of the demo's.
fn running(given: Option<&str>) -> anyhow::Result<String> {
    if let Some(url) = given {
        return Ok(url.to_owned());
    }
    let path = ".switchboard/demo.json";
    let Ok(file) = std::fs::read(path) else {
        bail!(
            "could not find a simulator: there is no {path} here; give --simulator, or for a text or a call \
             --account-sid, --auth-token and --webhook-url"
        );
    };
    let demo: Value =
        serde_json::from_slice(&file).with_context(|| format!("could not understand {path}"))?;
    let url = demo["simulatorUrl"].as_str();
    Ok(url.with_context(|| format!("could not find simulatorUrl in {path}"))?.to_owned())
}

/// The exchange on stdout, its warnings once more on stderr.
fn show(exchange: &impl Serialize) -> anyhow::Result<ExitCode> {
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(exchange)?)?;
    let exchange = serde_json::to_value(exchange)?;
    for warning in exchange["warnings"].as_array().into_iter().flatten() {
        let message = warning["message"].as_str().unwrap_or_default();
        match warning["code"].as_u64() {
            Some(code) => writeln!(std::io::stderr(), "warning {code}: {message}")?,
            None => writeln!(std::io::stderr(), "warning: {message}")?,
        }
    }
    Ok(if exchange["response"].is_null() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "not an address such as 127.0.0.1:4080".to_owned())?;
    if address.ip().is_loopback() { Ok(address) } else { Err("not a loopback address".to_owned()) }
}

fn secret(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text))
}
