//! Who does not want to be texted by whom. Twilio looks after that itself:
//! <https://help.twilio.com/articles/223134027>.

use std::collections::HashSet;

/// What a customer's text asks of Twilio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    Stop,
    Start,
    Help,
}

impl Keyword {
    /// A keyword stands alone; case and surrounding space do not matter.
    pub(crate) fn of(body: &str) -> Option<Self> {
        match body.trim().to_ascii_uppercase().as_str() {
            "STOP" | "STOPALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" | "REVOKE" | "OPTOUT" => {
                Some(Self::Stop)
            }
            "START" | "YES" | "UNSTOP" => Some(Self::Start),
            "HELP" | "INFO" => Some(Self::Help),
            _ => None,
        }
    }

    /// What Twilio answers to the customer, in place of whoever owns the number.
    pub(crate) fn answer(self) -> &'static str {
        match self {
            Self::Stop => {
                "You will receive no more messages from this number. Reply START to receive them again."
            }
            Self::Start => "You will receive messages from this number again. Reply STOP to receive none.",
            Self::Help => "Reply STOP to receive no more messages from this number.",
        }
    }
}

/// Pairs of a sender (a number, or a messaging service) and a customer.
#[derive(Debug, Default)]
pub(crate) struct OptOuts(HashSet<(String, String)>);

impl OptOuts {
    pub(crate) fn hear(&mut self, keyword: Keyword, sender: &str, customer: &str) {
        let pair = (sender.to_owned(), customer.to_owned());
        match keyword {
            Keyword::Stop => self.0.insert(pair),
            Keyword::Start => self.0.remove(&pair),
            Keyword::Help => false,
        };
    }

    pub(crate) fn forbid(&self, sender: &str, customer: &str) -> bool {
        self.0.contains(&(sender.to_owned(), customer.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_stand_alone() {
        for (body, keyword) in [
            ("STOP", Some(Keyword::Stop)),
            (" stop\n", Some(Keyword::Stop)),
            ("Unsubscribe", Some(Keyword::Stop)),
            ("stop it", None),
            ("stop!", None),
            ("start", Some(Keyword::Start)),
            ("unstop", Some(Keyword::Start)),
            ("Help", Some(Keyword::Help)),
            ("", None),
        ] {
            assert_eq!(Keyword::of(body), keyword, "{body:?}");
        }
    }
}
