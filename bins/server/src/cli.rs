use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;
use switchboard_twilio::rest::BaseUrl;
use tracing_subscriber::EnvFilter;
use url::Url;

/// A multi-tenant phone desk: calls and texts from Twilio, on the right agents' screens at once.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Cli {
    /// What to log: a level, or a list such as `info,switchboard_realtime=debug`.
    #[arg(long, env = "LOG", default_value = "info", global = true)]
    log: String,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves people, services and Twilio.
    Serve(Box<Config>),
    /// Brings the database's schema up to date.
    Migrate {
        /// A PostgreSQL URL whose login owns the schemas and may create roles.
        #[arg(long, env = "MIGRATE_DATABASE_URL", hide_env_values = true)]
        url: SecretString,
    },
    /// Seals secrets anew that were not sealed with the first key of SECRETS_KEY. Servers may run meanwhile.
    Reseal(ResealConfig),
    /// Prints the description of the REST API.
    Openapi,
}

/// What `reseal` needs.
#[derive(Debug, Args)]
pub(crate) struct ResealConfig {
    /// The database's URL, with the server's login.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: SecretString,
    /// The keys: the first seals, the others still open.
    #[arg(long, env = "SECRETS_KEY", hide_env_values = true)]
    pub(crate) secrets_key: Option<SecretString>,
}

/// Every setting of `serve`.
#[derive(Debug, Args)]
pub(crate) struct Config {
    /// The address to listen on.
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// The port for people, services and Twilio; 0 takes a free one.
    #[arg(long, env = "PORT", default_value_t = 3004)]
    pub(crate) port: u16,
    /// The port for metrics and operators, on loopback only; 0 takes a free one.
    #[arg(long, env = "ADMIN_PORT", default_value_t = 0)]
    pub(crate) admin_port: u16,
    /// A PostgreSQL URL whose login owns nothing and may take the roles tenant_rw and directory_ro.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: SecretString,
    /// Database connections for people and services; no organization holds more than a third.
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) database_connections: u32,
    /// Database connections for Twilio's webhooks alone.
    #[arg(long, env = "WEBHOOK_CONNECTIONS", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) webhook_connections: u32,
    /// What tokens are signed with: `secret` or `name:secret`, 32 bytes or more; the first of several, separated by
    /// commas, signs, the others still read.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true)]
    pub(crate) jwt_secret: SecretString,
    /// What organizations' secrets are sealed with in the database: in the form of JWT_SECRET; the first of several seals, the
    /// others still open.
    #[arg(long, env = "SECRETS_KEY", hide_env_values = true)]
    pub(crate) secrets_key: Option<SecretString>,
    /// What operators show on the admin port, 32 characters or more; without one there is nothing for them.
    #[arg(long, env = "OPERATOR_TOKEN", hide_env_values = true)]
    pub(crate) operator_token: Option<SecretString>,
    /// The web origins that may use the API, separated by commas. People who are invited are sent to the first; without one, to
    /// PUBLIC_URL.
    #[arg(long, env = "FRONTEND_URL", value_delimiter = ',', value_parser = origin)]
    pub(crate) frontend_url: Vec<String>,
    /// The URL under which Twilio reaches this server, as it is configured at Twilio.
    #[arg(long, env = "PUBLIC_URL", value_parser = public_url)]
    pub(crate) public_url: String,
    /// Where Twilio's REST API is: a host of twilio.com by https, or this machine.
    #[arg(long, env = "TWILIO_API_URL", default_value = "https://api.twilio.com")]
    pub(crate) twilio_api_url: BaseUrl,
    /// Where Twilio's messaging services are, likewise.
    #[arg(long, env = "TWILIO_MESSAGING_URL", default_value = "https://messaging.twilio.com")]
    pub(crate) twilio_messaging_url: BaseUrl,
    /// The life of a browser's token for Twilio, in seconds; it ends with the session, if that is earlier.
    #[arg(long, env = "VOICE_TOKEN_SECONDS", default_value_t = 3_600, value_parser = clap::value_parser!(i64).range(60..=86_400))]
    pub(crate) voice_token_seconds: i64,
    /// The folder in which webhooks wait while the database is away, this server's own, on a disk that survives it.
    #[arg(long, env = "SPOOL_DIR", default_value = "switchboard-spool")]
    pub(crate) spool_dir: PathBuf,
    /// The folder with the agents' web page.
    #[arg(long, env = "CONSOLE_DIR")]
    pub(crate) console_dir: Option<PathBuf>,
    /// The life of an access token, in seconds.
    #[arg(long, env = "ACCESS_TOKEN_SECONDS", default_value_t = 86_400, value_parser = clap::value_parser!(i64).range(2..=2_592_000))]
    pub(crate) access_token_seconds: i64,
    /// How long a client may be away and still get what it missed, in seconds.
    #[arg(long, env = "RECOVERY_SECONDS", default_value_t = 120, value_parser = clap::value_parser!(i64).range(1..=86_400))]
    pub(crate) recovery_seconds: i64,
    /// How long events are kept for clients and services that come back, in hours.
    #[arg(long, env = "LOG_RETENTION_HOURS", default_value_t = 24, value_parser = clap::value_parser!(i64).range(1..=720))]
    pub(crate) log_retention_hours: i64,
    /// How many requests a second a person may make in the long run, with all their clients together, and a service.
    #[arg(long, env = "USER_REQUESTS_PER_SECOND", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) user_requests_per_second: u32,
    /// How many requests a person or service may make at once, after a rest.
    #[arg(long, env = "USER_REQUEST_BURST", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) user_request_burst: u32,
    /// How many requests a second an organization's people may make in the long run, all together.
    #[arg(long, env = "ORGANIZATION_REQUESTS_PER_SECOND", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) organization_requests_per_second: u32,
    /// How many requests an organization's people may make at once, after a rest.
    #[arg(long, env = "ORGANIZATION_REQUEST_BURST", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) organization_request_burst: u32,
    /// Whether nobody may register a new organization.
    #[arg(long, env = "REGISTRATION_CLOSED")]
    pub(crate) registration_closed: bool,
    /// Stop when standard input ends, for those who start this server as a child.
    #[arg(long, env = "SWITCHBOARD_STOP_ON_STDIN_EOF", hide = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) stop_on_stdin_eof: bool,
}

