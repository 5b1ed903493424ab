-- How many there are of what can be listed, kept: a list may be longer than can be counted every time.
create table tenant.counts (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    what text not null,
    total bigint not null,
    primary key (org_id, what)
);
-- Whoever owns a table fills another from it only while its rows are not hidden from them too.
alter table tenant.call_counts no force row level security;
alter table tenant.customers no force row level security;
insert into tenant.counts (org_id, what, total)
select org_id, 'calls.' || direction, total from tenant.call_counts
union all
select org_id, kind || 's', count(*) from tenant.customers group by org_id, kind;
alter table tenant.customers force row level security;
select tenant.isolate('counts');

drop trigger count_call on tenant.calls;
drop function tenant.count_call();
drop table tenant.call_counts;

create function tenant.count(org uuid, what text, by bigint) returns void
    language sql set search_path = ''
    as $$
        insert into tenant.counts as c (org_id, what, total) values (count.org, count.what, count.by)
        on conflict (org_id, what) do update set total = c.total + excluded.total
    $$;

-- By direction, under the name that the trigger gives.
create function tenant.count_directed() returns trigger
    language plpgsql set search_path = ''
    as $$
begin
    perform tenant.count(new.org_id, tg_argv[0] || '.' || new.direction, 1);
    return null;
end
$$;
create trigger count_call after insert on tenant.calls for each row execute function tenant.count_directed('calls');

create function tenant.count_customer() returns trigger
    language plpgsql set search_path = ''
    as $$
begin
    if tg_op = 'INSERT' then
        perform tenant.count(new.org_id, new.kind || 's', 1);
    else
        perform tenant.count(old.org_id, old.kind || 's', -1);
    end if;
    return null;
end
$$;
create trigger count_customer after insert or delete on tenant.customers
    for each row execute function tenant.count_customer();

-- Which organisations have something that must be looked at, for the jobs that do so in each one's own scope. What has a
-- timer is never deleted.
create table directory.timers (
    org_id uuid not null default tenant.org_id(),
    kind text not null,
    subject uuid not null,
    due_at timestamptz not null,
    primary key (org_id, kind, subject)
);
create index on directory.timers (kind, due_at);
alter table directory.timers enable row level security;
create policy own_rows on directory.timers to tenant_rw using (org_id = (select tenant.org_id()));
grant select, insert, update, delete on directory.timers to tenant_rw;
insert into directory.timers (org_id, kind, subject, due_at)
select org_id, 'call', call_id, due_at from directory.call_timers;

drop trigger time_call on tenant.calls;
drop function tenant.time_call();
drop function directory.orgs_with_due_calls(bigint);
drop table directory.call_timers;

-- For rows with an id and a moment at which they are due, under the kind that the trigger gives.
create function tenant.keep_timer() returns trigger
    language plpgsql set search_path = ''
    as $$
begin
    if new.due_at is null then
        delete from directory.timers t where t.org_id = new.org_id and t.kind = tg_argv[0] and t.subject = new.id;
    else
        insert into directory.timers as t (org_id, kind, subject, due_at) values (new.org_id, tg_argv[0], new.id, new.due_at)
        on conflict (org_id, kind, subject) do update set due_at = excluded.due_at;
    end if;
    return null;
end
$$;
create trigger time_call after insert or update of due_at on tenant.calls
    for each row execute function tenant.keep_timer('call');

create function directory.orgs_with_due(kind text, page_size bigint) returns table (org_id uuid)
    language sql stable security definer set search_path = ''
    as $$
        select d.org_id from (
            select t.org_id, min(t.due_at) as since from directory.timers t
            where t.kind = orgs_with_due.kind and t.due_at <= pg_catalog.clock_timestamp() group by t.org_id
        ) d
        order by d.since limit orgs_with_due.page_size
    $$;
revoke execute on function directory.orgs_with_due(text, bigint) from public;
grant execute on function directory.orgs_with_due(text, bigint) to directory_ro;
