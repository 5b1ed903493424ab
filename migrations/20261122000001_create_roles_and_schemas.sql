-- Two schemas. tenant: what belongs to an organisation, behind row security. directory: what must be found before the
-- organisation is known, behind narrow functions.
--
-- Two roles that nobody logs in with. The server's login is a NOINHERIT member of both and takes one per transaction:
-- tenant_rw together with app.org_id, or directory_ro. A statement outside both is refused, not answered with nothing.

do $$
begin
    if not exists (select from pg_roles where rolname = 'tenant_rw') then
        create role tenant_rw nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'directory_ro') then
        create role directory_ro nologin;
    end if;
exception when unique_violation or duplicate_object then
    null; -- another database of this cluster created them at this moment
end
$$;

create schema tenant;
create schema directory;
grant usage on schema tenant to tenant_rw;
grant usage on schema directory to tenant_rw, directory_ro;

-- Without "missing ok": a transaction that forgot its organisation fails, it does not see an empty database.
create function tenant.org_id() returns uuid
    language sql stable parallel safe
    as $$ select current_setting('app.org_id')::uuid $$;

-- Puts a table behind row security, for its owner too.
create function tenant.isolate(name text) returns void
    language plpgsql
    as $$
begin
    execute format('alter table tenant.%I enable row level security', name);
    execute format('alter table tenant.%I force row level security', name);
    execute format(
        'create policy org_isolation on tenant.%I to tenant_rw using (org_id = (select tenant.org_id()))', name
    );
    execute format('grant select, insert, update, delete on tenant.%I to tenant_rw', name);
end
$$;
revoke execute on function tenant.isolate(text) from public;
