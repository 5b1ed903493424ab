use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use metrics_exporter_prometheus::PrometheusBuilder;
use secrecy::{ExposeSecret, SecretString};
use switchboard_auth::{AesVault, Argon2Passwords, JwtTokens, KeyRing, OperatorToken};
use switchboard_domain::phone::read_numbering_plans;
use switchboard_domain::ports::{Clock, Directory, Operations, Store};
use switchboard_domain::retention::Retention;
use switchboard_domain::sessions::Policy;
use switchboard_persistence::{Lane, PgStore};
use switchboard_realtime::{Hub, Registry};
use switchboard_server::{Page, Parts, Rate, Rates, Replay, Scribe, Server, Spool, admin, router};
use switchboard_twilio::access_token::AccessTokens;
use switchboard_twilio::rest::{Limits, RestClient, RestConfig};
use tokio::net::TcpListener;
use tracing::info;

use crate::cli::Config;
use crate::clock::SystemClock;
use crate::jobs;
use crate::lifecycle::Lifecycle;
use crate::serve;

/// Puts the real parts together and serves until told to stop.
pub(crate) async fn serve(config: Config) -> Result<()> {
    let (recovery, retention) =
        (TimeDelta::seconds(config.recovery_seconds), TimeDelta::hours(config.log_retention_hours));
    ensure!(
        recovery <= retention,
        "events must be kept for as long as clients may be away: raise LOG_RETENTION_HOURS or lower RECOVERY_SECONDS"
    );
    let lifecycle = Lifecycle::default();
    lifecycle.tracker.spawn_blocking(read_numbering_plans);
    let keys = KeyRing::parse(config.jwt_secret.expose_secret())?;
    let vault = vault(config.secrets_key.as_ref())?;
    let simulator = config.twilio_api_url.is_loopback().then(|| config.twilio_api_url.origin());
    let twilio = Arc::new(RestClient::new(RestConfig {
        api: config.twilio_api_url,
        messaging: config.twilio_messaging_url,
        limits: Limits::default(),
    })?);
    let operator_token = config.operator_token.as_ref().map(OperatorToken::parse).transpose()?;
    let metrics = PrometheusBuilder::new().install_recorder().context("could not set up the metrics")?;
    let listener = listen(SocketAddr::new(config.host, config.port), "--port").await?;
    let admin_listener = listen((Ipv4Addr::LOCALHOST, config.admin_port).into(), "--admin-port").await?;

    let spool = Arc::new(Spool::open(&config.spool_dir)?);

    let registry = Arc::new(Registry::default());
    let database = switchboard_persistence::Config {
        url: config.database_url.clone(),
        connections: config.database_connections,
        webhook_connections: config.webhook_connections,
    };
    let connect = |lane| PgStore::connect(&database, lane, registry.clone());
    let general = Arc::new(connect(Lane::General).await?);
    let webhooks = Arc::new(connect(Lane::Webhooks).await?);

    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store: Arc<dyn Store> = general.clone();
    let directory: Arc<dyn Directory> = general.clone();
    let server = Server::assemble(Parts {
        store: Arc::clone(&store),
        directory: Arc::clone(&directory),
        operations: general.clone(),
        webhook_store: webhooks.clone(),
        webhook_directory: webhooks,
        passwords: Arc::new(Argon2Passwords::new(2)),
        tokens: Arc::new(JwtTokens::new(keys)),
        vault: Arc::new(vault),
        provisioning: twilio.clone(),
        call_control: twilio.clone(),
        conferencing: twilio.clone(),
        recordings: twilio.clone(),
        messaging: twilio,
        voice_tokens: Arc::new(AccessTokens),
        newsroom: registry.clone(),
        clock: Arc::clone(&clock),
        policy: Policy {
            access_ttl: TimeDelta::seconds(config.access_token_seconds),
            registration_open: !config.registration_closed,
            ..Policy::default()
        },
        rates: Rates {
            user: Rate { per_second: config.user_requests_per_second, burst: config.user_request_burst },
            organization: Rate {
                per_second: config.organization_requests_per_second,
                burst: config.organization_request_burst,
            },
        },
        recovery_window: recovery,
        page_url: config.frontend_url.first().unwrap_or(&config.public_url).clone(),
        public_url: config.public_url,
        spool,
        tracker: lifecycle.tracker.clone(),
        voice_token_ttl: TimeDelta::seconds(config.voice_token_seconds),
    });
    let hub = switchboard_realtime::Parts {
        registry,
        sessions: Arc::clone(&server.sessions),
        calls: Arc::clone(&server.calls),
        presence: Arc::clone(&server.presence),
        log: server.log.clone(),
        directory,
        operations: general.clone(),
        rollouts: Arc::clone(&server.rollouts),
        clock: Arc::clone(&clock),
        tracker: lifecycle.tracker.clone(),
        stop: lifecycle.soft.clone(),
    };
    let (hub, sockets) = Hub::start(hub);
    let retention = Retention::new(store, general.clone(), clock, retention);
    let operations: Arc<dyn Operations> = general;
    lifecycle.tracker.spawn(jobs::sweep_logs(retention, lifecycle.soft.clone()));
    for work in jobs::Work::ALL {
        let watch = jobs::look_after(work, server.clone(), operations.clone(), lifecycle.soft.clone());
        lifecycle.tracker.spawn(watch);
    }
    lifecycle.tracker.spawn(jobs::write_webhooks_down(Scribe::new(&server), lifecycle.soft.clone()));
    lifecycle.tracker.spawn(jobs::replay_webhooks(Replay::new(&server), lifecycle.soft.clone()));
    let admin = admin::router(&server, operator_token, metrics);
    let page = config.console_dir.as_deref().map(|folder| Page { folder, simulator: simulator.as_deref() });
    let routes = router(server, sockets, &config.frontend_url, page.as_ref())?;

    let port = listener.local_addr()?.port();
    info!("WebSocket service initialized");
    info!("WebSocket: ws://localhost:{port}");
    info!(
        "HTTP: http://localhost:{port} · metrics: http://localhost:{}/metrics",
        admin_listener.local_addr()?.port()
    );
    lifecycle.tracker.spawn(serve::serve(listener, routes, lifecycle.clone()));
    lifecycle.tracker.spawn(serve::serve(admin_listener, admin, lifecycle.clone()));
    lifecycle.wait_for_the_end(config.stop_on_stdin_eof).await?;
    hub.drain().await;
    lifecycle.finish().await;
    Ok(())
}

/// What secrets are sealed with, or a word on what is missing.
pub(crate) fn vault(key: Option<&SecretString>) -> Result<AesVault> {
    let key = key.context(
        "SECRETS_KEY is not set: it seals what organizations trust us with, such as their auth tokens at Twilio; \
         `openssl rand -hex 32` makes one",
    )?;
    Ok(AesVault::parse(key.expose_secret())?)
}

async fn listen(address: SocketAddr, option: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("could not listen on {address}: stop what uses it or choose another with {option}")
    })
}
