//! Reading what people typed: every broken rule is collected, so that a form shows all of its errors at once.

use crate::error::{Error, FieldError};
use crate::phone::{PhoneNumber, Region};
use crate::zone::Zone;

/// Longest first or last name, in characters.
pub const NAME: usize = 100;
/// Longest company name or e-mail address.
pub const LINE: usize = 255;
/// Longest phone number as typed.
pub const PHONE: usize = 50;
/// Longest note.
pub const NOTES: usize = 10_000;

/// A change to an optional field: leave it, or set it (to nothing, perhaps).
pub type Change<T> = Option<Option<T>>;

/// The rules broken so far. A reader that finds a rule broken notes it and returns something harmless;
/// [`Check::finish`] says whether the values may be used.
#[derive(Debug, Default)]
pub struct Check {
    errors: Vec<FieldError>,
}

impl Check {
    /// Notes a broken rule.
    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.into(), message: message.into() });
    }

    /// A text that must be there: trimmed, not empty, at most `max` characters.
    pub fn required(&mut self, field: &str, text: Option<&str>, max: usize) -> String {
        let text = self.optional(field, text, max);
        if text.is_none() && !self.errors.iter().any(|error| error.field == field) {
            self.refuse(field, "is required");
        }
        text.unwrap_or_default()
    }

    /// A text that may be absent: trimmed; empty counts as absent.
    pub fn optional(&mut self, field: &str, text: Option<&str>, max: usize) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        if text.contains('\0') {
            self.refuse(field, "must not contain U+0000");
            return None;
        }
        if text.chars().count() > max {
            self.refuse(field, format!("must be at most {max} characters"));
            return None;
        }
        Some(text.to_owned())
    }

    /// An e-mail address, in lower case.
    pub fn email(&mut self, field: &str, text: Option<&str>) -> Option<String> {
        let email = self.optional(field, text, LINE)?.to_lowercase();
        let parts = email.split_once('@');
        let plausible = parts.is_some_and(|(local, domain)| {
            let labels: Vec<_> = domain.split('.').collect();
            !local.is_empty()
                && labels.len() > 1
                && labels.iter().all(|label| !label.is_empty() && !label.contains('@'))
        });
        if !plausible || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
            self.refuse(field, "must be an e-mail address");
            return None;
        }
        Some(email)
    }

    /// An e-mail address that must be there, in lower case.
    pub fn required_email(&mut self, field: &str, text: Option<&str>) -> String {
        let email = self.email(field, text);
        if email.is_none() {
            self.required(field, text, LINE);
        }
        email.unwrap_or_default()
    }

    /// A phone number, as typed and parsed.
    pub fn phone(
        &mut self,
        field: &str,
        text: Option<&str>,
        region: Region,
    ) -> Option<(String, PhoneNumber)> {
        let text = self.optional(field, text, PHONE)?;
        match PhoneNumber::parse(&text, region) {
            Some(number) => Some((text, number)),
            None => {
                self.refuse(field, "must be a phone number");
                None
            }
        }
    }

    /// A time zone that must be there.
    pub fn zone(&mut self, field: &str, text: Option<&str>) -> Zone {
        let text = self.required(field, text, NAME);
        text.parse().unwrap_or_else(|()| {
            if !text.is_empty() {
                self.refuse(field, "must be a time zone of the IANA database, such as Europe/Berlin");
            }
            Zone::default()
        })
    }

    /// A region that must be there.
    pub fn region(&mut self, field: &str, text: Option<&str>) -> Region {
        let text = self.required(field, text, NAME);
        text.parse().unwrap_or_else(|()| {
            if !text.is_empty() {
                self.refuse(
                    field,
                    "must be a country that has phone numbers, by its ISO 3166 code, such as DE",
                );
            }
            Region::default()
        })
    }

    /// A time zone that may be absent; empty counts as absent.
    pub fn optional_zone(&mut self, field: &str, text: Option<&str>) -> Option<Zone> {
        let text = self.optional(field, text, NAME)?;
        Some(self.zone(field, Some(&text)))
    }

    /// One of a closed list of words.
    pub fn one_of(
        &mut self,
        field: &str,
        text: Option<&str>,
        words: &[&'static str],
    ) -> Option<&'static str> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let word = words.iter().copied().find(|word| *word == text);
        if word.is_none() {
            self.refuse(field, format!("must be one of {}", words.join(", ")));
        }
        word
    }

    /// Whether everything read so far may be used.
    pub fn finish(self) -> Result<(), Error> {
        if self.errors.is_empty() { Ok(()) } else { Err(Error::Invalid(self.errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_broken_rule_is_told_once() {
        let mut check = Check::default();
        check.required("first_name", Some("  "), NAME);
        check.required("last_name", Some(&"x".repeat(101)), NAME);
        check.email("email", Some("nobody"));
        check.phone("phone", Some("not a number"), Region::default());
        check.optional("notes", Some("a\0b"), NOTES);
        let Err(Error::Invalid(errors)) = check.finish() else { panic!("five rules were broken") };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["first_name", "last_name", "email", "phone", "notes"]);
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let mut check = Check::default();
        assert_eq!(check.required("name", Some(&"é".repeat(100)), NAME).chars().count(), 100);
        assert!(check.finish().is_ok());
    }

    #[test]
    fn a_time_zone_is_one_of_the_database() {
        let mut check = Check::default();
        assert_eq!(check.zone("timezone", Some(" America/St_Johns ")).to_string(), "America/St_Johns");
        assert_eq!(check.zone("timezone", Some("UTC")), Zone::default());
        for wrong in [None, Some(" "), Some("Mars/Olympus"), Some("+01:00"), Some("europe/berlin\0")] {
            let mut check = Check::default();
            check.zone("timezone", wrong);
            let Err(Error::Invalid(errors)) = check.finish() else { panic!("{wrong:?} is none") };
            assert_eq!(errors.len(), 1, "{wrong:?}: {errors:?}");
        }
    }

    #[test]
    fn addresses_are_kept_in_lower_case() {
        let mut check = Check::default();
        assert_eq!(check.email("email", Some(" Ada@Acme.Example ")).as_deref(), Some("ada@acme.example"));
        for wrong in ["@acme.example", "ada@", "ada@acme", "ada@acme..example", "a b@acme.example", "a@b@c.d"]
        {
            assert_eq!(check.email("email", Some(wrong)), None, "{wrong}");
        }
    }
}
