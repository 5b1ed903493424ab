//! Databases that hold a demo and nothing else. They carry a mark, the database's comment, and only what carries it
//! can be cleared.

use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection};

use crate::schema::{SchemaError, connect};

const MARK: &str = "switchboard demo";

/// What a database holds, as far as a demo must know.
#[derive(Debug)]
pub enum Contents {
    /// No table but our own, and no organisation; or there is no such database.
    Nothing,
    /// A demo.
    Demo(Demo),
    /// Somebody's data.
    Other,
}

/// A database that carries the mark.
#[derive(Debug)]
pub struct Demo {
    url: SecretString,
    note: String,
}

impl Demo {
    /// What was noted with the mark.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Drops everything that migrations made. The mark stays, without the note.
    pub async fn clear(self) -> Result<(), SchemaError> {
        mark(&self.url, "").await?;
        let mut connection = connect(&self.url).await?;
        sqlx::raw_sql(
            "set lock_timeout = '5s';
             drop schema if exists tenant cascade;
             drop schema if exists directory cascade;
             drop table if exists _sqlx_migrations;",
        )
        .execute(&mut connection)
        .await?;
        Ok(connection.close().await?)
    }
}

/// Looks into a database. `url` is that of its owner or of a superuser.
pub async fn contents(url: &SecretString) -> Result<Contents, SchemaError> {
    let mut connection = match connect(url).await {
        // invalid_catalog_name (PostgreSQL, appendix A)
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("3D000") => {
            return Ok(Contents::Nothing);
        }
        other => other?,
    };
    let (comment, is_migrated, has_tables): (Option<String>, bool, bool) = sqlx::query_as(
        "select
             shobj_description(d.oid, 'pg_database'),
             to_regclass('directory.slugs') is not null,
             exists (
                 select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where c.relkind in ('r', 'p', 'v', 'm', 'f')
                     and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                     and (to_regclass('directory.slugs') is null or n.nspname not in ('tenant', 'directory'))
                     and c.relname <> '_sqlx_migrations'
             )
         from pg_database d where d.datname = current_database()",
    )
    .fetch_one(&mut connection)
    .await?;
    let has_organizations = is_migrated
        && sqlx::query_scalar("select exists (select from directory.slugs)")
            .fetch_one(&mut connection)
            .await?;
    connection.close().await?;
    Ok(match comment.as_deref().and_then(|comment| comment.strip_prefix(MARK)) {
        Some(note) => Contents::Demo(Demo { url: url.clone(), note: note.trim_start().to_owned() }),
        None if has_tables || has_organizations => Contents::Other,
        None => Contents::Nothing,
    })
}

/// Marks a database as a demo, with a note; `url` is that of its owner or of a superuser.
pub async fn mark(url: &SecretString, note: &str) -> Result<(), SchemaError> {
    let mut connection = connect(url).await?;
    let statement: String =
        sqlx::query_scalar("select format('comment on database %I is %L', current_database(), $1::text)")
            .bind(format!("{MARK} {note}"))
            .fetch_one(&mut connection)
            .await?;
    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await?;
    Ok(connection.close().await?)
}
