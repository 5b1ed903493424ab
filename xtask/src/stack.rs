//! All of Switchboard on this machine: PostgreSQL, the server and the simulator.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use switchboard_embedded_postgres::Cluster;
use tokio::process::Command;

use crate::database::{self, Past, Server};
use crate::demo::{Demo, Organization, Program};
use crate::ports::Ports;
use crate::process::Service;
use crate::secrets::{Secrets, write_private};
use crate::steps::step;
use crate::{console, phones, places};

/// Where Vite serves a front end that is being made: its pages may use the server too.
const DEVELOPMENT: &str = "http://localhost:5173";

/// What can be chosen about a stack.
#[derive(Args, Default)]
pub struct Options {
    /// Where the server listens; 0 takes a free port.
    #[arg(long, default_value_t = 3004)]
    pub port: u16,
    /// Where the simulator listens [default: 4080, or a free port if that is taken].
    #[arg(long)]
    pub simulator_port: Option<u16>,
    /// Drops the demo's data first.
    #[arg(long)]
    pub reset: bool,
    /// A superuser's URL to an empty database, or to one of an earlier run, to use instead of the embedded cluster.
    /// The server's logins `switchboard_owner` and `switchboard_app` are created, or get another password.
    #[arg(long)]
    pub database_url: Option<SecretString>,
    /// Where data and secrets are kept [default: .switchboard in the workspace].
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// Where the server's log goes, if not to the terminal.
    #[arg(skip)]
    pub log: Option<PathBuf>,
}

/// A running stack.
pub struct Stack {
    /// What it offers.
    pub demo: Demo,
    // In the order in which they stop, also when this is dropped.
    server: Service,
    simulator: Service,
    cluster: Option<Cluster>,
}

impl Stack {
    /// Builds what is to be built, and returns once everything answers.
    pub async fn start(options: Options) -> Result<Self> {
        let ports = Ports::take(options.port, options.simulator_port)?;
        let dir = options.dir.unwrap_or_else(|| places::root().join(".switchboard"));
        fs::create_dir_all(&dir).with_context(|| format!("could not create {}", dir.display()))?;
        let secrets = Secrets::kept_in(&dir)?;
        let past = if options.reset { Past::Drop } else { Past::Keep };
        let postgres = match options.database_url {
            Some(url) => Server::given(url, past).await?,
            None => Server::embedded(database::folder_in(&dir), past).await?,
        };
        step("built the programs", build()).await?;
        if let Err(error) = step("built the page", console::build()).await {
            eprintln!("  {error:#}; going on without the page");
        }
        let database = postgres.open(&secrets.database_password).await?;

        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let numbers = [ports.server.number()?, ports.admin.number()?, ports.simulator.number()?];
        let [port, admin_port, simulator_port] = numbers;
        let settings = [
            ("HOST", "127.0.0.1".to_owned()),
            ("PORT", port.to_string()),
            ("ADMIN_PORT", admin_port.to_string()),
            ("FRONTEND_URL", format!("{},http://localhost:{port},{DEVELOPMENT}", url(port))),
            ("PUBLIC_URL", url(port)),
            ("DATABASE_URL", database.app_url.expose_secret().to_owned()),
            ("JWT_SECRET", secrets.jwt_secret),
            ("SECRETS_KEY", secrets.secrets_key),
            ("TWILIO_API_URL", url(simulator_port)),
            ("TWILIO_MESSAGING_URL", url(simulator_port)),
            ("SPOOL_DIR", dir.join("spool").display().to_string()),
            ("CONSOLE_DIR", console::folder().display().to_string()),
            ("SWITCHBOARD_STOP_ON_STDIN_EOF", "1".to_owned()),
        ];
        let demo = Demo {
            base_url: url(port),
            public_url: url(port),
            admin_url: url(admin_port),
            simulator_url: url(simulator_port),
            server: Program {
                program: places::program("switchboard-server")?,
                environment: settings.map(|(name, value)| (name.to_owned(), value)).into(),
            },
            bench: places::program("switchboard-bench")?,
            follow: places::program("examples/follow")?,
            organizations: database.organizations,
        };
        drop(ports);
        let accounts = write_accounts(&dir, &demo)?;
        let mut command = Command::new(places::program("twilio-simulator")?);
        command.args(["serve", "--stop-on-stdin-eof", "--listen", &format!("127.0.0.1:{simulator_port}")]);
        command.arg("--accounts").arg(accounts).stdout(Stdio::null());
        let mut simulator = Service::start("the simulator", &mut command)?;
        step("started the simulator", simulator.answers(simulator_port, "/accounts")).await?;

        let mut command = Command::new(&demo.server.program);
        command.arg("serve").envs(&demo.server.environment);
        if let Some(log) = options.log {
            let log = fs::File::create(&log).with_context(|| format!("could not write {}", log.display()))?;
            command.stdout(log.try_clone()?).stderr(log);
        }
        let mut server = Service::start("the server", &mut command)?;
        step("started the server", server.answers(port, "/health/ready")).await?;
        step("connected the organisations' numbers", phones::connect(&demo.base_url, &demo.organizations))
            .await?;

        write_private(&dir.join("demo.json"), &serde_json::to_vec_pretty(&demo)?)?;
        Ok(Self { demo, server, simulator, cluster: database.cluster })
    }

    /// Waits for one of its programs to end, which neither should.
    pub async fn broke(&mut self) -> anyhow::Error {
        let (name, ended) = tokio::select! {
            ended = self.server.ended() => ("the server", ended),
            ended = self.simulator.ended() => ("the simulator", ended),
        };
        match ended {
            Ok(status) => anyhow::anyhow!("could not go on: {name} ended with {status}; its log says why"),
            Err(error) => error,
        }
    }

    /// Stops everything, what depends on others first; each is stopped even if one before it would not.
    pub async fn stop(self) -> Result<()> {
        let server = step("stopped the server", self.server.stop()).await;
        let simulator = step("stopped the simulator", self.simulator.stop()).await;
        if let Some(cluster) = self.cluster {
            step("stopped PostgreSQL", database::stop(cluster)).await?;
        }
        server.and(simulator)
    }
}

async fn build() -> Result<()> {
    let mut command = Command::new(places::cargo());
    command.current_dir(places::root()).kill_on_drop(true);
    command.args([
        "build",
        "--bins",
        "--package",
        "switchboard-server",
        "--package",
        "switchboard-twilio-simulator",
    ]);
    command.args([
        "--package",
        "switchboard-bench",
        "--package",
        "switchboard-events",
        "--example",
        "follow",
    ]);
    if !command.status().await.context("could not run cargo")?.success() {
        bail!("could not build Switchboard: what cargo printed above says why");
    }
    Ok(())
}

/// What the simulator is told: whose accounts and numbers there are. Which webhooks it calls is the server's to tell it.
fn write_accounts(dir: &Path, demo: &Demo) -> Result<PathBuf> {
    let account = |organization: &Organization| {
        json!({
            "accountSid": organization.account_sid,
            "authToken": organization.auth_token,
            "apiKeys": [{ "sid": organization.api_key_sid, "secret": organization.api_key_secret }],
            "phoneNumbers": [organization.phone_number],
        })
    };
    let accounts: Vec<_> = demo.organizations.iter().map(account).collect();
    let path = dir.join("simulator.json");
    write_private(&path, &serde_json::to_vec_pretty(&accounts)?)?;
    Ok(path)
}
