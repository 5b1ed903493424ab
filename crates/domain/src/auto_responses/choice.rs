use chrono::{DateTime, TimeDelta, Utc};

use super::{AutoAnswer, AutoResponse, Trigger};

/// How many answers of whatever rules one address gets within an hour.
pub const MOST_AN_HOUR: usize = 4;
/// How many of the last answers in a conversation decide about the next: as many as there can be while any rule rests.
pub const REMEMBERED: usize = MOST_AN_HOUR * 8;

/// A text that came in, as far as rules look at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard<'a> {
    /// What it says.
    pub body: &'a str,
    /// The number it was sent to.
    pub number: &'a str,
    /// Whether nobody is meant to answer there now.
    pub is_closed: bool,
    /// Whether they were not known.
    pub is_new_lead: bool,
}

/// The rule that a text is answered by, if any: the one with the first trigger, and a number's own before one for all.
pub(super) fn choose<'a>(rules: &'a [AutoResponse], heard: Heard<'_>) -> Option<&'a AutoResponse> {
    let order = |rule: &AutoResponse| {
        let place = match &rule.trigger {
            trigger @ Trigger::Keyword(_) => trigger.is_keyword(heard.body).then_some(0),
            Trigger::Closed => heard.is_closed.then_some(1),
            Trigger::NewLead => heard.is_new_lead.then_some(2),
        }?;
        let is_for = rule.number.as_ref().is_none_or(|number| number.as_str() == heard.number);
        (rule.is_active && is_for).then_some((place, rule.number.is_none()))
    };
    rules
        .iter()
        .filter_map(|rule| Some((order(rule)?, rule)))
        .min_by_key(|(place, _)| *place)
        .map(|(_, rule)| rule)
}

