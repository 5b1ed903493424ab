use std::collections::HashSet;
use std::hash::Hash;
use std::ops::RangeInclusive;

use chrono::{NaiveDate, Weekday};
use switchboard_events::UserId;
use url::{Host, Url};

use super::hours::DAY;
use super::{Greeting, LONGEST_RING, Line, Opening};
use crate::access::Role;
use crate::check::Check;
use crate::error::Error;
use crate::people::User;
use crate::phone::{PhoneNumber, Region};

const MOST_OPENINGS: usize = 50;
const MOST_HOLIDAYS: usize = 366;
const MOST_IN_TEAM: usize = 200;
const MOST_PHONES: usize = 10;
/// Longest greeting and longest address of one, in characters.
const GREETING: usize = 1000;
const RING_SECONDS: RangeInclusive<i64> = 10..=LONGEST_RING;
const PHONE_RING_SECONDS: RangeInclusive<i64> = 5..=60;

/// Days as people name them, Monday first.
const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

/// A line as typed, whole: what is left out is as with [`Line::plain`].
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of Line")]
pub struct LineForm {
    pub hours: Option<Vec<OpeningForm>>,
    pub holidays: Vec<String>,
    pub team: Vec<String>,
    pub greeting: GreetingForm,
    pub phones: Vec<String>,
    pub ring_seconds: Option<i64>,
    pub phone_ring_seconds: Option<i64>,
    pub voicemail: Option<bool>,
    pub record_calls: Option<bool>,
}

/// An opening as typed: `monday`, `09:00`, `17:30`. `to` may be `24:00`, or of the next day and so not later than `from`.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is what it says")]
pub struct OpeningForm {
    pub day: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// A greeting as typed: one of the two, or neither.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are the variants of Greeting")]
pub struct GreetingForm {
    pub text: Option<String>,
    pub recording_url: Option<String>,
}

impl Opening {
    /// Day and times as they are typed.
    pub fn words(self) -> (&'static str, String, String) {
        let (from, to) = self.times();
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        (DAYS[self.day().num_days_from_monday() as usize].0, time(from), time(to))
    }
}

impl LineForm {
    /// The line, if no rule is broken. `own` are the organisation's numbers, `users` its people.
    pub(super) fn check(
        &self,
        number: PhoneNumber,
        region: Region,
        own: &[PhoneNumber],
        users: &[User],
    ) -> Result<Line, Error> {
        let mut check = Check::default();
        let plain = Line::plain(number);
        let has_voicemail = self.voicemail.unwrap_or(plain.has_voicemail);
        let seconds = |check: &mut Check, field, typed: Option<i64>, range: RangeInclusive<i64>, usual| {
            let seconds = typed.unwrap_or(i64::from(usual));
            if !range.contains(&seconds) {
                check.refuse(field, format!("must be from {} to {}", range.start(), range.end()));
            }
            seconds as u16
        };
        let ring = seconds(&mut check, "ringSeconds", self.ring_seconds, RING_SECONDS, plain.ring_seconds);
        let phone_ring = seconds(
            &mut check,
            "phoneRingSeconds",
            self.phone_ring_seconds,
            PHONE_RING_SECONDS,
            plain.phone_ring_seconds,
        );
        let line = Line {
            hours: self.hours.as_ref().map(|typed| openings(&mut check, typed).into_iter().collect()),
            holidays: holidays(&mut check, &self.holidays),
            team: team(&mut check, &self.team, users),
            greeting: greeting(&mut check, &self.greeting).unwrap_or(Greeting::usual(has_voicemail)),
            phones: phones(&mut check, &self.phones, region, own),
            ring_seconds: ring,
            phone_ring_seconds: phone_ring,
            has_voicemail,
            is_recorded: self.record_calls.unwrap_or(plain.is_recorded),
            ..plain
        };
        check.finish()?;
        Ok(line)
    }
}

/// Reads each item of a list that has at most so many, and none twice.
fn each<T: Clone + Eq + Hash>(
    check: &mut Check,
    field: &str,
    typed: &[String],
    most: usize,
    mut read: impl FnMut(&mut Check, &str, &str) -> Option<T>,
) -> Vec<T> {
    let mut items = Vec::new();
    if typed.len() > most {
        check.refuse(field, format!("must be {most} at most"));
        return items;
    }
    let mut seen = HashSet::new();
    for (at, text) in typed.iter().enumerate() {
        let field = format!("{field}.{at}");
        match read(check, &field, text) {
            Some(item) if seen.insert(item.clone()) => items.push(item),
            Some(_) => check.refuse(&field, "is there twice"),
            None => {}
        }
    }
    items
}

fn openings(check: &mut Check, typed: &[OpeningForm]) -> Vec<Opening> {
    let mut openings: Vec<Opening> = Vec::new();
    if typed.len() > MOST_OPENINGS {
        check.refuse("hours", format!("must be {MOST_OPENINGS} at most"));
        return openings;
    }
    for (at, form) in typed.iter().enumerate() {
        let field = |name| format!("hours.{at}.{name}");
        let words = DAYS.map(|(word, _)| word);
        let word = check.one_of(&field("day"), form.day.as_deref(), &words);
        if form.day.as_deref().is_none_or(|day| day.trim().is_empty()) {
            check.refuse(&field("day"), "is required");
        }
        let day = DAYS.iter().find(|(name, _)| Some(*name) == word).map(|(_, day)| *day);
        let from = time(check, &field("from"), form.from.as_deref(), DAY - 1);
        let to = time(check, &field("to"), form.to.as_deref(), DAY);
        let (Some(day), Some(from), Some(to)) = (day, from, to) else { continue };
        match Opening::on(day, from, to) {
            Some(opening) if openings.iter().any(|other| other.overlaps(opening)) => {
                check.refuse(&format!("hours.{at}"), "overlaps another opening");
            }
            Some(opening) => openings.push(opening),
            None => check.refuse(&field("to"), "must be another time than from"),
        }
    }
    openings
}

/// A minute of the day, `latest` at most, from `09:00`.
fn time(check: &mut Check, field: &str, text: Option<&str>, latest: u16) -> Option<u16> {
    let read = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        let number = |digits: &str| {
            let is_number = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| digits.parse::<u16>().ok()).flatten()
        };
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        Some(hours * 60 + minutes).filter(|minute| minutes < 60 && *minute <= latest)
    };
    let minute = text.map(str::trim).and_then(read);
    if minute.is_none() {
        check.refuse(field, "must be a time such as 09:00");
    }
    minute
}

