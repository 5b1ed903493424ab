use switchboard_domain::ports::StoreError;

/// What the domain hears of a database error. Time-outs, lost connections, full pools and aborted transactions are
/// worth another try; a duplicate is told by the name of what must be unique; anything else is a fault of ours.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    if let Some(database) = error.as_database_error() {
        match database.constraint() {
            Some("slugs_pkey") => return StoreError::Taken("slug"),
            Some("logins_pkey") => return StoreError::Taken("e-mail address"),
            Some("twilio_numbers_pkey") => return StoreError::Taken("phone number or messaging service"),
            Some("templates_org_id_name_key_key") => return StoreError::Taken("template name"),
            Some("auto_responses_org_id_keyword_key_key") => return StoreError::Taken("keyword"),
            Some("auto_responses_trigger_key") => return StoreError::Taken("trigger for this number"),
            Some("calls_org_id_call_sid_key") => return StoreError::Taken("call SID"),
            Some("messages_org_id_message_sid_key") => return StoreError::Taken("message SID"),
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
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    match error {
        Io(_) | Tls(_) | Protocol(_) | PoolTimedOut | PoolClosed | WorkerCrashed => true,
        // Classes of SQLSTATE (PostgreSQL, appendix A): connection, authorization, no such database, rollback,
        // resources, intervention, system, internal; then a lock that took too long, a transaction that idled, and a
        // server that became read-only in a failover.
        Database(database) => database.code().is_some_and(|code| {
            ["08", "28", "3D", "40", "53", "57", "58", "XX"].iter().any(|class| code.starts_with(class))
                || ["55P03", "25P03", "25006"].contains(&code.as_ref())
        }),
        _ => false,
    }
}
