use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;
use socketioxide::extract::{Extension, SocketRef, TryData};
use switchboard_domain::calls::Call;
use switchboard_domain::events::{Cursor, OrgId};
use switchboard_domain::ports::TokenError;
use switchboard_domain::sessions::Refusal;
use tokio::time::sleep;
use tracing::{debug, warn};
use uuid::Uuid;

use crate::dispatcher::Dispatcher;
use crate::hub::Parts;
use crate::mail::{Admission, Mail, MemberId};
use crate::room::rooms_of;
use crate::tail::Tail;

/// How long a client waits for another try while the database is away.
const RETRY: Duration = Duration::from_secs(1);

/// Why a client is kept away, in the contract's words. Nothing more is said about why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    NoToken,
    Token,
    UserId,
    OrganizationId,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refused::NoToken => "Authentication error: No token provided",
            Refused::Token => "Authentication error: Invalid or expired token",
            Refused::UserId => "Authentication error: Invalid user ID",
            Refused::OrganizationId => "Authentication error: Invalid organization ID",
        })
    }
}

impl From<TokenError> for Refused {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid => Refused::Token,
            TokenError::UserId => Refused::UserId,
            TokenError::OrganizationId => Refused::OrganizationId,
        }
    }
}

/// What a client says when it connects. Read leniently: whatever is of the wrong type counts as not said.
struct Hello {
    token: Option<String>,
    cursor: Option<Cursor>,
    previous: Option<Uuid>,
}

impl Hello {
    fn read(auth: &Value) -> Self {
        let text = |field: &str| auth.get(field).and_then(Value::as_str);
        Self {
            token: text("token").filter(|token| !token.is_empty()).map(str::to_owned),
            cursor: text("cursor").and_then(|cursor| cursor.parse().ok()),
            previous: text("sessionId").and_then(|id| id.parse().ok()),
        }
    }
}

/// Lets a client in or not, before it is connected. Everything that is to be heard of the socket is registered here:
/// it may close before the connect handler runs.
pub(crate) async fn admit(
    parts: Arc<Parts>,
    socket: SocketRef,
    TryData(auth): TryData<Value>,
) -> Result<(), Refused> {
    let hello = Hello::read(&auth.unwrap_or_default());
    let token = hello.token.as_deref().ok_or(Refused::NoToken)?;
    let door = Door::open(&parts, &socket);
    let admission = loop {
        match prepare(&parts, &socket, token, &hello, &door).await {
            Ok(admission) => break admission,
            Err(Refusal::Token(error)) => {
                debug!("refused a socket: {error}");
                return Err(error.into());
            }
            // A refusal would keep a stock client away for good; one that waits comes in when the database is back.
            Err(Refusal::Error(error)) => {
                warn!("could not let a socket in yet: {error}");
                sleep(RETRY).await;
            }
        }
        if door.is_gone.load(Ordering::Acquire) {
            return Err(Refused::Token);
        }
    };
    socket.extensions.insert(Arc::new(Mutex::new(Some(admission))));
    Ok(())
}

/// Hears of the socket's end from the first moment on, before it is known whose it is.
struct Door {
    id: MemberId,
    org: Arc<OnceLock<OrgId>>,
    is_gone: Arc<AtomicBool>,
}

impl Door {
    fn open(parts: &Arc<Parts>, socket: &SocketRef) -> Self {
        let door = Self { id: Uuid::new_v4(), org: Arc::default(), is_gone: Arc::default() };
        let (parts, id, org, is_gone) =
            (Arc::clone(parts), door.id, Arc::clone(&door.org), Arc::clone(&door.is_gone));
        socket.on_disconnect(async move || {
            is_gone.store(true, Ordering::Release);
            if let Some(org) = org.get() {
                parts.registry.mail(*org, Mail::Gone(id));
            }
        });
        door
    }
}

async fn prepare(
    parts: &Parts,
    socket: &SocketRef,
    token: &str,
    hello: &Hello,
    door: &Door,
) -> Result<Admission, Refusal> {
    let caller = parts.sessions.authenticate(token).await?;
    // The position first: what rings is then at least as new, and what is newer follows as an event.
    let start = parts.log.start(caller.scope, hello.cursor).await?;
    let ringing = parts.calls.ringing(&caller).await?.iter().map(Call::announcement).collect();
    door.org.get_or_init(|| caller.scope.org());
    Ok(Admission {
        id: door.id,
        socket: socket.clone(),
        caller,
        start,
        ringing,
        previous: hello.previous,
        is_gone: Arc::clone(&door.is_gone),
    })
}

/// Hands the connected client over to its organisation's dispatcher.
pub(crate) async fn connect(
    parts: Arc<Parts>,
    socket: SocketRef,
    Extension(waiting): Extension<Arc<Mutex<Option<Admission>>>>,
) {
    let Some(admission) = waiting.lock().expect("nothing panics while it holds this lock").take() else {
        return;
    };
    socket.join(rooms_of(&admission.caller));
    let scope = admission.caller.scope;
    let tail = Tail::new(admission.start.position);
    let opened = parts.registry.mail_or_open(scope.org(), Mail::Admit(Box::new(admission)));
    if let Some(inbox) = opened {
        let dispatcher = Dispatcher::new(scope, Arc::clone(&parts), inbox, tail);
        parts.tracker.spawn(dispatcher.run());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_is_read_leniently() {
        let hello =
            Hello::read(&serde_json::json!({"token": "t", "cursor": 12, "sessionId": ["x"], "more": 1}));
        assert_eq!((hello.token.as_deref(), hello.cursor, hello.previous), (Some("t"), None, None));
        for nothing in [serde_json::json!(null), serde_json::json!([]), serde_json::json!({"token": ""})] {
            assert_eq!(Hello::read(&nothing).token, None, "{nothing}");
        }
    }
}
