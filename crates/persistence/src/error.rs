use switchboard_domain::ports::StoreError;

/// What the domain hears of a database error. Time-outs, lost connections, full pools and aborted transactions are
/// worth another try; a duplicate is told by the name of what must be unique; anything else is a fault of ours.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    if let Some(database) = error.as_database_error() {
        match database.constraint() {
            Some("slugs_pkey") => return StoreError::Taken("slug"),
            Some("logins_pkey") => return StoreError::Taken("e-mail address"),
            Some("twilio_numbers_pkey") => return StoreError::Taken("phone number"),
            _ => {}
        }
    }
    if is_passing(&error) {
        StoreError::Unavailable(Box::new(error))
    } else {
        StoreError::Internal(Box::new(error))
    }
}

fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        // Classes of SQLSTATE (PostgreSQL, appendix A): connection, rollback, resources, intervention; and lock_timeout.
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class))
                || code == "55P03"
                || code == "25P03"
        }),
        _ => false,
    }
}
