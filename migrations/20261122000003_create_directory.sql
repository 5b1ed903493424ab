-- What is unique in all of Switchboard, and who it leads to. An organisation writes its own rows; across
-- organisations only the functions below read, by unique key, and they return keys.

create table directory.slugs (
    slug text primary key,
    org_id uuid not null default tenant.org_id() references tenant.organizations
);

create table directory.logins (
    email text primary key,
    org_id uuid not null default tenant.org_id(),
    user_id uuid not null,
    foreign key (org_id, user_id) references tenant.users
);

-- An account may serve several organisations; each brings the token it knows.
create table directory.twilio_accounts (
    account_sid text not null,
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    auth_token text not null,
    primary key (account_sid, org_id)
);

-- A number is one organisation's within one account; the number alone says nothing.
create table directory.twilio_numbers (
    account_sid text not null,
    number text not null,
    org_id uuid not null default tenant.org_id(),
    primary key (account_sid, number),
    foreign key (account_sid, org_id) references directory.twilio_accounts
);

-- How far each log has come, and how often rights changed. The row is the lock under which a log is numbered.
create table directory.log_heads (
    org_id uuid primary key default tenant.org_id() references tenant.organizations,
    head bigint not null default 0,
    access_version bigint not null default 0
);

-- Raised by whoever restores a backup, so that cursors of the lost future are refused.
create table directory.log_restores (
    number integer not null default 0
);
insert into directory.log_restores default values;

do $$
declare
    name text;
begin
    foreach name in array array['slugs', 'logins', 'twilio_accounts', 'twilio_numbers', 'log_heads'] loop
        execute format('alter table directory.%I enable row level security', name);
        execute format(
            'create policy own_rows on directory.%I to tenant_rw using (org_id = (select tenant.org_id()))', name
        );
        execute format('grant select, insert, update, delete on directory.%I to tenant_rw', name);
    end loop;
end
$$;
alter table directory.log_restores enable row level security;

create function directory.login(email text) returns table (org_id uuid, user_id uuid)
    language sql stable security definer set search_path = ''
    as $$ select l.org_id, l.user_id from directory.logins l where l.email = login.email $$;

create function directory.twilio_tokens(account_sid text) returns table (auth_token text)
    language sql stable security definer set search_path = ''
    as $$ select a.auth_token from directory.twilio_accounts a where a.account_sid = twilio_tokens.account_sid $$;

create function directory.number_owner(account_sid text, number text) returns uuid
    language sql stable security definer set search_path = ''
    as $$
        select n.org_id from directory.twilio_numbers n
        where n.account_sid = number_owner.account_sid and n.number = number_owner.number
    $$;

create function directory.heads(orgs uuid[]) returns table (org_id uuid, head bigint, access_version bigint)
    language sql stable security definer set search_path = ''
    as $$ select h.org_id, h.head, h.access_version from directory.log_heads h where h.org_id = any (heads.orgs) $$;

-- Which log it is: another one in another organisation, another cluster, on another timeline, after a restore.
create function directory.log_epoch(org_id uuid) returns bigint
    language sql stable security definer set search_path = ''
    as $$
        select pg_catalog.hashtextextended(
            pg_catalog.concat_ws('/', log_epoch.org_id, s.system_identifier, c.timeline_id, r.number), 0
        )
        from pg_catalog.pg_control_system() s, pg_catalog.pg_control_checkpoint() c, directory.log_restores r
    $$;

revoke execute on all functions in schema directory from public;
grant execute on all functions in schema directory to directory_ro;
grant execute on function directory.log_epoch(uuid) to tenant_rw;
