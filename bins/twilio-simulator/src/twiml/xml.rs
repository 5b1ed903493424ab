use super::Problem;
use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// No verb needs more.
const DEPTH: usize = 8;

/// An element without what TwiML does not look at: comments, processing instructions, the place of text among children.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
}

/// The one element that `text` is.
pub(super) fn parse(text: &str) -> Result<Element, Problem> {
    if !text.starts_with('<') {
        return Err(Problem::document("something stands before its first tag"));
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        match reader.read_event().map_err(Problem::document_error)? {
            Event::Eof if !open.is_empty() => return Err(Problem::document("it ends within an element")),
            Event::Eof => return root.ok_or_else(|| Problem::document("it has no root element")),
            Event::Start(_) if open.is_empty() && root.is_some() => {
                return Err(Problem::document("it has two root elements"));
            }
            Event::Start(_) if open.len() == DEPTH => return Err(Problem::document("it is too deep")),
            Event::Start(start) => open.push(element(&start)?),
            Event::End(_) => {
                let closed = open.pop().ok_or_else(|| Problem::document("it ends what it did not begin"))?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed),
                    None => root = Some(closed),
                }
            }
            Event::Text(part) => {
                let part = part.decode().map_err(Problem::document_error)?;
                add(&mut open, &part)?;
            }
            Event::CData(part) => {
                let part = part.decode().map_err(Problem::document_error)?;
                add(&mut open, &part)?;
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(Problem::document_error)?;
                let character =
                    reference.resolve_char_ref().map_err(Problem::document_error)?.map(String::from);
                let text = character.or_else(|| resolve_predefined_entity(&name).map(str::to_owned));
                let text =
                    text.ok_or_else(|| Problem::document(format!("it has the unknown entity {name}")))?;
                add(&mut open, &text)?;
            }
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn add(open: &mut [Element], text: &str) -> Result<(), Problem> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(Problem::document("text stands outside its root element")),
    }
    Ok(())
}

fn element(start: &BytesStart<'_>) -> Result<Element, Problem> {
    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
    let mut attributes = BTreeMap::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(Problem::document_error)?;
        let raw = String::from_utf8_lossy(&attribute.value).into_owned();
        let value = unescape(&raw).map_err(Problem::document_error)?.into_owned();
        attributes.insert(String::from_utf8_lossy(attribute.key.as_ref()).into_owned(), value);
    }
    Ok(Element { name, attributes, ..Element::default() })
}

impl Problem {
    fn document_error(error: impl std::fmt::Display) -> Self {
        Self::document(error.to_string())
    }
}
