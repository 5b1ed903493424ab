//! What Twilio makes of an answer: content types as in <https://www.twilio.com/docs/voice/twiml> and
//! <https://www.twilio.com/docs/messaging/twiml>, codes as in <https://www.twilio.com/docs/api/errors>.
//!
//! Verbs and attributes are not judged (12200): that comes with carrying them out.

use crate::world::{Outcome, Purpose, WebhookOrder};
use crate::{Answer, Kind, Warning};
use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::Event;

/// The complaints about `answer`; none if Twilio would carry it out without a word.
pub(crate) fn judge(purpose: Purpose, answer: &Answer) -> Vec<Warning> {
    match answer.status {
        204 if !purpose.wants_twiml() => Vec::new(),
        200..=299 => judge_content(purpose.kind(), answer).into_iter().collect(),
        300..=399 => vec![remark("Twilio would follow this redirect; the simulator does not")],
        status => vec![coded(11217, format!("the webhook answered {status}"))],
    }
}

/// Nobody answered: refused, unreachable, or too late.
pub(crate) fn unreachable(error: &reqwest::Error) -> Warning {
    let code = if error.is_connect() { 11205 } else { 11200 };
    coded(code, format!("the webhook gave no answer: {}", chain(error)))
}

/// What the world is told. Text counts as the verb that it stands for, and so does sound.
pub(crate) fn outcome(order: &WebhookOrder, response: Option<&Answer>, warnings: &[Warning]) -> Outcome {
    let coded = |warning: &Warning| Some((warning.code?, warning.message.clone()));
    match (response, warnings.iter().find_map(coded)) {
        (Some(answer), None) => {
            let content_type = answer.content_type.as_deref().unwrap_or_default();
            let verb = if content_type.starts_with("audio/") {
                Some(("Play", order.endpoint.url.as_str()))
            } else if content_type.starts_with("text/plain") {
                Some(if order.purpose.kind() == Kind::Sms { "Message" } else { "Say" })
                    .map(|verb| (verb, answer.body.as_str()))
            } else {
                None
            };
            let twiml = match verb {
                Some((verb, text)) => format!("<Response><{verb}>{}</{verb}></Response>", escape(text)),
                None => answer.body.clone(),
            };
            Outcome::Answered { twiml, from: order.endpoint.clone() }
        }
        (_, Some((code, message))) => Outcome::Failed { code, message },
        (None, None) => Outcome::Failed { code: 11200, message: "no answer".to_owned() },
    }
}

