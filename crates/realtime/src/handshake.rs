use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use metrics::counter;
use serde::Serialize;
use serde_json::Value;
use socketioxide::extract::{AckSender, Extension, SocketRef, TryData};
use socketioxide::socket::DisconnectReason;
use switchboard_domain::access::Caller;
use switchboard_domain::events::{Cursor, Timestamp};
use switchboard_domain::ports::TokenError;
use switchboard_domain::sessions::Refusal;
use switchboard_domain::text::timestamp;
use tokio::time::{Instant, sleep};
use tracing::{debug, warn};
use uuid::Uuid;

use crate::allowance::{Allowance, MESSAGES, Verdict};
use crate::arrivals::Arrival;
use crate::dispatcher;
use crate::mail::{Admission, Departure, Mail, MemberId};
use crate::node::{FAREWELL, Node};
use crate::remark::Remark;
use crate::room::rooms_of;

/// How long a client may take to get through the handshake before the engine closes its connection.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client waits for another try while the database is away.
const RETRY: Duration = Duration::from_secs(1);

/// Longer ones are none of Twilio's.
const LONGEST_SID: usize = 64;

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
    node: Arc<Node>,
    socket: SocketRef,
    TryData(auth): TryData<Value>,
) -> Result<(), Refused> {
    let hello = Hello::read(&auth.unwrap_or_default());
    let token = hello.token.as_deref().ok_or(Refused::NoToken)?;
    let door = Door::open(&node, &socket);
    let deadline = Instant::now() + CONNECT_TIMEOUT;
    let admission = loop {
        match prepare(&node, &socket, token, &hello, &door).await {
            Ok(Some(admission)) => break admission,
            Ok(None) => {
                debug!("turned a socket away: its person comes too often");
                node.transports.close(&socket).await;
                return Err(Refused::Token); // heard by nobody
            }
            Err(Refusal::Token(error)) => {
                debug!("refused a socket: {error}");
                return Err(error.into());
            }
            // A refusal would keep a stock client away for good; one that waits comes in when the database is back, and
            // one whose connection is closed for waiting too long comes back by itself.
            Err(Refusal::Error(error)) => {
                warn!("could not let a socket in yet: {error}");
                sleep(RETRY).await;
            }
        }
        if Instant::now() > deadline {
            return Err(Refused::Token); // heard by nobody: the engine has closed the connection by now
        }
    };
    socket.extensions.insert(Arc::new(Mutex::new(Some(admission))));
    Ok(())
}

/// What is heard of a socket from the first moment on, before it is known whose it is.
struct Door {
    id: MemberId,
    owner: OnceLock<Caller>,
    is_gone: Arc<AtomicBool>,
    is_audible: Arc<AtomicBool>,
    allowance: Allowance,
}

impl Door {
    fn open(node: &Arc<Node>, socket: &SocketRef) -> Arc<Self> {
        let door = Arc::new(Self {
            id: Uuid::new_v4(),
            owner: OnceLock::new(),
            is_gone: Arc::default(),
            is_audible: Arc::new(AtomicBool::new(true)),
            allowance: Allowance::new(MESSAGES),
        });
        socket.on_disconnect({
            let (node, door) = (Arc::clone(node), Arc::clone(&door));
            async move |socket: SocketRef, reason: DisconnectReason| {
                door.is_gone.store(true, Ordering::Release);
                if let Some(owner) = door.owner.get() {
                    let is_silent = reason == DisconnectReason::HeartbeatTimeout;
                    let departure = Departure { id: door.id, user: owner.user, is_silent };
                    node.registry.mail(owner.scope.org(), Mail::Gone(departure));
                }
                // A client may leave and stay on the line.
                node.close_transport(socket, FAREWELL);
            }
        });
        socket.on("refresh-token", {
            let (node, door) = (Arc::clone(node), Arc::clone(&door));
            async move |socket: SocketRef, TryData(data): TryData<Value>, ack: AckSender| {
                if door.hears(&node, &socket) {
                    let _ = ack.send(&door.refresh(&node, data.unwrap_or_default()).await);
                }
            }
        });
        socket.on("presence", {
            let (node, door) = (Arc::clone(node), Arc::clone(&door));
            async move |socket: SocketRef, TryData(data): TryData<Value>| {
                if door.hears(&node, &socket) {
                    door.remark(&node, &Remark::read(&data.unwrap_or_default()));
                }
            }
        });
        socket.on("call-ack", {
            let (node, door) = (Arc::clone(node), Arc::clone(&door));
            async move |socket: SocketRef, TryData(data): TryData<Value>| {
                if door.hears(&node, &socket) {
                    door.see(&node, &data.unwrap_or_default()).await;
                }
            }
        });
        socket.on_fallback({
            let (node, door) = (Arc::clone(node), Arc::clone(&door));
            async move |socket: SocketRef| {
                door.hears(&node, &socket);
                counter!("switchboard_socket_messages_ignored_total", "cause" => "unknown").increment(1);
            }
        });
        door
    }

