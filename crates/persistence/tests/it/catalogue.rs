//! What every table must have, read from the catalogue: no list to forget a table on.

use sqlx::PgConnection;
use switchboard_persistence::testing::TestDatabase;

async fn names(connection: &mut PgConnection, query: &'static str) -> Vec<String> {
    sqlx::query_scalar(query).fetch_all(connection).await.expect("read the catalogue")
}

const BARE_TENANT_TABLES: &str = "
    select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'tenant' and c.relkind in ('r', 'p', 'm', 'v', 'f') and not (
        c.relrowsecurity and c.relforcerowsecurity
        and exists (
            select from pg_attribute a
            where a.attrelid = c.oid and a.attname = 'org_id' and a.attnotnull and a.atttypid = 'uuid'::regtype
        )
        and (
            select count(*) = 1 and bool_and(
                p.polname = 'org_isolation' and p.polcmd = '*' and p.polpermissive
                and p.polroles = array['tenant_rw'::regrole::oid]
                and pg_get_expr(p.polqual, p.polrelid) ~ '^\\(org_id = \\( SELECT tenant.org_id\\(\\) AS org_id\\)\\)$'
                and p.polwithcheck is null
            )
            from pg_policy p where p.polrelid = c.oid
        )
        and c.relkind = 'r'
    )";

const LOOSE_KEYS: &str = "
    select i.indexrelid::regclass::text from pg_index i
    join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where n.nspname = 'tenant' and a.attname <> 'org_id'";

const LOOSE_REFERENCES: &str = "
    select f.conname::text from pg_constraint f join pg_class c on c.oid = f.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'tenant' and f.contype = 'f' and not exists (
        select from unnest(f.conkey) k join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k
        where a.attname = 'org_id'
    )";

const STRAY_TABLES: &str = "
    select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm', 'v', 'f') and n.nspname not in ('tenant', 'directory', 'information_schema')
        and n.nspname !~ '^pg_' and c.relname <> '_sqlx_migrations'";

const OPEN_DIRECTORY: &str = "
    select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'directory' and c.relkind in ('r', 'p', 'm', 'v', 'f') and (
        not c.relrowsecurity
        or has_any_column_privilege('directory_ro', c.oid, 'select, insert, update')
        or exists (
            select from pg_policy p where p.polrelid = c.oid and (
                p.polroles <> array['tenant_rw'::regrole::oid]
                or pg_get_expr(p.polqual, p.polrelid) !~ '^\\(org_id = \\( SELECT tenant.org_id\\(\\) AS org_id\\)\\)$'
            )
        )
    )";

const PUBLIC_FUNCTIONS: &str = "
    select f.oid::regprocedure::text from pg_proc f join pg_namespace n on n.oid = f.pronamespace
    where n.nspname = 'directory' and has_function_privilege('public', f.oid, 'execute')";

#[tokio::test]
async fn every_table_is_isolated() {
    let mut behind = TestDatabase::create().await.behind_the_policies().await;
    for (rule, query) in [
        ("a tenant table needs org_id, forced row security and exactly the one policy", BARE_TENANT_TABLES),
        ("an index of a tenant table leads with org_id", LOOSE_KEYS),
        ("a reference from a tenant table carries org_id", LOOSE_REFERENCES),
        ("a table is in schema tenant or directory", STRAY_TABLES),
        (
            "a directory table is read through functions, and written by its owner's organisation",
            OPEN_DIRECTORY,
        ),
        ("a directory function is for directory_ro", PUBLIC_FUNCTIONS),
    ] {
        assert_eq!(names(&mut behind, query).await, Vec::<String>::new(), "{rule}");
    }
}

#[tokio::test]
async fn a_bare_table_is_noticed() {
    let mut behind = TestDatabase::create().await.behind_the_policies().await;
    for statement in [
        "create table tenant.bare (org_id uuid not null, id uuid primary key)",
        "create table tenant.unforced (org_id uuid primary key)",
        "alter table tenant.unforced enable row level security",
        "create policy org_isolation on tenant.unforced to tenant_rw using (org_id = (select tenant.org_id()))",
        "create view tenant.peek as select * from tenant.calls",
        "create table public.stray (id uuid)",
        "create table directory.open (id uuid)",
        "alter table tenant.calls no force row level security",
    ] {
        sqlx::query(statement).execute(&mut behind).await.expect(statement);
    }
    let mut bare = names(&mut behind, BARE_TENANT_TABLES).await;
    bare.sort();
    assert_eq!(bare, ["bare", "calls", "peek", "unforced"]);
    assert_eq!(names(&mut behind, LOOSE_KEYS).await, ["tenant.bare_pkey"]);
    assert_eq!(names(&mut behind, STRAY_TABLES).await, ["stray"]);
    assert_eq!(names(&mut behind, OPEN_DIRECTORY).await, ["open"]);
}
