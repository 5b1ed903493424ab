//! Texts that are written often. `{{name}}` in one is a gap.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use switchboard_events::UserId;

use crate::access::Caller;
use crate::check::{self, Change, Check};
use crate::error::Error;
use crate::ids::TemplateId;
use crate::ports::{Clock, Store};

/// Longest text, in characters: <https://www.twilio.com/docs/messaging/api/message-resource>.
pub const LONGEST: usize = 1600;
/// How many templates an organisation may have.
pub const MOST: usize = 500;
const GAP_NAME: usize = 50;

/// A text that is written often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Our id.
    pub id: TemplateId,
    /// What people call it; no other has this name, in whatever case.
    pub name: String,
    /// What it is filed under.
    pub category: Option<String>,
    /// What it says.
    pub body: String,
    /// `HX…`, if it was agreed with WhatsApp: whoever has not written for a day can be sent no other text.
    pub content_sid: Option<String>,
    /// Whether it may be used.
    pub is_active: bool,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A template as typed; what is left out stays as it is.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of Template")]
pub struct TemplateForm {
    pub name: Change<String>,
    pub category: Change<String>,
    pub body: Change<String>,
    pub content_sid: Change<String>,
    pub is_active: Option<bool>,
}

impl Template {
    /// The names of its gaps, each once, in their order.
    pub fn gaps(&self) -> Vec<&str> {
        let mut gaps: Vec<&str> = Vec::new();
        for (gap, _) in pieces(&self.body).filter_map(|piece| piece.ok()) {
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
        }
        gaps
    }

    /// The text with its gaps filled, or the names of those for which there is nothing.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> Result<String, Vec<&str>> {
        let missing: Vec<_> = self.gaps().into_iter().filter(|gap| !values.contains_key(*gap)).collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let filled = pieces(&self.body).map(|piece| match piece {
            Ok((gap, _)) => values.get(gap).map_or("", String::as_str),
            Err(text) => text,
        });
        Ok(filled.collect())
    }
}

/// A text cut at its gaps: `Ok` is a gap's name and how it was written, `Err` is text. What only looks like a gap is text.
pub(crate) fn pieces(body: &str) -> impl Iterator<Item = Result<(&str, &str), &str>> {
    let mut rest = body;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(start) = rest[from..].find("{{").map(|start| from + start) {
            let gap = rest[start + 2..].find("}}").map(|end| &rest[start..start + end + 4]);
            match gap.map(|written| (written[2..written.len() - 2].trim(), written)) {
                Some((name, written)) if is_gap_name(name) => {
                    if start > 0 {
                        let text = &rest[..start];
                        rest = &rest[start..];
                        return Some(Err(text));
                    }
                    rest = &rest[written.len()..];
                    return Some(Ok((name, written)));
                }
                Some(_) => from = start + 1,
                None => break,
            }
        }
        Some(Err(std::mem::take(&mut rest)))
    })
}

fn is_gap_name(name: &str) -> bool {
    (1..=GAP_NAME).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Templates, for those who keep them.
pub struct Templates {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Templates {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// All of them, by name.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<Template>, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        Ok(tx.templates().await?)
    }

    /// One of them.
    pub async fn get(&self, caller: &Caller, id: TemplateId) -> Result<Template, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.template(id).await?.ok_or(Error::NotFound("template"))
    }

    /// Adds one.
    pub async fn create(&self, caller: &Caller, form: TemplateForm) -> Result<Template, Error> {
        let now = self.clock.now();
        let blank = Template {
            id: TemplateId::generate(),
            name: String::new(),
            category: None,
            body: String::new(),
            content_sid: None,
            is_active: true,
            created_by: caller.user,
            created_at: now,
            updated_at: now,
        };
        let form = TemplateForm { name: form.name.or(Some(None)), body: form.body.or(Some(None)), ..form };
        let template = form.fill(blank)?;
        let mut tx = self.store.begin(caller.scope).await?;
        if tx.templates().await?.len() >= MOST {
            return Err(Error::invalid(
                "name",
                format!("there are {MOST} templates, and no more are possible"),
            ));
        }
        tx.insert_template(&template).await?;
        tx.commit().await?;
        Ok(template)
    }

    /// Changes one.
    pub async fn update(
        &self,
        caller: &Caller,
        id: TemplateId,
        form: TemplateForm,
    ) -> Result<Template, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let before = tx.template(id).await?.ok_or(Error::NotFound("template"))?;
        let mut template = form.fill(before)?;
        template.updated_at = self.clock.now();
        tx.update_template(&template).await?;
        tx.commit().await?;
        Ok(template)
    }

    /// Removes one. Messages that were made of it stay.
    pub async fn delete(&self, caller: &Caller, id: TemplateId) -> Result<Template, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let template = tx.template(id).await?.ok_or(Error::NotFound("template"))?;
        tx.delete_template(id).await?;
        tx.commit().await?;
        Ok(template)
    }
}

impl TemplateForm {
    /// Writes what was typed over a template, if all of it obeys the rules.
    fn fill(self, mut template: Template) -> Result<Template, Error> {
        let mut check = Check::default();
        if let Some(text) = self.name {
            template.name = check.required("name", text.as_deref(), check::NAME);
        }
        if let Some(text) = self.category {
            template.category = check.optional("category", text.as_deref(), check::NAME);
        }
        if let Some(text) = self.body {
            template.body = check.required("body", text.as_deref(), LONGEST);
        }
        if let Some(text) = self.content_sid {
            template.content_sid = check.optional("content_sid", text.as_deref(), check::NAME);
            let is_sid = |sid: &String| {
                sid.len() == 34 && sid.starts_with("HX") && sid.bytes().all(|b| b.is_ascii_alphanumeric())
            };
            if template.content_sid.as_ref().is_some_and(|sid| !is_sid(sid)) {
                check.refuse("content_sid", "must be HX and 32 letters or digits");
            }
        }
        template.is_active = self.is_active.unwrap_or(template.is_active);
        check.finish()?;
        Ok(template)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(body: &str) -> Template {
        Template {
            id: TemplateId::generate(),
            name: "x".to_owned(),
            category: None,
            body: body.to_owned(),
            content_sid: None,
            is_active: true,
            created_by: UserId::generate(),
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn gaps_are_filled_and_everything_else_stays() {
        let values =
            [("name", "Bo {{x}}"), ("x", "1")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let values = BTreeMap::from(values);
        for (body, filled) in [
            ("Hi {{name}}!", "Hi Bo {{x}}!"),
            ("{{ name }}{{x}}{{name}}", "Bo {{x}}1Bo {{x}}"),
            ("{{}} {{not a gap}} {{{x}}} {{", "{{}} {{not a gap}} {1} {{"),
            ("{{x", "{{x"),
            ("é{{x}}é", "é1é"),
            ("{{x}}", "1"),
        ] {
            assert_eq!(template(body).fill(&values).as_deref(), Ok(filled), "{body}");
        }
    }

    #[test]
    fn a_gap_without_a_value_is_named() {
        let template = template("{{a}} {{b}} {{a}}");
        assert_eq!(template.gaps(), ["a", "b"]);
        let values = BTreeMap::from([("a".to_owned(), String::new())]);
        assert_eq!(template.fill(&values), Err(vec!["b"]));
    }
}
