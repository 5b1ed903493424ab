use super::xml::Element;
use super::{Link, Problem, Told};
use crate::world::Method;
use std::collections::BTreeMap;
use std::time::Duration;

/// The attributes of one element; each is asked for once.
pub(super) struct Attributes {
    element: String,
    left: BTreeMap<String, String>,
}

impl Attributes {
    /// What has been taken out of `element` is no longer there.
    pub(super) fn of(element: &mut Element) -> Self {
        Self { element: element.name.clone(), left: std::mem::take(&mut element.attributes) }
    }

    /// The attribute as it is. An empty one counts as given.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.left.remove(name)
    }

    /// Attributes that mean nothing here.
    pub(super) fn skip(&mut self, names: &[&str]) {
        for name in names {
            self.left.remove(*name);
        }
    }

    pub(super) fn flag(&mut self, name: &str, default: bool) -> Result<bool, Problem> {
        self.word(name, &[("true", true), ("false", false)], default)
    }

    pub(super) fn number(&mut self, name: &str) -> Result<Option<u32>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| self.wrong(name, &text))
    }

    pub(super) fn seconds(&mut self, name: &str, default: u64) -> Result<Duration, Problem> {
        Ok(Duration::from_secs(self.number(name)?.map_or(default, u64::from)))
    }

    /// One of `words`.
    pub(super) fn word<T: Copy>(
        &mut self,
        name: &str,
        words: &[(&str, T)],
        default: T,
    ) -> Result<T, Problem> {
        let Some(text) = self.text(name) else { return Ok(default) };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or_else(|| self.wrong(name, &text))
    }

    pub(super) fn method(&mut self, name: &str) -> Result<Method, Problem> {
        self.word(name, &[("GET", Method::Get), ("POST", Method::Post)], Method::Post)
    }

    /// The address in `name`, with the method in `method`; an empty one is none.
    pub(super) fn link(&mut self, name: &str, method: &str) -> Result<Option<Link>, Problem> {
        let method = self.method(method)?;
        let url = self.text(name).map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
        Ok(url.map(|url| Link { url, method }))
    }

    /// The address in `name` with the events that it is told of, given as words with spaces between.
    pub(super) fn told<E: Copy>(
        &mut self,
        name: &str,
        words: &[(&str, E)],
        default: &[E],
    ) -> Result<Option<Told<E>>, Problem> {
        let event = format!("{name}Event");
        let mut events = default.to_vec();
        if let Some(text) = self.text(&event) {
            let find = |word| words.iter().find(|(known, _)| *known == word).map(|(_, event)| *event);
            events = text
                .split_whitespace()
                .map(|word| find(word).ok_or_else(|| self.wrong(&event, word)))
                .collect::<Result<_, _>>()?;
        }
        let link = self.link(name, &format!("{name}Method"))?;
        Ok(link.map(|link| Told { link, events }))
    }

    /// Complains of attributes that nobody asked for.
    pub(super) fn done(self) -> Result<(), Problem> {
        match self.left.keys().next() {
            Some(name) => Err(Problem::schema(format!("{} has no attribute {name}", self.element))),
            None => Ok(()),
        }
    }

    fn wrong(&self, name: &str, value: &str) -> Problem {
        Problem::schema(format!("{value:?} is no value for {name} of {}", self.element))
    }
}
