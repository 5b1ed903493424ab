//! socketioxide as its guide has it: everybody joins a room, and what happens is emitted to the room.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;
use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;

const ROOM: &str = "org";

/// `/socket.io/` with every setting at its default, and `POST /emit` `{event, data}`.
pub(crate) fn router() -> Router {
    let (layer, io) = SocketIo::new_layer();
    io.ns("/", async |socket: SocketRef| socket.join(ROOM));
    Router::new().route("/emit", post(emit)).with_state(io).layer(layer)
}

#[derive(Deserialize)]
struct Emission {
    event: String,
    data: Value,
}

async fn emit(State(io): State<SocketIo>, Json(Emission { event, data }): Json<Emission>) -> StatusCode {
    // Whom it does not reach, it does not reach: that is what is compared.
    let _ = io.to(ROOM).emit(event, &data).await;
    StatusCode::NO_CONTENT
}
