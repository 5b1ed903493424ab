//! Long lists, a page at a time.

use chrono::{DateTime, Utc};

/// Where something stands in a list that has the latest first. The page after it is read as quickly as the first one, however far
/// back it is, and repeats nothing of the one before when something came in meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<I> {
    /// The moment that the list is in the order of.
    pub at: DateTime<Utc>,
    /// Whose it is, for those of one moment.
    pub id: I,
}
