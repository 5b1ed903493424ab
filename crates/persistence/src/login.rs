//! The login with which the server works must not be able to do more than the server may.

use sqlx::PgPool;
use thiserror::Error;

/// Why the server does not start on this database.
#[derive(Debug, Error)]
pub enum LoginError {
    /// The URL cannot be read.
    #[error("DATABASE_URL is no PostgreSQL URL")]
    Url(#[source] sqlx::Error),
    /// Nobody answers, or not to this login.
    #[error("could not connect to the database: check DATABASE_URL, and that PostgreSQL runs")]
    Connect(#[source] sqlx::Error),
    /// The schema is not there.
    #[error("the database has no Switchboard schema: run `switchboard-server migrate` first")]
    NotMigrated,
    /// Row security does not hold for the login.
    #[error(
        "the login {login} {fault}: row security would not hold; use a login of its own, see docs/operations.md"
    )]
    TooMighty {
        /// The login.
        login: String,
        /// What it can do.
        fault: &'static str,
    },
    /// The login lacks the roles.
    #[error("the login {login} may not take the role {role}: run `grant tenant_rw, directory_ro to {login}`")]
    TooWeak {
        /// The login.
        login: String,
        /// The role.
        role: &'static str,
    },
    /// The catalogue cannot be read.
    #[error("could not check the login")]
    Check(#[source] sqlx::Error),
}

#[derive(sqlx::FromRow)]
struct Powers {
    login: String,
    is_superuser: bool,
    bypasses_rls: bool,
    inherits: bool,
    has_schema: bool,
    owns_tables: bool,
    reads_tables: bool,
    takes_tenant_rw: bool,
    takes_directory_ro: bool,
}

/// Refuses a login that is superuser, bypasses row security, owns a table of ours, or can read one without taking a
/// role; and one that cannot take the roles.
pub(crate) async fn check(pool: &PgPool) -> Result<(), LoginError> {
    let powers: Powers = sqlx::query_as(
        "with tables as (
             select c.oid, c.relowner, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ('tenant', 'directory') and c.relkind in ('r', 'p', 'v', 'm')
         )
         select
             r.rolname::text as login,
             r.rolsuper as is_superuser,
             r.rolbypassrls as bypasses_rls,
             r.rolinherit as inherits,
             exists (select from tables t where t.nspname = 'tenant') as has_schema,
             exists (select from tables t where pg_has_role(r.oid, t.relowner, 'member')) as owns_tables,
             exists (select from tables t where has_table_privilege(r.oid, t.oid, 'select, insert, update, delete'))
                 as reads_tables,
             coalesce((select pg_has_role(r.oid, p.oid, 'member') from pg_roles p where p.rolname = 'tenant_rw'), false)
                 as takes_tenant_rw,
             coalesce((select pg_has_role(r.oid, p.oid, 'member') from pg_roles p where p.rolname = 'directory_ro'), false)
                 as takes_directory_ro
         from pg_roles r where r.rolname = current_user",
    )
    .fetch_one(pool)
    .await
    .map_err(LoginError::Check)?;
    let login = powers.login;
    let faults = [
        (powers.is_superuser, "is a superuser"),
        (powers.bypasses_rls, "has BYPASSRLS"),
        (powers.inherits && powers.has_schema, "inherits the rights of its roles (it must be NOINHERIT)"),
        (powers.owns_tables, "owns tables of Switchboard"),
        (powers.reads_tables, "can use tables without taking a role"),
    ];
    if let Some((_, fault)) = faults.into_iter().find(|(is_so, _)| *is_so) {
        return Err(LoginError::TooMighty { login, fault });
    }
    if !powers.has_schema {
        return Err(LoginError::NotMigrated);
    }
    let roles = [(powers.takes_tenant_rw, "tenant_rw"), (powers.takes_directory_ro, "directory_ro")];
    match roles.into_iter().find(|(takes, _)| !takes) {
        Some((_, role)) => Err(LoginError::TooWeak { login, role }),
        None => Ok(()),
    }
}
