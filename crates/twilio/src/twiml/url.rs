use std::fmt;

use thiserror::Error;

/// Where Twilio turns: an absolute address, or a path on the host that is being answered.
///
/// Documents that are sent along with a REST request answer nobody; addresses in them have to be absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(String);

/// Nothing that Twilio could turn to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("neither an http or https URL nor a path")]
pub struct NotAUrl;

impl Url {
    /// Takes `https://crm.example/wait?c=1`, or `/wait?c=1`.
    pub fn parse(text: impl Into<String>) -> Result<Self, NotAUrl> {
        let text = text.into();
        if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(NotAUrl);
        }
        let has_host = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '[');
        let absolute = ["https://", "http://"].into_iter().find_map(|scheme| text.strip_prefix(scheme));
        let fits = match absolute {
            Some(rest) => has_host(rest),
            None => text.starts_with('/') && !text.starts_with("//"),
        };
        fits.then_some(Self(text)).ok_or(NotAUrl)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_absolute_or_paths() {
        for text in
            ["https://crm.example/a?b=c&d", "http://127.0.0.1:4000/x", "https://[::1]/x", "/", "/a/b?c=1"]
        {
            assert_eq!(Url::parse(text).map(|url| url.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "",
            "wait",
            "?x=1",
            "//evil.example/x",
            "/\\evil.example",
            "https://",
            "https:///x",
            "ftp://x/y",
            "javascript:alert(1)",
            "/a b",
            "/a\nb",
            "https://crm.example/\0",
            "HTTPS//x",
        ] {
            assert_eq!(Url::parse(text), Err(NotAUrl), "{text:?}");
        }
    }
}
