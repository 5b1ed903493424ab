use quick_xml::Writer;
use quick_xml::escape::escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A verb or noun as XML sees it. Text and attributes are escaped here and nowhere else.
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), text: String::new(), children: Vec::new() }
    }

    pub(super) fn attribute(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    pub(super) fn optional(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// Several words in one attribute; without any Twilio decides.
    pub(super) fn words(self, name: &'static str, words: impl IntoIterator<Item = &'static str>) -> Self {
        let words: Vec<_> = words.into_iter().collect();
        self.optional(name, (!words.is_empty()).then(|| words.join(" ")))
    }

    pub(super) fn text(mut self, text: impl ToString) -> Self {
        self.text = text.to_string();
        self
    }

    pub(super) fn child(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    pub(super) fn children(self, children: impl IntoIterator<Item = Element>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// Whether an address in it is only a path.
    pub(super) fn has_path(&self) -> bool {
        const ADDRESSES: [&str; 6] =
            ["action", "recordingStatusCallback", "statusCallback", "transcribeCallback", "url", "waitUrl"];
        const NAMED_BY_TEXT: [&str; 2] = ["Play", "Redirect"];
        let is_path = |(name, value): &(&str, String)| ADDRESSES.contains(name) && value.starts_with('/');
        self.attributes.iter().any(is_path)
            || NAMED_BY_TEXT.contains(&self.name) && self.text.starts_with('/')
            || self.children.iter().any(Self::has_path)
    }

    /// The whole document, from its XML declaration on: Twilio refuses anything before that (error 12100).
    pub(super) fn into_document(self) -> String {
        let mut writer = Writer::new(Vec::new());
        write(&mut writer, Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        self.write_to(&mut writer);
        String::from_utf8(writer.into_inner()).expect("made of str only")
    }

    fn write_to(mut self, writer: &mut Writer<Vec<u8>>) {
        self.attributes.sort_by_key(|(name, _)| *name);
        let mut start = BytesStart::new(self.name);
        for (name, value) in &self.attributes {
            start.push_attribute((name.as_bytes(), attribute_value(value).as_bytes()));
        }
        if self.text.is_empty() && self.children.is_empty() {
            write(writer, Event::Empty(start));
            return;
        }
        write(writer, Event::Start(start));
        if !self.text.is_empty() {
            write(writer, Event::Text(BytesText::from_escaped(character_data(&self.text))));
        }
        for child in self.children {
            child.write_to(writer);
        }
        write(writer, Event::End(BytesEnd::new(self.name)));
    }
}

fn write(writer: &mut Writer<Vec<u8>>, event: Event<'_>) {
    writer.write_event(event).expect("writing to memory does not fail");
}

/// XML 1.0 §2.11: a reader takes a carriage return for the end of a line, unless it is a reference.
fn character_data(text: &str) -> String {
    escape(xml_chars(text)).replace('\r', "&#13;")
}

/// XML 1.0 §3.3.3: in an attribute a reader takes every white space for a blank, unless it is a reference.
fn attribute_value(text: &str) -> String {
    character_data(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Leaves out the characters that XML 1.0 §2.2 cannot express, escaped or not: one of them would spoil the document.
fn xml_chars(text: &str) -> String {
    let is_char = |c: &char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => *c >= ' ',
    };
    text.chars().filter(is_char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_sorted_whatever_the_order_of_writing() {
        let xml = Element::new("Pause").attribute("b", 2).attribute("a", 1).into_document();
        assert_eq!(xml, r#"<?xml version="1.0" encoding="UTF-8"?><Pause a="1" b="2"/>"#);
    }
}