    /// Whether to hear one more message. A client that floods is sent away to come back calmer.
    fn hears(&self, node: &Arc<Node>, socket: &SocketRef) -> bool {
        match self.allowance.spend() {
            Verdict::Hear => return true,
            Verdict::Ignore => {}
            Verdict::Close => node.close_transport(socket.clone(), Duration::ZERO),
        }
        counter!("switchboard_socket_messages_ignored_total", "cause" => "too_many").increment(1);
        false
    }

    /// Takes what a client says of its person and of itself, unless the person said something a moment ago.
    fn remark(&self, node: &Node, remark: &Remark) {
        let Some(owner) = self.owner.get() else { return };
        if node.remarks.spend(owner.user) != Verdict::Hear {
            counter!("switchboard_socket_messages_ignored_total", "cause" => "too_many").increment(1);
            return;
        }
        if let Some(is_audible) = remark.is_audible {
            self.is_audible.store(is_audible, Ordering::Release); // it may not be admitted yet
        }
        node.registry.mail(owner.scope.org(), Mail::Remark(self.id, owner.user, *remark));
    }

    /// Its screen shows a call.
    async fn see(&self, node: &Node, data: &Value) {
        let sid = data.get("callSid").and_then(Value::as_str).filter(|sid| sid.len() <= LONGEST_SID);
        let (Some(owner), Some(sid)) = (self.owner.get(), sid) else { return };
        if let Err(error) = node.calls.note_seen(owner, sid).await {
            debug!("could not note that a call was seen: {error}");
        }
    }

    /// Takes a new token for the same person, without a new connection.
    async fn refresh(&self, node: &Node, data: Value) -> Refreshed {
        let Hello { token: Some(token), .. } = Hello::read(&data) else {
            return Refreshed::refused(Refused::NoToken);
        };
        if self.owner.get().is_none_or(|owner| node.visits.spend(owner.user) != Verdict::Hear) {
            return Refreshed::Refused { ok: false, error: "too often: try again in a moment".to_owned() };
        }
        let caller = match node.sessions.authenticate(&token).await {
            Ok(caller) => caller,
            Err(Refusal::Token(error)) => return Refreshed::refused(error.into()),
            Err(Refusal::Error(error)) => {
                warn!("could not check a new token: {error}");
                return Refreshed::Refused { ok: false, error: "try again in a moment".to_owned() };
            }
        };
        let is_theirs =
            self.owner.get().is_some_and(|owner| (owner.scope, owner.user) == (caller.scope, caller.user));
        if !is_theirs {
            return Refreshed::refused(Refused::Token);
        }
        let expires_at = timestamp(caller.token_expires_at);
        node.registry.mail(caller.scope.org(), Mail::Renew(self.id, caller));
        Refreshed::Taken { ok: true, expires_at }
    }
}

/// The answer to `refresh-token`.
#[derive(Serialize)]
#[serde(untagged)]
enum Refreshed {
    Taken {
        ok: bool,
        #[serde(rename = "expiresAt")]
        expires_at: Timestamp,
    },
    Refused {
        ok: bool,
        error: String,
    },
}

impl Refreshed {
    fn refused(why: Refused) -> Self {
        Refreshed::Refused { ok: false, error: why.to_string() }
    }
}

/// Finds out what a client needs to know to begin; `None` for one whose person comes too often.
async fn prepare(
    node: &Node,
    socket: &SocketRef,
    token: &str,
    hello: &Hello,
    door: &Door,
) -> Result<Option<Admission>, Refusal> {
    let caller = node.sessions.authenticate(token).await?;
    if node.visits.spend(caller.user) != Verdict::Hear {
        return Ok(None);
    }
    let start = node.log.start(caller.scope, hello.cursor).await?;
    door.owner.get_or_init(|| caller.clone());
    Ok(Some(Admission {
        id: door.id,
        socket: socket.clone(),
        caller,
        start,
        previous: hello.previous,
        is_gone: Arc::clone(&door.is_gone),
        is_audible: Arc::clone(&door.is_audible),
    }))
}

/// Hands the connected client over to its organisation's dispatcher.
pub(crate) async fn connect(
    node: Arc<Node>,
    socket: SocketRef,
    Extension(waiting): Extension<Arc<Mutex<Option<Admission>>>>,
) {
    let Some(admission) = waiting.lock().expect("nothing panics while it holds this lock").take() else {
        return;
    };
    if let Some(arrival) = socket.req_parts().extensions.get::<Arc<Arrival>>() {
        arrival.leave();
    }
    socket.join(rooms_of(&admission.caller));
    if admission.is_gone.load(Ordering::Acquire) {
        socket.leave_all(); // who left before may have been cleaned up after already
        return;
    }
    let (scope, position) = (admission.caller.scope, admission.start.position);
    dispatcher::mail(&node, scope, position, Mail::Admit(Box::new(admission)));
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
