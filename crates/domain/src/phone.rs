//! Phone numbers, parsed once at the border.

use std::fmt;
use std::str::FromStr;

use phonenumber::metadata::{DATABASE, Metadata};
use phonenumber::{Mode, country};

/// A phone number in E.164 (`+14155550123`). That it is one says nothing about whether anybody answers it:
/// numbers outside the numbering plan are taken too, for nothing that rings us may be turned away.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneNumber(String);

/// Reads the numbering plans of the world into memory, which the first number parsed would else have to wait for.
pub fn read_numbering_plans() {
    let _ = PhoneNumber::parse("+14155550123", Region::default());
}

/// Where a number without a country code is dialled from: an ISO 3166 code such as `US`, of a country or territory that has
/// numbers of its own. `US` where nobody chose one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region(country::Id);

impl PhoneNumber {
    /// Parses a number as people write it: `(647) 555-0100`, `647-555-0100`, `+1 647 555 0100`. Anything that is
    /// not wholly a number is none: letters are not skipped.
    pub fn parse(text: &str, region: Region) -> Option<Self> {
        let text = text.trim();
        let writes_a_number = |c: char| c.is_ascii_digit() || " \u{a0}()-./".contains(c);
        if !text.strip_prefix('+').unwrap_or(text).chars().all(writes_a_number) {
            return None;
        }
        let number = phonenumber::parse(Some(region.0), text).ok()?;
        let e164 = number.format().mode(Mode::E164).to_string();
        (8..=16).contains(&e164.len()).then_some(Self(e164))
    }

    /// Takes a number that was parsed before, as the database holds it.
    pub fn from_e164(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The number in E.164.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Region {
    /// What numbers of the region begin with, after the `+`.
    pub fn country_code(self) -> u16 {
        self.plan().map_or(1, Metadata::country_code)
    }

    /// What people dial before a number without its country's code, if anything.
    pub fn national_prefix(self) -> Option<&'static str> {
        self.plan().and_then(Metadata::national_prefix)
    }

    fn plan(self) -> Option<&'static Metadata> {
        DATABASE.by_id(self.0.as_ref())
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Default for Region {
    fn default() -> Self {
        Region(country::US)
    }
}

impl FromStr for Region {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let region = Region(text.parse().map_err(|_| ())?);
        region.plan().map(|_| region).ok_or(())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<String> {
        PhoneNumber::parse(text, Region::default()).map(|number| number.to_string())
    }

    #[test]
    fn one_person_in_several_formats_is_one_number() {
        for text in [
            "(647) 555-0100",
            "647-555-0100",
            "647.555.0100",
            "+16475550100",
            "+1 647 555 0100",
            "1 647 555 0100",
        ] {
            assert_eq!(parse(text).as_deref(), Some("+16475550100"), "{text}");
        }
    }

    #[test]
    fn a_region_has_numbers_of_its_own() {
        assert_eq!("AQ".parse::<Region>(), Err(()), "nobody is called in Antarctica");
        for text in ["", "us", "USA", "ZZ"] {
            assert_eq!(text.parse::<Region>(), Err(()), "{text}");
        }
    }

    #[test]
    fn a_national_number_is_read_in_its_region() {
        let germany = "DE".parse().expect("a region");
        let number = PhoneNumber::parse("030 901820", germany).expect("a number");
        assert_eq!(number.as_str(), "+4930901820");
    }

    #[test]
    fn a_number_outside_the_plan_is_still_a_number() {
        assert_eq!(parse("+15555550100").as_deref(), Some("+15555550100"));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "",
            "+",
            "hello",
            "whatsapp:+14158675309",
            "647-555-0100 ask for Bo",
            "++16475550100",
            "12",
            "99999999999999999999999999",
            "+1\u{202e}6475550100",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
