use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use switchboard_domain::Error;
use switchboard_domain::access::Caller;
use switchboard_domain::messages::ConsentChange;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Server;
use crate::error::ApiError;
use crate::http::caller::Supervisor;
use crate::http::people::timestamp;

/// How many lines are read in one go.
const AT_ONCE: i64 = 1_000;
const HEAD: &str = "at,phone_number,sender,what,said,message_id\r\n";

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(export))
}

/// Everything that was said about consent, from the first word on, for those who ask: CSV (RFC 4180) with a line for each.
/// `what` is `stop`, `start`, `help`, or `refused` where Twilio knew of a stop that was not heard here.
#[utoipa::path(get, path = "/consent/export", tag = "messages", security(("bearer" = ["manager"])), responses(
    (status = OK, content_type = "text/csv", body = String)))]
async fn export(State(server): State<Server>, Supervisor(caller): Supervisor) -> Result<Response, ApiError> {
    // The first page is read before anything is promised.
    let (lines, last) = page(&server, &caller, 0).await?;
    let first = (format!("{HEAD}{lines}"), last);
    let pages = try_unfold(Some(first), move |page| {
        let (server, caller) = (server.clone(), caller.clone());
        async move {
            let Some((text, last)) = page else { return Ok(None) };
            let next = match last {
                Some(last) => Some(self::page(&server, &caller, last).await?),
                None => None,
            };
            Ok::<_, Error>(Some((text, next)))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"consent.csv\""),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, Body::from_stream(pages)).into_response())
}

/// Some lines, and the number after which there are more.
async fn page(server: &Server, caller: &Caller, after: i64) -> Result<(String, Option<i64>), Error> {
    let changes = server.messages.consent_changes(caller, after, AT_ONCE).await?;
    let is_full = i64::try_from(changes.len()).is_ok_and(|count| count == AT_ONCE);
    let last = changes.last().map(|(number, _)| *number).filter(|_| is_full);
    Ok((changes.iter().map(|(_, change)| line(change)).collect(), last))
}

fn line(change: &ConsentChange) -> String {
    let message = change.message.map(|id| id.to_string()).unwrap_or_default();
    let at = timestamp(change.at);
    let fields =
        [at.as_str(), &change.peer, &change.sender, change.what.as_str(), &change.said, &message].map(field);
    format!("{}\r\n", fields.join(","))
}

/// Quoted where it has to be. What a spreadsheet would take for a formula is text, but for numbers.
fn field(text: &str) -> String {
    let is_number = text.strip_prefix('+').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number;
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    match text.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_are_quoted_and_never_formulas() {
        for (text, written) in [
            ("STOP", "STOP"),
            ("+16475550100", "+16475550100"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("+1-2", "'+1-2"),
            ("@x", "'@x"),
        ] {
            assert_eq!(field(text), written);
        }
    }
}
