use async_trait::async_trait;
use chrono::NaiveDate;
use switchboard_domain::events::UserId;
use switchboard_domain::lines::{Greeting, Line, Opening};
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{LineRepo, StoreError};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    number: String,
    opening_from: Option<Vec<i16>>,
    opening_minutes: Option<Vec<i16>>,
    holidays: Vec<NaiveDate>,
    team: Vec<Uuid>,
    greeting_text: Option<String>,
    greeting_url: Option<String>,
    phones: Vec<String>,
    ring_seconds: i16,
    phone_ring_seconds: i16,
    has_voicemail: bool,
    is_recorded: bool,
}

impl From<Row> for Line {
    fn from(row: Row) -> Self {
        let hours = row.opening_from.zip(row.opening_minutes).map(|(from, minutes)| {
            let openings = from.into_iter().zip(minutes);
            openings
                .map(|(from, minutes)| {
                    Opening::from_minute(from as u16, minutes as u16)
                        .expect("check constraints know the week")
                })
                .collect()
        });
        Self {
            number: PhoneNumber::from_e164(row.number),
            hours,
            holidays: row.holidays,
            team: row.team.into_iter().map(UserId::from).collect(),
            greeting: match row.greeting_url {
                Some(url) => Greeting::Recording(url),
                None => Greeting::Text(row.greeting_text.unwrap_or_default()),
            },
            phones: row.phones.into_iter().map(PhoneNumber::from_e164).collect(),
            ring_seconds: row.ring_seconds as u16,
            phone_ring_seconds: row.phone_ring_seconds as u16,
            has_voicemail: row.has_voicemail,
            is_recorded: row.is_recorded,
        }
    }
}

macro_rules! select_lines {
    ($rest:literal) => {
        concat!(
            "select number, opening_from, opening_minutes, holidays, team, greeting_text, greeting_url, phones,
                 ring_seconds, phone_ring_seconds, has_voicemail, is_recorded
             from tenant.lines ",
            $rest
        )
    };
}

#[async_trait]
impl LineRepo for PgTx {
    async fn lines(&mut self) -> Result<Vec<Line>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(select_lines!("order by number"))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(Line::from).collect())
    }

    async fn line(&mut self, number: &PhoneNumber) -> Result<Option<Line>, StoreError> {
        let row: Option<Row> = sqlx::query_as(select_lines!("where number = $1"))
            .bind(number.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(row.map(Line::from))
    }

    async fn put_line(&mut self, line: &Line) -> Result<(), StoreError> {
        let openings = line.hours.as_ref().map(|hours| {
            let minutes = hours.openings().iter().map(|opening| opening.minutes());
            minutes.map(|(from, minutes)| (from as i16, minutes as i16)).unzip()
        });
        let (from, minutes): (Option<Vec<_>>, Option<Vec<_>>) = openings.unzip();
        let (text, url) = match &line.greeting {
            Greeting::Text(text) => (Some(text), None),
            Greeting::Recording(url) => (None, Some(url)),
        };
        sqlx::query(
            "insert into tenant.lines
                 (number, opening_from, opening_minutes, holidays, team, greeting_text, greeting_url, phones,
                  ring_seconds, phone_ring_seconds, has_voicemail, is_recorded)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             on conflict (org_id, number) do update set
                 opening_from = excluded.opening_from,
                 opening_minutes = excluded.opening_minutes,
                 holidays = excluded.holidays,
                 team = excluded.team,
                 greeting_text = excluded.greeting_text,
                 greeting_url = excluded.greeting_url,
                 phones = excluded.phones,
                 ring_seconds = excluded.ring_seconds,
                 phone_ring_seconds = excluded.phone_ring_seconds,
                 has_voicemail = excluded.has_voicemail,
                 is_recorded = excluded.is_recorded",
        )
        .bind(line.number.as_str())
        .bind(from)
        .bind(minutes)
        .bind(&line.holidays)
        .bind(line.team.iter().map(|user| Uuid::from(*user)).collect::<Vec<_>>())
        .bind(text)
        .bind(url)
        .bind(line.phones.iter().map(PhoneNumber::as_str).collect::<Vec<_>>())
        .bind(line.ring_seconds as i16)
        .bind(line.phone_ring_seconds as i16)
        .bind(line.has_voicemail)
        .bind(line.is_recorded)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }
}
