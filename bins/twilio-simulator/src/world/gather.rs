//! `<Gather>`: keys that somebody presses.

use super::agenda::Moment;
use super::carry::Flow;
use super::leg::{Doing, Role};
use super::{CallStatus, World};
use crate::parameters::Parameters;
use crate::twiml::Gather;

/// How many keys are kept; more are lost.
const MOST_DIGITS: usize = 1_000;

impl World {
    pub(super) fn gather(&mut self, call_sid: &str, role: Role, verb: Gather) -> Flow {
        let patience = verb.prompt.length.map(|prompt| prompt.saturating_add(verb.timeout));
        let step = self.wait(call_sid, role, Doing::Gathering { verb, digits: String::new() });
        if let Some(patience) = patience {
            self.after(patience, call_sid, step, Moment::Over);
        }
        Flow::Wait
    }

    /// Somebody presses keys in a call: `0` to `9`, `*`, `#`. Others, and keys that nobody waits for, are lost.
    pub fn press(&mut self, call_sid: &str, keys: &str) {
        for key in keys.chars().filter(|key| matches!(key, '0'..='9' | '*' | '#')) {
            let Some(leg) = self.leg(call_sid) else { return };
            let role = if leg.aside.is_some() { Role::Aside } else { Role::Main };
            let Some(run) = leg.run(role) else { return };
            match run.doing.clone() {
                Doing::Gathering { verb, digits } if verb.takes_digits => {
                    self.gather_key(call_sid, role, verb, digits, key);
                }
                Doing::Recording { verb, .. } if verb.finish_on_key.contains(key) => {
                    self.message_ended(call_sid, Some(&key.to_string()));
                }
                Doing::Dialing { verb, answered: Some(answered), .. }
                    if key == '*' && verb.hangup_on_star && answered.is_connected =>
                {
                    self.end(&answered.call_sid, CallStatus::Completed);
                }
                _ => {}
            }
        }
    }

    /// Somebody says something to a `<Gather>` that listens.
    pub fn speak(&mut self, call_sid: &str, words: &str) {
        let Some(leg) = self.leg(call_sid) else { return };
        let role = if leg.aside.is_some() { Role::Aside } else { Role::Main };
        let Some(Doing::Gathering { verb, .. }) = leg.run(role).map(|run| run.doing.clone()) else { return };
        if verb.takes_speech {
            let said = crate::parameters::owned(&[("SpeechResult", words), ("Confidence", "0.9")]);
            self.gathered(call_sid, role, &verb, said);
        }
    }

    fn gather_key(&mut self, call_sid: &str, role: Role, verb: Gather, mut digits: String, key: char) {
        if verb.finish_on_key.contains(key) {
            return self.gathered_digits(call_sid, role, &verb, digits);
        }
        if digits.len() < MOST_DIGITS {
            digits.push(key);
        }
        if verb.num_digits.is_some_and(|count| digits.len() >= count) {
            return self.gathered_digits(call_sid, role, &verb, digits);
        }
        let timeout = verb.timeout;
        let step = self.wait(call_sid, role, Doing::Gathering { verb, digits });
        self.after(timeout, call_sid, step, Moment::Over);
    }

    pub(super) fn gathered_digits(&mut self, call_sid: &str, role: Role, verb: &Gather, digits: String) {
        if digits.is_empty() && !verb.action_on_empty_result {
            return self.go_on(call_sid, role);
        }
        self.gathered(call_sid, role, verb, vec![("Digits".to_owned(), digits)]);
    }

    fn gathered(&mut self, call_sid: &str, role: Role, verb: &Gather, extra: Parameters) {
        self.follow(call_sid, role, verb.action.as_ref(), extra);
    }
}
