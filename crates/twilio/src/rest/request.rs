/// Something to ask Twilio, as a plain value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done with it.
    pub method: Method,
    /// Which of Twilio's addresses it is for.
    pub api: Api,
    /// Escaped.
    pub path: String,
    /// In plain text; repeated names are lists.
    pub query: Vec<(String, String)>,
    /// In plain text; repeated names are lists.
    pub form: Vec<(&'static str, String)>,
    /// Whether it may be asked again when nobody knows what became of it.
    pub repeat: Repeat,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in HTTP")]
pub enum Method {
    Get,
    Post,
    Delete,
}

/// One of Twilio's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// Where `/2010-04-01` is.
    Core,
    /// Where messaging services are.
    Messaging,
}

/// Whether asking twice leaves what asking once leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It does.
    Safe,
    /// It does not.
    Never,
}

impl Request {
    /// Asks for something of an account, named by the parts of its path.
    pub fn get(account_sid: &str, parts: &[&str]) -> Self {
        Self::new(Method::Get, path(account_sid, parts, ".json"), Repeat::Safe)
    }

    /// Asks for a file of an account.
    pub fn get_file(account_sid: &str, parts: &[&str], extension: &str) -> Self {
        Self::new(Method::Get, path(account_sid, parts, extension), Repeat::Safe)
    }

    /// Makes something, or lets something begin: never repeated.
    pub fn create(account_sid: &str, parts: &[&str]) -> Self {
        Self::new(Method::Post, path(account_sid, parts, ".json"), Repeat::Never)
    }

    /// Sets something to what it may be already.
    pub fn set(account_sid: &str, parts: &[&str]) -> Self {
        Self::new(Method::Post, path(account_sid, parts, ".json"), Repeat::Safe)
    }

    /// Asks for a messaging service.
    pub fn get_service(sid: &str) -> Self {
        let path = format!("/v1/Services/{}", escaped(sid));
        Self { api: Api::Messaging, ..Self::new(Method::Get, path, Repeat::Safe) }
    }

    /// Sets something of a messaging service.
    pub fn set_service(sid: &str) -> Self {
        let path = format!("/v1/Services/{}", escaped(sid));
        Self { api: Api::Messaging, ..Self::new(Method::Post, path, Repeat::Safe) }
    }

    /// Deletes something.
    pub fn delete(account_sid: &str, parts: &[&str]) -> Self {
        Self::new(Method::Delete, path(account_sid, parts, ".json"), Repeat::Safe)
    }

    fn new(method: Method, path: String, repeat: Repeat) -> Self {
        Self { method, api: Api::Core, path, query: Vec::new(), form: Vec::new(), repeat }
    }

    /// Narrows what is asked for.
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Says something of what is set or made.
    pub fn form(mut self, name: &'static str, value: impl ToString) -> Self {
        self.form.push((name, value.to_string()));
        self
    }

    /// [`form`](Self::form), for each of these values.
    pub fn form_each<T: ToString>(self, name: &'static str, values: impl IntoIterator<Item = T>) -> Self {
        values.into_iter().fold(self, |request, value| request.form(name, value))
    }

    /// Whether it is about messages.
    pub(super) fn is_about_messages(&self) -> bool {
        let thing = self.path.split('/').nth(4).unwrap_or_default();
        self.api == Api::Core && thing.trim_end_matches(".json") == "Messages"
    }

    /// The content type of what is sent.
    pub fn content_type(&self) -> Option<&'static str> {
        (self.method == Method::Post).then_some("application/x-www-form-urlencoded")
    }

    /// What may be answered.
    pub fn accept(&self) -> Option<&'static str> {
        let json =
            self.method != Method::Delete && (self.path.ends_with(".json") || self.api == Api::Messaging);
        json.then_some("application/json")
    }

    /// The body.
    pub(super) fn body(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.form).finish()
    }
}

fn path(account_sid: &str, parts: &[&str], extension: &str) -> String {
    let mut path = format!("/2010-04-01/Accounts/{}", escaped(account_sid));
    for part in parts {
        path.push('/');
        path.push_str(&escaped(part));
    }
    path.push_str(extension);
    path
}

/// RFC 3986 §2.3: what stays as it is in every part of a URL, and percent signs for the rest.
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_in_paths_and_in_forms() {
        let request = Request::create("AC1", &["Conferences", "a b/é+", "Participants"]).form("To", "+1 &=é");
        assert_eq!(request.path, "/2010-04-01/Accounts/AC1/Conferences/a%20b%2F%C3%A9%2B/Participants.json");
        assert_eq!(request.body(), "To=%2B1+%26%3D%C3%A9");
    }
    #[test]
    fn messages_are_told_from_calls() {
        for (parts, about_messages) in [
            (&["Messages"][..], true),
            (&["Messages", "SM1"], true),
            (&["Calls"], false),
            (&["Calls", "Messages"], false),
        ] {
            assert_eq!(Request::create("AC1", parts).is_about_messages(), about_messages, "{parts:?}");
        }
        assert!(!Request::set_service("MG1").is_about_messages());
    }
}
