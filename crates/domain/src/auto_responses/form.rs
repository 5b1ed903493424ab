use super::{AutoResponse, Trigger, wording};
use crate::check::{self, Change, Check};
use crate::error::Error;
use crate::messages::{LONGEST, Said};
use crate::phone::{PhoneNumber, Region};

/// A rule as typed; what is left out stays as it is.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of AutoResponse")]
pub struct AutoResponseForm {
    /// `keyword`, `closed` or `new_lead`.
    pub trigger: Change<String>,
    /// For the first of them alone.
    pub keyword: Change<String>,
    pub number: Change<String>,
    pub body: Change<String>,
    pub is_active: Option<bool>,
}

impl AutoResponseForm {
    /// Writes what was typed over a rule, if all of it obeys the rules. `own` are the organisation's numbers.
    pub(super) fn fill(
        self,
        mut rule: AutoResponse,
        region: Region,
        own: &[PhoneNumber],
    ) -> Result<AutoResponse, Error> {
        let mut check = Check::default();
        if let Some(trigger) = trigger(&mut check, self.trigger, self.keyword, &rule.trigger) {
            rule.trigger = trigger;
        }
        if let Some(text) = self.number {
            rule.number = check.phone("number", text.as_deref(), region).map(|(_, number)| number);
            if rule.number.as_ref().is_some_and(|number| !own.contains(number)) {
                check.refuse("number", "is not a number of this organization");
            }
        }
        if let Some(text) = self.body {
            rule.body = check.required("body", text.as_deref(), LONGEST);
            if let Some(gap) = wording::unknown_gap(&rule.body) {
                let known = wording::GAPS.join(", ");
                check.refuse("body", format!("has a gap {{{{{gap}}}}}, and the only ones are {known}"));
            }
        }
        rule.is_active = self.is_active.unwrap_or(rule.is_active);
        check.finish()?;
        Ok(rule)
    }
}

fn trigger(
    check: &mut Check,
    typed: Change<String>,
    keyword: Change<String>,
    before: &Trigger,
) -> Option<Trigger> {
    let word = match typed {
        Some(text) => {
            let text = check.required("trigger", text.as_deref(), check::NAME);
            check.one_of("trigger", Some(&text), &Trigger::WORDS)?
        }
        None => before.as_str(),
    };
    if word == Trigger::WORDS[0] {
        return Some(Trigger::Keyword(match (keyword, before) {
            (None, Trigger::Keyword(before)) => before.clone(),
            (typed, _) => self::keyword(check, typed.flatten().as_deref()),
        }));
    }
    if keyword.flatten().is_some_and(|text| !text.trim().is_empty()) {
        check.refuse("keyword", "is for the trigger keyword alone");
    }
    Trigger::parse(word, None)
}

fn keyword(check: &mut Check, typed: Option<&str>) -> String {
    let keyword = check.required("keyword", typed, check::NAME);
    if Said::of_words(&keyword).is_some() {
        check.refuse("keyword", "is about consent: Twilio answers it");
    }
    keyword
}
