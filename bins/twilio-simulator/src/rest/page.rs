//! Lists, a page at a time.

use super::{Reply, Request};
use crate::world::Refusal;
use chrono::{DateTime, NaiveDate, Utc};
use form_urlencoded::Serializer;
use serde_json::{Value, json};

/// What Twilio gives if nobody asks for another size.
const PAGE_SIZE: usize = 50;
const LARGEST_PAGE: usize = 1_000;

/// The part of a list that is asked for, with the addresses of its neighbours.
struct Page {
    number: usize,
    size: usize,
    start: usize,
    shown: Vec<Value>,
    first: String,
    previous: Option<String>,
    this: String,
    next: Option<String>,
}

/// The page of `things` that is asked for, as the 2010 API shows it. `sid` tells them apart.
pub(crate) fn list<T>(
    request: &Request,
    key: &str,
    things: &[&T],
    sid: impl Fn(&T) -> &str,
    show: impl Fn(&T) -> Value,
) -> Result<Reply, Refusal> {
    let page = Page::of(request, things, sid, show)?;
    let end = page.start + page.shown.len();
    Ok(Reply::ok(json!({
        key: page.shown,
        "first_page_uri": page.first,
        "previous_page_uri": page.previous,
        "uri": page.this,
        "next_page_uri": page.next,
        "page": page.number,
        "page_size": page.size,
        "start": page.start,
        "end": end.saturating_sub(1),
    })))
}

/// The page of `things` that is asked for, as the newer APIs show it.
pub(crate) fn list_with_meta<T>(
    request: &Request,
    key: &str,
    things: &[&T],
    sid: impl Fn(&T) -> &str,
    show: impl Fn(&T) -> Value,
) -> Result<Reply, Refusal> {
    let page = Page::of(request, things, sid, show)?;
    let url = |uri: String| format!("{}{uri}", request.base);
    let meta = json!({
        "first_page_url": url(page.first),
        "previous_page_url": page.previous.map(url),
        "url": url(page.this),
        "next_page_url": page.next.map(url),
        "page": page.number,
        "page_size": page.size,
        "key": key,
    });
    Ok(Reply::ok(json!({ key: page.shown, "meta": meta })))
}

impl Page {
    fn of<T>(
        request: &Request,
        things: &[&T],
        sid: impl Fn(&T) -> &str,
        show: impl Fn(&T) -> Value,
    ) -> Result<Self, Refusal> {
        let (number, size, start) = place(request, things, &sid)?;
        let shown: Vec<_> = things.iter().skip(start).take(size).map(|thing| show(thing)).collect();
        let end = start + shown.len();
        let uri = |number: usize, start: usize| uri(request, number, size, before(things, start, &sid));
        Ok(Self {
            number,
            size,
            start,
            shown,
            first: uri(0, 0),
            previous: (number > 0).then(|| uri(number - 1, start.saturating_sub(size))),
            this: uri(number, start),
            next: (end < things.len()).then(|| uri(number + 1, end)),
        })
    }
}

/// Which page is asked for, how long it is, and where it starts. A token names the last thing of the page before, so that what
/// comes in meanwhile moves no page.
fn place<T>(
    request: &Request,
    things: &[&T],
    sid: &impl Fn(&T) -> &str,
) -> Result<(usize, usize, usize), Refusal> {
    let number = |name: &str| match request.query.get(name).map(str::parse::<usize>) {
        None => Ok(None),
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(_)) => Err(Refusal::bad_request(20001, format!("{name} is not a number"))),
    };
    let size = number("PageSize")?.unwrap_or(PAGE_SIZE);
    if !(1..=LARGEST_PAGE).contains(&size) {
        return Err(Refusal::bad_request(20007, format!("PageSize is a number from 1 to {LARGEST_PAGE}")));
    }
    let page = number("Page")?.unwrap_or(0);
    let start = match request.query.get("PageToken") {
        None => page.saturating_mul(size),
        Some(token) => {
            let last = token.strip_prefix("PA").unwrap_or_default();
            let last = things.iter().position(|thing| sid(thing) == last);
            last.ok_or_else(|| Refusal::bad_request(20001, "PageToken is none of this list's"))? + 1
        }
    };
    Ok((page, size, start))
}

fn before<'a, T>(things: &[&'a T], start: usize, sid: &impl Fn(&T) -> &str) -> Option<String> {
    let last: &&'a T = things.get(start.checked_sub(1)?)?;
    Some(format!("PA{}", sid(last)))
}

/// The address of a page, with the filters that were asked for.
fn uri(request: &Request, number: usize, size: usize, token: Option<String>) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in request.query.pairs() {
        if !["Page", "PageSize", "PageToken"].contains(&name.as_str()) {
            query.append_pair(name, value);
        }
    }
    query.append_pair("PageSize", &size.to_string()).append_pair("Page", &number.to_string());
    if let Some(token) = token {
        query.append_pair("PageToken", &token);
    }
    format!("{}?{}", request.path, query.finish())
}

/// The filters `name`, `name<` and `name>` for a time. The last two include what they name.
pub(crate) struct Span {
    exactly: Option<Moment>,
    until: Option<Moment>,
    from: Option<Moment>,
}

#[derive(Clone, Copy)]
enum Moment {
    Day(NaiveDate),
    Second(DateTime<Utc>),
}

impl Span {
    pub(crate) fn of(request: &Request, name: &str) -> Result<Self, Refusal> {
        let moment = |suffix: &str| {
            let name = format!("{name}{suffix}");
            let Some(value) = request.query.get(&name) else { return Ok(None) };
            let moment = Moment::parse(value);
            moment.map(Some).ok_or_else(|| {
                Refusal::bad_request(20001, format!("{name} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ"))
            })
        };
        Ok(Self { exactly: moment("")?, until: moment("<")?, from: moment(">")? })
    }

    pub(crate) fn holds(&self, time: Option<DateTime<Utc>>) -> bool {
        let Some(time) = time else {
            return self.exactly.is_none() && self.until.is_none() && self.from.is_none();
        };
        self.exactly.is_none_or(|moment| moment.starts() <= time && time <= moment.ends())
            && self.until.is_none_or(|moment| time <= moment.ends())
            && self.from.is_none_or(|moment| moment.starts() <= time)
    }
}

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(day) = text.parse() {
            return Some(Self::Day(day));
        }
        DateTime::parse_from_rfc3339(text).ok().map(|time| Self::Second(time.to_utc()))
    }

    fn starts(self) -> DateTime<Utc> {
        match self {
            Self::Day(day) => day.and_time(chrono::NaiveTime::MIN).and_utc(),
            Self::Second(time) => time,
        }
    }

    /// Twilio's times have no fractions of a second, ours have.
    fn ends(self) -> DateTime<Utc> {
        let length = match self {
            Self::Day(_) => chrono::TimeDelta::days(1),
            Self::Second(_) => chrono::TimeDelta::seconds(1),
        };
        self.starts() + length - chrono::TimeDelta::nanoseconds(1)
    }
}
