//! What Twilio makes of an answer: content types as in <https://www.twilio.com/docs/voice/twiml> and
//! <https://www.twilio.com/docs/messaging/twiml>, codes as in <https://www.twilio.com/docs/api/errors>.

use crate::world::{Endpoint, Outcome, Purpose};
use crate::{Answer, Kind, Warning, twiml};
use quick_xml::escape::escape;

/// The complaints about `answer`; none if Twilio would carry it out without a word.
pub(crate) fn judge(purpose: Purpose, answer: &Answer) -> Vec<Warning> {
    match answer.status {
        200..=299 if expects_document(purpose) => judge_content(purpose.kind(), answer).into_iter().collect(),
        200..=299 => judge_acknowledgement(purpose.kind(), answer).into_iter().collect(),
        300..=399 => vec![Warning::coded(11200, "the webhook redirected to nowhere")],
        status => vec![Warning::coded(11217, format!("the webhook answered {status}"))],
    }
}

/// What the call or message makes of an answer that has these `warnings`. Text and audio become the TwiML for which
/// they stand.
pub(crate) fn outcome(purpose: Purpose, answer: &Answer, from: Endpoint, warnings: &[Warning]) -> Outcome {
    let is_success = (200..=299).contains(&answer.status);
    let complaint = warnings.iter().find_map(|warning| Some((warning.code?, &warning.message)));
    match complaint {
        Some((code, message)) if purpose.wants_twiml() || !is_success => {
            Outcome::Failed { code, message: message.clone() }
        }
        _ => Outcome::Answered { twiml: twiml(purpose.kind(), answer, &from), from },
    }
}

fn twiml(kind: Kind, answer: &Answer, from: &Endpoint) -> String {
    match (essence(answer).as_deref(), kind) {
        (Some("text/plain"), Kind::Sms) => {
            format!("<Response><Message>{}</Message></Response>", escape(&answer.body))
        }
        (Some("text/plain"), Kind::Call) => {
            format!("<Response><Say>{}</Say></Response>", escape(&answer.body))
        }
        (Some(audio), Kind::Call) if audio.starts_with("audio/") => {
            format!("<Response><Play>{}</Play></Response>", escape(&from.url))
        }
        _ => answer.body.clone(),
    }
}

/// A verb that is over asks for TwiML as any other, even if nobody is left to hear it.
fn expects_document(purpose: Purpose) -> bool {
    purpose.wants_twiml() || purpose == Purpose::Afterwards
}

fn judge_content(kind: Kind, answer: &Answer) -> Option<Warning> {
    let Some(content_type) = &answer.content_type else {
        return Some(Warning::coded(12300, "the answer has no Content-Type"));
    };
    match (essence(answer).unwrap_or_default().as_str(), kind) {
        ("text/xml" | "application/xml" | "text/html", _) => {
            let problem = twiml::read(kind, &answer.body).err()?;
            Some(Warning::coded(
                problem.code,
                format!("the answer is no TwiML for this: {}", problem.message),
            ))
        }
        ("text/plain", Kind::Sms) => Some(Warning::remark(
            "Twilio would text this to the customer: it is text/plain, not text/xml; so does the simulator",
        )),
        ("text/plain", Kind::Call) => Some(Warning::remark(
            "Twilio would read this out to the caller: it is text/plain, not text/xml; so does the simulator",
        )),
        (audio, Kind::Call) if audio.starts_with("audio/") => None,
        (other, _) => {
            let message = format!("the answer has the Content-Type {other:?}, not text/xml");
            let message = if other.is_empty() { format!("{message} ({content_type:?})") } else { message };
            Some(Warning::coded(12300, message))
        }
    }
}

/// Status callbacks want 204 without a body, or an empty TwiML document.
fn judge_acknowledgement(kind: Kind, answer: &Answer) -> Option<Warning> {
    if answer.body.is_empty() && answer.content_type.is_none() {
        return None;
    }
    match essence(answer).as_deref() {
        Some("text/xml" | "application/xml") => {
            let problem = twiml::read(kind, &answer.body).err()?;
            Some(Warning::coded(problem.code, format!("the answer is no TwiML: {}", problem.message)))
        }
        Some(other) => Some(Warning::coded(
            12300,
            format!("a status callback is to be answered with 204 or text/xml, not with {other:?}"),
        )),
        None => Some(Warning::coded(12300, "the answer has no Content-Type")),
    }
}

