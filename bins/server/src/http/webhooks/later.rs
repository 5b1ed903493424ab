use std::time::Duration;

use switchboard_domain::calls::Todo;
use tokio::time::sleep;
use tracing::warn;

use crate::Server;

/// When it is tried again, if Twilio did not do it. After that it is found by who looks after calls left alone.
const TRIES: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(3)];

impl Server {
    /// Does at Twilio what follows from what happened to a call, once Twilio has its answer.
    pub fn later(&self, todo: Option<Todo>) {
        let Some(todo) = todo else { return };
        let switching = self.switching.clone();
        self.tracker.spawn(async move {
            for wait in TRIES {
                sleep(wait).await;
                match switching.carry_out(todo.clone()).await {
                    Ok(()) => return,
                    Err(error) => {
                        warn!(org.id = %todo.scope.org(), call.id = %todo.call, "could not switch a call: {error}");
                    }
                }
            }
        });
    }
}
