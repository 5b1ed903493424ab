use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

/// How long work in hand may take to finish once the server is told to stop.
const GRACE: Duration = Duration::from_secs(8);

/// When to stop, and whether everything has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lifecycle {
    /// Cancelled when no new work should be taken.
    pub(crate) soft: CancellationToken,
    /// Every task runs on it.
    pub(crate) tracker: TaskTracker,
}

impl Lifecycle {
    /// Waits for Ctrl-C, SIGTERM, or the end of standard input if asked to, and says so to everybody.
    pub(crate) async fn wait_for_the_end(&self, on_stdin_eof: bool) -> std::io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result?,
            _ = terminate.recv() => {}
            () = stdin_ends(), if on_stdin_eof => {}
        }
        info!("stopping");
        self.soft.cancel();
        Ok(())
    }

    /// Waits for the tasks, but not for ever.
    pub(crate) async fn finish(&self) {
        self.tracker.close();
        if timeout(GRACE, self.tracker.wait()).await.is_err() {
            warn!("{} tasks did not finish in time", self.tracker.len());
        }
    }
}

async fn stdin_ends() {
    let mut stdin = tokio::io::stdin();
    let mut ignored = [0; 64];
    while stdin.read(&mut ignored).await.is_ok_and(|read| read > 0) {}
}