impl Cli {
    /// What to log; the statements of the database driver only when asked for.
    pub(crate) fn log_filter(&self) -> EnvFilter {
        EnvFilter::builder().parse_lossy(format!("sqlx=warn,{}", self.log))
    }
}

/// A web origin, as browsers write it: nobody's page is at any other.
fn origin(text: &str) -> Result<String, &'static str> {
    let is_bare = |url: &Url| url.path() == "/" && url.fragment().is_none() && url.username().is_empty();
    let url = web_address(text).filter(is_bare);
    let url = url.ok_or("must be a web origin such as https://desk.example, without a path")?;
    Ok(url.origin().ascii_serialization())
}

/// Where Twilio finds this server.
fn public_url(text: &str) -> Result<String, &'static str> {
    web_address(text).ok_or("must be a web address such as https://desk.example")?;
    Ok(text.trim().to_owned())
}

fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_whole = text.contains("://"); // `https:desk.example` is one to this reader alone
    (is_whole && matches!(url.scheme(), "http" | "https") && url.query().is_none()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is made of these settings beside those that must be there.
    fn config(settings: &[&str]) -> Result<Config, String> {
        let must = ["switchboard-server", "serve", "--database-url=postgres://localhost", "--jwt-secret=x"];
        let public = "--public-url=https://desk.example";
        let public = (!settings.iter().any(|setting| setting.starts_with("--public-url"))).then_some(public);
        let cli = Cli::try_parse_from(must.into_iter().chain(public).chain(settings.iter().copied()));
        match cli.map_err(|error| error.to_string())?.command {
            Command::Serve(config) => Ok(*config),
            other => Err(format!("{other:?}")),
        }
    }

    /// Each of these is refused by its name, with a word on what would do.
    fn refuses(name: &str, values: &[&str], what_would_do: &str) {
        for value in values {
            let Err(said) = config(&[&format!("{name}={value}")]) else { panic!("{name} took {value:?}") };
            assert!(said.contains(name) && said.contains(what_would_do), "{said}");
        }
    }

    #[test]
    fn origins_are_those_that_browsers_send() {
        let several = "--frontend-url=https://desk.example, HTTPS://Wall.Example:443/,http://localhost:3004 ";
        let config = config(&[several]).expect("a configuration");
        let sent = ["https://desk.example", "https://wall.example", "http://localhost:3004"];
        assert_eq!(config.frontend_url, sent);
    }

    #[test]
    fn an_origin_that_nobody_comes_from_is_refused_in_words() {
        let wrong =
            ["*", "desk.example", "https://desk.example/app", "https://", "https://a@b.example", "ftp://a"];
        refuses("--frontend-url", &wrong, "a web origin such as");
    }

    #[test]
    fn an_address_at_which_twilio_finds_nobody_is_refused_in_words() {
        for fine in
            ["https://desk.example", "http://127.0.0.1:3004/", "https://user:secret@desk.example/base"]
        {
            let config = config(&[&format!("--public-url={fine}")]).expect("a configuration");
            assert_eq!(config.public_url, fine);
        }
        let wrong = [
            "",
            "desk.example",
            "https:desk.example",
            "//desk.example",
            "ftp://desk.example",
            "https://",
            "https://a.example?b",
        ];
        refuses("--public-url", &wrong, "a web address such as");
    }

    #[test]
    fn a_server_without_connections_is_refused_in_words() {
        refuses("--database-connections", &["0"], "1..=");
        refuses("--webhook-connections", &["0"], "1..=");
    }
}
