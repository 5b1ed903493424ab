use chrono::{DateTime, Utc};
use switchboard_domain::paging::Mark;
use uuid::Uuid;

/// After everything that there is, in a list that runs backwards.
pub(crate) const END: (DateTime<Utc>, Uuid) = (DateTime::<Utc>::MAX_UTC, Uuid::max());

/// Where a page begins, in a list that runs backwards.
pub(crate) fn start_of<I>(mark: Option<Mark<I>>) -> (DateTime<Utc>, Uuid)
where
    Uuid: From<I>,
{
    mark.map_or(END, |mark| (mark.at, Uuid::from(mark.id)))
}
