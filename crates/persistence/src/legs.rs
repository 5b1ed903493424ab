use serde::{Deserialize, Serialize};
use switchboard_domain::calls::{Leg, LegRole, Listening, Place};
use switchboard_domain::error::Person;
use switchboard_domain::phone::PhoneNumber;
use uuid::Uuid;

/// A leg as it stands in its call's row.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LegRow {
    sid: Option<String>,
    role: String,
    user_id: Option<Uuid>,
    user_name: Option<String>,
    phone: Option<String>,
    round: u32,
    place: String,
    has_been_in: bool,
    #[serde(default)]
    conference: Option<String>,
    listening: Option<String>,
}

impl LegRow {
    pub(crate) fn all(legs: &[Leg]) -> Vec<Self> {
        legs.iter().map(Self::from).collect()
    }

    /// `None` if it holds a word that is not known here.
    pub(crate) fn into_leg(self) -> Option<Leg> {
        let user = self.user_id.zip(self.user_name);
        let listening = match self.listening {
            Some(name) => Some(Listening::parse(&name)?),
            None => None,
        };
        Some(Leg {
            sid: self.sid,
            role: LegRole::parse(&self.role)?,
            user: user.map(|(id, name)| Person { id: id.into(), name }),
            phone: self.phone.map(PhoneNumber::from_e164),
            round: self.round,
            place: Place::parse(&self.place)?,
            has_been_in: self.has_been_in,
            conference: self.conference,
            listening,
        })
    }
}

impl From<&Leg> for LegRow {
    fn from(leg: &Leg) -> Self {
        Self {
            sid: leg.sid.clone(),
            role: leg.role.as_str().to_owned(),
            user_id: leg.user.as_ref().map(|user| user.id.into()),
            user_name: leg.user.as_ref().map(|user| user.name.clone()),
            phone: leg.phone.as_ref().map(ToString::to_string),
            round: leg.round,
            place: leg.place.as_str().to_owned(),
            has_been_in: leg.has_been_in,
            conference: leg.conference.clone(),
            listening: leg.listening.map(|listening| listening.as_str().to_owned()),
        }
    }
}
