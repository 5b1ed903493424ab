-- The switch with which operators roll websockets out, and back: one row, read by every node twice a second together with
-- the heads of the logs it serves. It is of no organisation, so it is read and moved through functions alone.
create table directory.realtime_rollout (
    is_only boolean primary key default true check (is_only),
    percent smallint not null check (percent between 0 and 100),
    poll_interval_ms integer not null check (poll_interval_ms > 0),
    version bigint not null,
    changed_by text not null,
    changed_at timestamptz not null
);
alter table directory.realtime_rollout enable row level security;
insert into directory.realtime_rollout (percent, poll_interval_ms, version, changed_by, changed_at)
values (100, 2000, 0, 'nobody yet', now());

-- In every row the switch, and the head of one log; without any log one row with the switch alone.
drop function directory.heads(uuid[]);
create function directory.pulse(orgs uuid[])
    returns table (
        percent smallint, poll_interval_ms integer, version bigint,
        org_id uuid, head bigint, access_version bigint, offers_version bigint
    )
    language sql stable security definer set search_path = ''
    as $$
        select r.percent, r.poll_interval_ms, r.version, h.org_id, h.head, h.access_version, h.offers_version
        from directory.realtime_rollout r
        left join directory.log_heads h on h.org_id = any (pulse.orgs)
    $$;

create function directory.rollout()
    returns table (
        percent smallint, poll_interval_ms integer, version bigint, changed_by text, changed_at timestamptz
    )
    language sql stable security definer set search_path = ''
    as $$
        select r.percent, r.poll_interval_ms, r.version, r.changed_by, r.changed_at from directory.realtime_rollout r
    $$;

-- The one thing that is written without an organisation.
create function directory.set_rollout(
    new_percent smallint, new_interval_ms integer, by_whom text, at timestamptz
)
    returns table (
        percent smallint, poll_interval_ms integer, version bigint, changed_by text, changed_at timestamptz
    )
    language sql volatile security definer set search_path = ''
    as $$
        update directory.realtime_rollout r set
            percent = new_percent,
            poll_interval_ms = coalesce(new_interval_ms, r.poll_interval_ms),
            version = r.version + 1,
            changed_by = by_whom,
            changed_at = at
        returning r.percent, r.poll_interval_ms, r.version, r.changed_by, r.changed_at
    $$;

revoke execute on function directory.pulse(uuid[]) from public;
revoke execute on function directory.rollout() from public;
revoke execute on function directory.set_rollout(smallint, integer, text, timestamptz) from public;
grant execute on function directory.pulse(uuid[]) to directory_ro;
grant execute on function directory.rollout() to directory_ro;
grant execute on function directory.set_rollout(smallint, integer, text, timestamptz) to directory_ro;