fn essence(answer: &Answer) -> Option<String> {
    let content_type = answer.content_type.as_deref()?;
    Some(content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
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
        let texted =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Message>a &amp; b</Message></Response>";
        let spoken =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say>a &amp; b</Say><Leave/></Response>";
        use Purpose::{Afterwards, IncomingMessage, MessageStatus, Voice};
        type Case = (Purpose, u16, Option<&'static str>, &'static str, &'static [Option<u32>]);
        let table: &[Case] = &[
            (IncomingMessage, 200, xml, "<Response/>", &[]),
            (IncomingMessage, 200, Some("Text/XML; charset=utf-8"), texted, &[]),
            (IncomingMessage, 200, xml, spoken, &[Some(12200)]),
            (Voice, 200, Some("application/xml"), spoken, &[]),
            (Voice, 200, Some("audio/mpeg"), "…", &[]),
            (IncomingMessage, 200, Some("audio/mpeg"), "…", &[Some(12300)]),
            (IncomingMessage, 200, Some("text/plain"), "Not found", &[None]),
            (Voice, 200, Some("text/plain"), "Not found", &[None]),
            (IncomingMessage, 200, None, "<Response/>", &[Some(12300)]),
            (IncomingMessage, 204, None, "", &[Some(12300)]),
            (IncomingMessage, 200, Some("application/json"), "{}", &[Some(12300)]),
            (IncomingMessage, 200, xml, "", &[Some(12100)]),
            (IncomingMessage, 200, xml, "\n<Response/>", &[Some(12100)]),
            (IncomingMessage, 200, xml, "\u{feff}<Response/>", &[Some(12100)]),
            (IncomingMessage, 200, xml, "<Response>", &[Some(12100)]),
            (IncomingMessage, 200, xml, "<Response></Say>", &[Some(12100)]),
            (IncomingMessage, 200, xml, "</Response>", &[Some(12100)]),
            (IncomingMessage, 200, xml, "<Response><Say></Response>", &[Some(12100)]),
            (IncomingMessage, 200, xml, "<Response a=1 a=\"2\"/>", &[Some(12100)]),
            (IncomingMessage, 200, xml, "<Response/><Response/>", &[Some(12100)]),
            (IncomingMessage, 200, xml, "<Response/>oops", &[Some(12100)]),
            (IncomingMessage, 200, xml, "<html></html>", &[Some(12100)]),
            (IncomingMessage, 200, xml, "<?xml version=\"1.0\"?>", &[Some(12100)]),
            (MessageStatus, 204, None, "", &[]),
            (MessageStatus, 200, xml, "<Response/>", &[]),
            (MessageStatus, 200, Some("text/plain"), "OK", &[Some(12300)]),
            (MessageStatus, 200, Some("application/json"), "{}", &[Some(12300)]),
            (MessageStatus, 200, None, "OK", &[Some(12300)]),
            (MessageStatus, 200, xml, "<Response>", &[Some(12100)]),
            (MessageStatus, 404, None, "", &[Some(11217)]),
            (Afterwards, 200, xml, "<Response><Hangup/></Response>", &[]),
            (Afterwards, 204, None, "", &[Some(12300)]),
            (IncomingMessage, 302, None, "", &[Some(11200)]),
            (IncomingMessage, 403, None, "", &[Some(11217)]),
            (IncomingMessage, 503, xml, "<Response/>", &[Some(11217)]),
        ];
        for (purpose, status, content_type, body, codes) in table {
            let warnings = judge(*purpose, &answer(*status, *content_type, body));
            let found: Vec<_> = warnings.iter().map(|warning| warning.code).collect();
            assert_eq!(found, *codes, "{purpose:?} {status} {content_type:?} {body:?}: {warnings:?}");
        }
    }

    #[test]
    fn text_and_audio_stand_for_verbs() {
        let from = Endpoint::post("http://crm.example/a?b=1&c=2");
        let table = [
            (
                Purpose::IncomingMessage,
                "text/plain",
                "a < b",
                "<Response><Message>a &lt; b</Message></Response>",
            ),
            (Purpose::Voice, "text/plain; charset=utf-8", "hi", "<Response><Say>hi</Say></Response>"),
            (
                Purpose::Voice,
                "audio/mpeg",
                "…",
                "<Response><Play>http://crm.example/a?b=1&amp;c=2</Play></Response>",
            ),
            (Purpose::Voice, "text/xml", "<Response><Leave/></Response>", "<Response><Leave/></Response>"),
        ];
        for (purpose, content_type, body, expected) in table {
            let answer = answer(200, Some(content_type), body);
            let warnings = judge(purpose, &answer);
            let outcome = outcome(purpose, &answer, from.clone(), &warnings);
            assert_eq!(outcome, Outcome::Answered { twiml: expected.into(), from: from.clone() });
        }
    }

    #[test]
    fn a_complaint_fails_who_wanted_twiml_and_nobody_else() {
        let from = || Endpoint::post("http://crm.example/");
        let json = answer(200, Some("application/json"), "{}");
        let broken = answer(500, None, "");
        for (purpose, answer, failed) in [
            (Purpose::Voice, &json, true),
            (Purpose::CallStatus, &json, false),
            (Purpose::CallStatus, &broken, true),
        ] {
            let outcome = outcome(purpose, answer, from(), &judge(purpose, answer));
            assert_eq!(matches!(outcome, Outcome::Failed { .. }), failed, "{purpose:?}");
        }
    }
}