fn holidays(check: &mut Check, typed: &[String]) -> Vec<NaiveDate> {
    let mut days = each(check, "holidays", typed, MOST_HOLIDAYS, |check, field, text| {
        let day: Option<NaiveDate> = text.trim().parse().ok();
        let day = day.filter(|day| day.to_string() == text.trim() && text.trim().len() == 10);
        if day.is_none() {
            check.refuse(field, "must be a day such as 2026-12-25");
        }
        day
    });
    days.sort_unstable();
    days
}

fn team(check: &mut Check, typed: &[String], users: &[User]) -> Vec<UserId> {
    each(check, "team", typed, MOST_IN_TEAM, |check, field, text| {
        let id: Option<UserId> = text.trim().parse().ok();
        let member = users.iter().find(|user| Some(user.id) == id);
        let fault = match member {
            None => "is not a member of this organization",
            Some(user) if !user.is_active => "is not active",
            Some(user) if user.role < Role::User => "does not take calls",
            Some(_) => return id,
        };
        check.refuse(field, fault);
        None
    })
}

fn phones(check: &mut Check, typed: &[String], region: Region, own: &[PhoneNumber]) -> Vec<PhoneNumber> {
    each(check, "phones", typed, MOST_PHONES, |check, field, text| {
        if text.trim().is_empty() {
            check.refuse(field, "must be a phone number");
        }
        let (_, phone) = check.phone(field, Some(text), region)?;
        if own.contains(&phone) {
            check.refuse(field, "is a number of this organization: it would call itself");
            return None;
        }
        Some(phone)
    })
}

fn greeting(check: &mut Check, typed: &GreetingForm) -> Option<Greeting> {
    let text = check.optional("greeting.text", typed.text.as_deref(), GREETING);
    let url = check.optional("greeting.recordingUrl", typed.recording_url.as_deref(), GREETING);
    match (text, url) {
        (Some(_), Some(_)) => check.refuse("greeting", "must be a text or a recording, not both"),
        (Some(text), None) if !text.chars().all(is_speakable) => {
            check.refuse("greeting.text", "must not contain control characters");
        }
        (Some(text), None) => return Some(Greeting::Text(text)),
        (None, Some(url)) => match recording(&url) {
            Some(url) => return Some(Greeting::Recording(url)),
            None => check.refuse("greeting.recordingUrl", "must be an https:// address"),
        },
        (None, None) => {}
    }
    None
}

/// What XML can hold.
fn is_speakable(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// An address as Twilio is to fetch it: encrypted, unless it is on this machine.
fn recording(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_loopback = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let is_fit = url.scheme() == "https" || url.scheme() == "http" && is_loopback;
    let is_bare = url.username().is_empty() && url.password().is_none();
    (is_fit && is_bare && url.as_str().len() <= GREETING).then(|| url.to_string())
}
