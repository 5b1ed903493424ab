use std::time::Duration;

use switchboard_domain::access::OrgScope;
use switchboard_domain::calls::Todo;
use switchboard_domain::messages::Received;
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

    /// Answers a text that came in by itself, if that is wished. Nothing waits for it. A text that could not be answered is
    /// found again by who looks after those that are left.
    pub(super) fn respond_later(&self, scope: OrgScope, received: Option<Received>) {
        let Some(received) = received else { return };
        let auto_responses = self.auto_responses.clone();
        self.tracker.spawn(async move {
            if let Err(error) = auto_responses.respond(scope, &received).await {
                warn!(org.id = %scope.org(), message.id = %received.id, "could not answer a text by itself: {error}");
            }
        });
    }
}