/// Whether a rule may answer this text after those answers, the latest first. Whatever the other side is, it cannot make us
/// talk for ever: what sounds like ourselves is not answered, each rule rests, and all together are silent after a few.
pub(super) fn may_answer(rule: &AutoResponse, body: &str, given: &[AutoAnswer], now: DateTime<Utc>) -> bool {
    let is_within = |answer: &&AutoAnswer, time: TimeDelta| now - answer.at < time;
    let is_our_own = given.iter().any(|answer| answer.body.trim() == body.trim());
    let rests = given.iter().any(|answer| answer.rule == rule.id && is_within(&answer, rule.trigger.rest()));
    let lately = given.iter().filter(|answer| is_within(answer, TimeDelta::hours(1))).count();
    !is_our_own && !rests && lately < MOST_AN_HOUR
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use switchboard_events::{MessageId, UserId};

    use super::*;
    use crate::ids::AutoResponseId;
    use crate::phone::PhoneNumber;

    const US: &str = "+14155550123";

    fn rule(trigger: Trigger, number: Option<&str>) -> AutoResponse {
        AutoResponse {
            id: AutoResponseId::generate(),
            body: format!("this is about {}", trigger.keyword().unwrap_or(trigger.as_str())),
            trigger,
            number: number.map(PhoneNumber::from_e164),
            is_active: true,
            created_by: UserId::generate(),
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    fn keyword(word: &str) -> Trigger {
        Trigger::Keyword(word.to_owned())
    }

    fn answer(rule: &AutoResponse, at: DateTime<Utc>) -> AutoAnswer {
        AutoAnswer { message: MessageId::generate(), rule: rule.id, body: rule.body.clone(), at }
    }

    #[test]
    fn one_rule_answers_the_keywords_before_the_hours_before_the_new_lead() {
        let rules = [
            rule(Trigger::NewLead, None),
            rule(Trigger::Closed, None),
            rule(Trigger::Closed, Some(US)),
            rule(keyword("Opening Hours"), None),
            rule(keyword("price"), Some("+14155550124")),
            AutoResponse { is_active: false, ..rule(keyword("address"), None) },
        ];
        for (body, is_closed, is_new_lead, chosen) in [
            (" opening hours\n", true, true, Some(3)),
            ("opening hours?", false, false, None),
            ("opening hours?", true, true, Some(2)),
            ("price", false, true, Some(0)),
            ("price", false, false, None),
            ("address", false, false, None),
            ("", false, false, None),
        ] {
            let heard = Heard { body, number: US, is_closed, is_new_lead };
            let expected = chosen.map(|at: usize| &rules[at]);
            assert_eq!(choose(&rules, heard), expected, "{body:?} {is_closed} {is_new_lead}");
        }
        let elsewhere = Heard { body: "price", number: "+14155550124", is_closed: true, is_new_lead: true };
        assert_eq!(choose(&rules, elsewhere), Some(&rules[4]));
        let closed = Heard { body: "hello", ..elsewhere };
        assert_eq!(choose(&rules, closed), Some(&rules[1]), "the other number's own is not for it");
    }

    #[test]
    fn a_rule_rests_after_it_answered() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let moment = TimeDelta::milliseconds(1);
        for (trigger, rest) in
            [(keyword("hours"), TimeDelta::minutes(10)), (Trigger::Closed, TimeDelta::hours(8))]
        {
            let (mine, other) = (rule(trigger, None), rule(keyword("other"), None));
            let given = |ago| [answer(&mine, now - ago)];
            assert!(may_answer(&mine, "hi", &given(rest), now), "{rest}");
            assert!(!may_answer(&mine, "hi", &given(rest - moment), now), "{rest}");
            assert!(may_answer(&other, "hi", &given(rest - moment), now), "each by itself");
        }
        let welcome = rule(Trigger::NewLead, None);
        assert!(may_answer(&welcome, "hi", &[answer(&welcome, now)], now), "nobody is new twice");
    }

    #[test]
    fn what_we_said_ourselves_is_not_answered() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let (mine, other) = (rule(keyword("hours"), None), rule(Trigger::Closed, None));
        let given = [answer(&mine, now - TimeDelta::minutes(1)), answer(&mine, now - TimeDelta::hours(9))];
        assert!(!may_answer(&other, " this is about hours\n", &given, now));
        assert!(may_answer(&other, "hours", &given, now));
    }

    proptest! {
        /// Somebody who writes whatever makes us answer, whenever they like, and never tires.
        #[test]
        fn nobody_makes_us_talk_for_ever(texts in prop::collection::vec((0..7usize, 0..3_000_i64, any::<bool>()), 1..300)) {
            let mut rules: Vec<_> = (0..6).map(|n| rule(keyword(&format!("word {n}")), None)).collect();
            rules.extend([rule(Trigger::Closed, None), rule(Trigger::NewLead, None)]);
            let mut now = DateTime::UNIX_EPOCH;
            let mut given: Vec<AutoAnswer> = Vec::new();
            for (at, (word, seconds, echoes)) in texts.into_iter().enumerate() {
                now += TimeDelta::seconds(seconds);
                let body = match given.first().filter(|_| echoes) {
                    Some(last) => last.body.clone(),
                    None => format!("word {word}"),
                };
                let heard = Heard { body: &body, number: US, is_closed: true, is_new_lead: at == 0 };
                let Some(rule) = choose(&rules, heard) else { continue };
                let remembered = &given[..given.len().min(REMEMBERED)];
                if may_answer(rule, &body, remembered, now) {
                    prop_assert!(given.iter().all(|earlier| earlier.body != body), "that was our own");
                    given.insert(0, answer(rule, now));
                }
            }
            for (at, last) in given.iter().enumerate() {
                let hour = given[at..].iter().filter(|it| last.at - it.at < TimeDelta::hours(1)).count();
                prop_assert!(hour <= MOST_AN_HOUR, "{hour} within an hour");
                let of = rules.iter().find(|rule| rule.id == last.rule).expect("one of them");
                let mut before = given[at + 1..].iter().filter(|it| it.rule == of.id);
                prop_assert!(before.all(|it| last.at - it.at >= of.trigger.rest()), "{:?} rests", of.trigger);
            }
        }
    }
}
