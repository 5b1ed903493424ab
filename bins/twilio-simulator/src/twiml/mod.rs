//! TwiML, read as Twilio reads it: <https://www.twilio.com/docs/voice/twiml>,
//! <https://www.twilio.com/docs/messaging/twiml>.
//!
//! `xml.rs` turns text into elements, `voice.rs` and `dial.rs` elements into verbs, `attributes.rs` knows which
//! attributes there are. What is unknown is an error here, though Twilio lets some of it pass with a warning: whoever
//! wrote it meant something.

mod attributes;
mod dial;
mod verbs;
mod voice;
mod xml;

use crate::Kind;

pub(crate) use verbs::{
    Beep, ConferenceNoun, Dial, Document, Enqueue, Gather, Link, MessageVerb, Noun, Person, QueueNoun,
    Record, Records, Sound, Target, Told, Verb,
};

/// Why a document is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// 12100: no document; 12200: a document that says what TwiML does not know.
    pub(crate) code: u32,
    pub(crate) message: String,
}

/// The verbs of a document.
pub(crate) fn read(kind: Kind, text: &str) -> Result<Document, Problem> {
    let root = xml::parse(text)?;
    if root.name != "Response" {
        return Err(Problem::document("its root element is not Response"));
    }
    if let Some(name) = root.attributes.keys().next() {
        return Err(Problem::schema(format!("Response has no attribute {name}")));
    }
    if !root.text.trim().is_empty() {
        return Err(Problem::schema("Response has no text of its own"));
    }
    let verbs = root.children.into_iter().map(|element| voice::verb(kind, element));
    Ok(Document { verbs: verbs.collect::<Result<_, _>>()? })
}

impl Problem {
    fn document(message: impl Into<String>) -> Self {
        Self { code: 12100, message: message.into() }
    }

    fn schema(message: impl Into<String>) -> Self {
        Self { code: 12200, message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_twilios_library_writes_is_understood() {
        let golden = include_str!("../../../../crates/twilio/tests/data/twiml-golden.json");
        let golden: serde_json::Value = serde_json::from_str(golden).expect("the golden file");
        for (name, text) in golden["twiml"].as_object().expect("documents by name") {
            let kind = if name.contains("mess") { Kind::Sms } else { Kind::Call };
            let document = read(kind, text.as_str().expect("a document"));
            let document = document.unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
            assert_eq!(document.verbs.is_empty(), name.starts_with("empty"), "{name}");
        }
    }

    #[test]
    fn what_is_no_document_is_12100_and_what_is_unknown_is_12200() {
        let table = [
            ("<Response/>", None),
            (
                "<?xml version=\"1.0\"?><!-- a --><Response> <Say>a &amp; &#x1F600;</Say> <Leave/></Response>",
                None,
            ),
            ("<Response><Say><![CDATA[<b>]]></Say></Response>", None),
            ("", Some(12100)),
            ("<?xml version=\"1.0\"?>", Some(12100)),
            ("\n<Response/>", Some(12100)),
            ("\u{feff}<Response/>", Some(12100)),
            ("<Response>", Some(12100)),
            ("<Response></Say>", Some(12100)),
            ("</Response>", Some(12100)),
            ("<Response><Say></Response>", Some(12100)),
            ("<Response a=1 a=\"2\"/>", Some(12100)),
            ("<Response/><Response/>", Some(12100)),
            ("<Response/>oops", Some(12100)),
            ("<Response><Say>&nbsp;</Say></Response>", Some(12100)),
            ("<html></html>", Some(12100)),
            ("<Response a=\"1\"/>", Some(12200)),
            ("<Response><Sing>la</Sing></Response>", Some(12200)),
            ("<Response><say>la</say></Response>", Some(12200)),
            ("<Response>text</Response>", Some(12200)),
            ("<Response><Say speed=\"2\">la</Say></Response>", Some(12200)),
            ("<Response><Pause length=\"soon\"/></Response>", Some(12200)),
            ("<Response><Gather><Dial>+1</Dial></Gather></Response>", Some(12200)),
            ("<Response><Dial record=\"maybe\">+1</Dial></Response>", Some(12200)),
            ("<Response><Dial><Number>+1</Number><Queue>a</Queue></Dial></Response>", Some(12200)),
            (
                "<Response><Dial><Client><Identity>a</Identity><Name>b</Name></Client></Dial></Response>",
                Some(12200),
            ),
            ("<Response><Message>hi</Message></Response>", Some(12200)),
        ];
        for (text, code) in table {
            let found = read(Kind::Call, text).err().map(|problem| problem.code);
            assert_eq!(found, code, "{text}: {:?}", read(Kind::Call, text));
        }
        assert_eq!(read(Kind::Sms, "<Response><Say>hi</Say></Response>").map_err(|p| p.code), Err(12200));
        let deep = format!("<Response>{}{}</Response>", "<Say>".repeat(50_000), "</Say>".repeat(50_000));
        assert_eq!(read(Kind::Call, &deep).map_err(|problem| problem.code), Err(12100));
    }
}
