//! What went wrong, in words for people: <https://www.twilio.com/docs/api/errors>.

use super::consent::OPTED_OUT;
use super::message::Fault;

/// What Twilio often gives no words for.
const WORDS: [(u32, &str); 17] = [
    (11200, "Twilio could not fetch what hangs on it"),
    (11751, "what hangs on it is too large"),
    (12300, "what hangs on it is of a kind that Twilio does not take"),
    (30001, "too many messages were waiting at Twilio"),
    (30002, "the account at Twilio is suspended"),
    (30003, "their phone could not be reached: it may be off or without a network"),
    (30004, "their carrier, or they, block messages from this number"),
    (30005, "this number does not exist, or no longer"),
    (30006, "this number is a landline, or its carrier takes no messages"),
    (30007, "their carrier took it for something unwanted"),
    (30008, "their carrier did not say why"),
    (30034, "this number is not registered for texts to the United States"),
    (63003, "this number is not on that channel"),
    (63016, "they have not written for 24 hours: only an agreed template may be sent"),
    (63018, "too many messages were sent on that channel"),
    (63024, "they cannot be written to on that channel"),
    (OPTED_OUT, "they want no texts from this number"),
];

impl Fault {
    /// In words for people: Twilio's, or ours for its number.
    pub fn words(&self) -> Option<&str> {
        let known = WORDS.iter().find(|(code, _)| Some(*code) == self.code).map(|(_, words)| *words);
        self.message.as_deref().or(known)
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn twilios_words_come_before_ours_and_either_before_none() {
        for (code, message, words) in [
            (Some(30005), None, Some("this number does not exist, or no longer")),
            (Some(30005), Some("Unknown destination handset"), Some("Unknown destination handset")),
            (Some(12345), None, None),
            (None, Some("Twilio could not be reached"), Some("Twilio could not be reached")),
        ] {
            let fault = Fault { code, message: message.map(str::to_owned) };
            assert_eq!(fault.words(), words);
        }
    }
}
