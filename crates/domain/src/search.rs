//! What people type to find somebody: the start of a name, or of a number as they write it.

use crate::error::Error;
use crate::people;
use crate::phone::Region;
use crate::ports::OrgTx;

/// What was typed, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Start of a first name, last name or full name, in lower case.
    pub name: String,
    /// Starts of addresses, as they may be meant, three at most: of a number with its country, of one without, of a sender's
    /// name.
    pub addresses: Vec<String>,
}

impl Search {
    /// Reads what was typed, of a number with the country's code and without.
    pub fn read(text: &str, region: Region) -> Self {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let is_number =
            !digits.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "+ ()-./".contains(c));
        let national =
            region.national_prefix().and_then(|prefix| digits.strip_prefix(prefix)).unwrap_or(&digits);
        let addresses = match is_number {
            true if text.starts_with('+') => vec![format!("+{digits}")],
            true => vec![format!("+{digits}"), format!("+{}{national}", region.country_code()), digits],
            false => vec![text.to_owned()],
        };
        Self { name: text.to_lowercase(), addresses }
    }
}

/// Reads what was typed where the organisation is; nothing, if nothing was.
pub(crate) async fn read(tx: &mut dyn OrgTx, text: Option<&str>) -> Result<Option<Search>, Error> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Ok(Some(Search::read(text, people::organization(tx).await?.region))),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_number_is_read_as_people_of_the_region_write_it() {
        for (region, text, addresses) in [
            ("US", "(647) 5", vec!["+6475", "+16475", "6475"]),
            ("US", "1 647", vec!["+1647", "+1647", "1647"]),
            ("DE", "030 / 90", vec!["+03090", "+493090", "03090"]),
            ("IT", "06 6", vec!["+066", "+39066", "066"]),
            ("DE", "+1 (6", vec!["+16"]),
            ("DE", "Bo", vec!["Bo"]),
        ] {
            assert_eq!(
                Search::read(text, region.parse().expect("a region")).addresses,
                addresses,
                "{region} {text}"
            );
        }
    }
}
