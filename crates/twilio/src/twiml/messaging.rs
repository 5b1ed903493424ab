use super::Url;
use super::element::Element;

/// The answer to a message webhook: texts to whoever wrote. Usually none, for what is sent through the REST API can be
/// followed better.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessagingResponse {
    messages: Vec<Message>,
}

/// A text to whoever wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it says; may be empty beside media.
    pub body: String,
    /// Where Twilio fetches what hangs on it.
    pub media: Vec<Url>,
    /// Told what becomes of it.
    pub status_callback: Option<Url>,
}

impl MessagingResponse {
    /// The empty answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    pub fn with(mut self, message: Message) -> Self {
        self.messages.push(message);
        self
    }

    /// The document, from its XML declaration on.
    pub fn to_xml(&self) -> String {
        Element::new("Response").children(self.messages.iter().map(Message::element)).into_document()
    }
}

impl Message {
    /// Words alone.
    pub fn text(body: impl Into<String>) -> Self {
        Self { body: body.into(), media: Vec::new(), status_callback: None }
    }

    fn element(&self) -> Element {
        let element = Element::new("Message").optional("statusCallback", self.status_callback.as_ref());
        if self.media.is_empty() {
            return element.text(&self.body);
        }
        let body = (!self.body.is_empty()).then(|| Element::new("Body").text(&self.body));
        let media = self.media.iter().map(|url| Element::new("Media").text(url));
        element.children(body).children(media)
    }
}