fn judge_content(kind: Kind, answer: &Answer) -> Option<Warning> {
    let Some(content_type) = &answer.content_type else {
        return Some(coded(12300, "the answer has no Content-Type".into()));
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match (essence.as_str(), kind) {
        ("text/xml" | "application/xml" | "text/html", _) => {
            let problem = xml_problem(&answer.body)?;
            Some(coded(12100, format!("the answer is not a TwiML document: {problem}")))
        }
        ("text/plain", Kind::Sms) => {
            Some(remark("Twilio would text this to the customer: it is text/plain, not text/xml"))
        }
        ("text/plain", Kind::Call) => {
            Some(remark("Twilio would read this out to the caller: it is text/plain, not text/xml"))
        }
        (audio, Kind::Call) if audio.starts_with("audio/") => None,
        (other, _) => Some(coded(12300, format!("the answer has the Content-Type {other:?}, not text/xml"))),
    }
}

/// Why `body` is not one `<Response>`, if it is not.
fn xml_problem(body: &str) -> Option<String> {
    if !body.starts_with('<') {
        return Some("something stands before its first tag".into());
    }
    let mut reader = Reader::from_str(body);
    reader.config_mut().expand_empty_elements = true;
    let (mut depth, mut roots) = (0usize, 0usize);
    loop {
        match reader.read_event() {
            Err(error) => return Some(error.to_string()),
            Ok(Event::Eof) if depth > 0 => return Some("it ends within an element".into()),
            Ok(Event::Eof) if roots != 1 => return Some(format!("it has {roots} root elements")),
            Ok(Event::Eof) => return None,
            Ok(Event::Start(start)) => {
                if depth == 0 {
                    roots += 1;
                    if start.name().as_ref() != b"Response" {
                        return Some("its root element is not Response".into());
                    }
                }
                if let Some(Err(error)) = start.attributes().find(Result::is_err) {
                    return Some(error.to_string());
                }
                depth += 1;
            }
            Ok(Event::End(_)) => depth -= 1,
            Ok(Event::Text(text)) if depth == 0 && !text.iter().all(u8::is_ascii_whitespace) => {
                return Some("text stands outside its root element".into());
            }
            Ok(_) => {}
        }
    }
}

fn coded(code: u32, message: String) -> Warning {
    Warning { code: Some(code), message }
}

fn remark(message: &str) -> Warning {
    Warning { code: None, message: message.to_owned() }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, content_type: Option<&str>, body: &str) -> Answer {
        Answer { status, content_type: content_type.map(str::to_owned), body: body.to_owned(), elapsed_ms: 1 }
    }

    #[test]
    fn answers_are_judged_as_twilio_would() {
        let xml = Some("text/xml");
        let fine =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say>a &amp; b</Say><Leave/></Response>";
        type Case = (Kind, u16, Option<&'static str>, &'static str, &'static [Option<u32>]);
        let table: &[Case] = &[
            (Kind::Sms, 200, xml, "<Response/>", &[]),
            (Kind::Sms, 200, Some("Text/XML; charset=utf-8"), fine, &[]),
            (Kind::Call, 200, Some("application/xml"), fine, &[]),
            (Kind::Call, 200, Some("audio/mpeg"), "…", &[]),
            (Kind::Sms, 200, Some("audio/mpeg"), "…", &[Some(12300)]),
            (Kind::Sms, 200, Some("text/plain"), "Not found", &[None]),
            (Kind::Call, 200, Some("text/plain"), "Not found", &[None]),
            (Kind::Sms, 200, None, "<Response/>", &[Some(12300)]),
            (Kind::Sms, 204, None, "", &[Some(12300)]),
            (Kind::Sms, 200, Some("application/json"), "{}", &[Some(12300)]),
            (Kind::Sms, 200, xml, "", &[Some(12100)]),
            (Kind::Sms, 200, xml, "\n<Response/>", &[Some(12100)]),
            (Kind::Sms, 200, xml, "\u{feff}<Response/>", &[Some(12100)]),
            (Kind::Sms, 200, xml, "<Response>", &[Some(12100)]),
            (Kind::Sms, 200, xml, "<Response></Say>", &[Some(12100)]),
            (Kind::Sms, 200, xml, "</Response>", &[Some(12100)]),
            (Kind::Sms, 200, xml, "<Response><Say></Response>", &[Some(12100)]),
            (Kind::Sms, 200, xml, "<Response a=1 a=\"2\"/>", &[Some(12100)]),
            (Kind::Sms, 200, xml, "<Response/><Response/>", &[Some(12100)]),
            (Kind::Sms, 200, xml, "<Response/>oops", &[Some(12100)]),
            (Kind::Sms, 200, xml, "<html></html>", &[Some(12100)]),
            (Kind::Sms, 200, xml, "<?xml version=\"1.0\"?>", &[Some(12100)]),
            (Kind::Sms, 302, None, "", &[None]),
            (Kind::Sms, 403, None, "", &[Some(11217)]),
            (Kind::Sms, 503, xml, "<Response/>", &[Some(11217)]),
        ];
        for (kind, status, content_type, body, codes) in table {
            let purpose = if *kind == Kind::Sms { Purpose::IncomingMessage } else { Purpose::Voice };
            let warnings = judge(purpose, &answer(*status, *content_type, body));
            let found: Vec<_> = warnings.iter().map(|warning| warning.code).collect();
            assert_eq!(found, *codes, "{kind:?} {status} {content_type:?} {body:?}: {warnings:?}");
        }
    }
}
