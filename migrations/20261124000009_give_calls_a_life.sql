-- The whole life of a call. Whoever changes a call names the version that they saw; `legs` is who is on its line, read and
-- written with the call alone.
alter table tenant.calls drop constraint calls_state_check;
alter table tenant.calls drop constraint calls_check;
alter table tenant.calls rename column accepted_by to agent_id;
alter table tenant.calls
    drop column claimed_at,
    alter column call_sid drop not null,
    add column version bigint not null default 0,
    add column meant_for uuid,
    add column phone text,
    add column round integer not null default 0,
    add column legs jsonb not null default '[]',
    add column lease_until timestamptz,
    add column is_on_hold boolean not null default false,
    add column status text not null default 'in-progress',
    add column answered_at timestamptz,
    add column ended_at timestamptz,
    add column updated_at timestamptz,
    add column duration_seconds integer,
    add column outcome text,
    add column notes text,
    add column awaits_recording boolean not null default false,
    add column due_at timestamptz default now(),
    add foreign key (org_id, meant_for) references tenant.users;
update tenant.calls set updated_at = started_at;
alter table tenant.calls
    alter column updated_at set not null,
    alter column version drop default,
    alter column round drop default,
    alter column legs drop default,
    alter column is_on_hold drop default,
    alter column status drop default,
    alter column awaits_recording drop default,
    alter column due_at drop default,
    add check (state in ('dialing', 'ringing', 'claimed', 'connected', 'forwarded', 'voicemail', 'ended')),
    add check (state not in ('dialing', 'claimed', 'connected') or agent_id is not null),
    add check (state <> 'ringing' or (agent_id is null and lease_until is null));
create index on tenant.calls (org_id, started_at desc, id desc);
create index on tenant.calls (org_id, state, started_at desc, id desc);
create index on tenant.calls (org_id, direction, started_at desc, id desc);
drop index tenant.calls_org_id_customer_id_idx;
create index on tenant.calls (org_id, customer_id, started_at desc, id desc) where customer_id is not null;
create index on tenant.calls (org_id, agent_id) where state in ('dialing', 'claimed', 'connected');
create index on tenant.calls (org_id, due_at) where due_at is not null;

-- How many calls there are, kept: a list may be longer than can be counted every time.
create table tenant.call_counts (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    direction text not null,
    total bigint not null,
    primary key (org_id, direction)
);
select tenant.isolate('call_counts');
insert into tenant.call_counts (org_id, direction, total)
select org_id, direction, count(*) from tenant.calls group by org_id, direction;

create function tenant.count_call() returns trigger
    language plpgsql set search_path = ''
    as $$
begin
    insert into tenant.call_counts as c (org_id, direction, total) values (new.org_id, new.direction, 1)
    on conflict (org_id, direction) do update set total = c.total + 1;
    return null;
end
$$;
create trigger count_call after insert on tenant.calls for each row execute function tenant.count_call();

-- Which organisations have calls that must be looked at, for the job that does so in each one's own scope.
create table directory.call_timers (
    org_id uuid not null default tenant.org_id(),
    call_id uuid not null,
    due_at timestamptz not null,
    primary key (org_id, call_id),
    foreign key (org_id, call_id) references tenant.calls on delete cascade
);
create index on directory.call_timers (due_at);
alter table directory.call_timers enable row level security;
create policy own_rows on directory.call_timers to tenant_rw using (org_id = (select tenant.org_id()));
grant select, insert, update, delete on directory.call_timers to tenant_rw;
insert into directory.call_timers (org_id, call_id, due_at)
select org_id, id, due_at from tenant.calls where due_at is not null;

create function tenant.time_call() returns trigger
    language plpgsql set search_path = ''
    as $$
begin
    if new.due_at is null then
        delete from directory.call_timers t where t.org_id = new.org_id and t.call_id = new.id;
    else
        insert into directory.call_timers as t (org_id, call_id, due_at) values (new.org_id, new.id, new.due_at)
        on conflict (org_id, call_id) do update set due_at = excluded.due_at;
    end if;
    return null;
end
$$;
create trigger time_call after insert or update of due_at on tenant.calls
    for each row execute function tenant.time_call();

create function directory.orgs_with_due_calls(page_size bigint) returns table (org_id uuid)
    language sql stable security definer set search_path = ''
    as $$
        select d.org_id from (
            select t.org_id, min(t.due_at) as since from directory.call_timers t
            where t.due_at <= pg_catalog.clock_timestamp() group by t.org_id
        ) d
        order by d.since limit orgs_with_due_calls.page_size
    $$;
revoke execute on function directory.orgs_with_due_calls(bigint) from public;
grant execute on function directory.orgs_with_due_calls(bigint) to directory_ro;

-- Recordings, by Twilio's id. The sound stays there.
create table tenant.recordings (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    recording_sid text not null,
    call_id uuid not null,
    kind text not null check (kind in ('conversation', 'voicemail')),
    seconds integer,
    transcript text,
    created_at timestamptz not null,
    primary key (org_id, recording_sid),
    foreign key (org_id, call_id) references tenant.calls
);
create index on tenant.recordings (org_id, call_id);
select tenant.isolate('recordings');

-- What is noted of a call or message, for those who look into it later.
create table tenant.timeline (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    subject uuid not null,
    id bigint generated always as identity,
    at timestamptz not null,
    what text not null,
    by_user uuid,
    detail text,
    primary key (org_id, subject, id)
);
select tenant.isolate('timeline');
