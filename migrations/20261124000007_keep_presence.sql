-- Who is here. What people say of themselves is kept with them; where they are connected is state that every node must see,
-- also of a node that died: so it stands in the directory, where whoever clears up after the dead needs no organisation.
alter table tenant.users add column status text not null default 'available'
    check (status in ('available', 'busy', 'away'));

-- The server processes, and when each was last heard of.
create table directory.nodes (
    node uuid primary key,
    seen_at timestamptz not null
);
alter table directory.nodes enable row level security;

-- One row for a person and a node. Without `until` they are connected to it; else they count until that moment. The nil node
-- is for those who are connected to none and asked for what is new.
create table directory.presence (
    org_id uuid not null default tenant.org_id(),
    user_id uuid not null,
    node uuid not null,
    until timestamptz,
    is_audible boolean not null,
    primary key (org_id, user_id, node),
    foreign key (org_id, user_id) references tenant.users
);
create index on directory.presence (until);
alter table directory.presence enable row level security;
create policy own_rows on directory.presence to tenant_rw using (org_id = (select tenant.org_id()));
grant select, insert, update, delete on directory.presence to tenant_rw;

-- Whoever changes who is here in an organisation takes turns: to tell whether somebody came or went, each must see what the
-- one before did.
create function directory.lock_presence(org_id uuid) returns void
    language sql volatile
    as $$ select pg_advisory_xact_lock(hashtextextended('presence/' || lock_presence.org_id, 0)) $$;

-- A node lives. What counts no more is deleted, and the offers of its organisations change. A node that was silent for longer
-- than `patience` is dead, but not on the word of one that was silent itself: perhaps it was the database that was away.
create function directory.beat(node uuid, patience interval) returns setof uuid
    language plpgsql volatile security definer set search_path = ''
    as $$
declare
    was_heard boolean;
    orgs uuid[];
    org uuid;
begin
    select n.seen_at >= now() - patience into was_heard from directory.nodes n where n.node = beat.node;
    insert into directory.nodes as n values (beat.node, now())
        on conflict on constraint nodes_pkey do update set seen_at = excluded.seen_at;
    if was_heard then
        delete from directory.nodes n where n.seen_at < now() - patience;
    end if;
    select array_agg(distinct p.org_id order by p.org_id) into orgs
        from directory.presence p
        where p.until <= now()
            or p.until is null and was_heard and not exists (select from directory.nodes n where n.node = p.node);
    if orgs is null then
        return;
    end if;
    foreach org in array orgs loop
        perform directory.lock_presence(org);
    end loop;
    delete from directory.presence p
        where p.org_id = any (orgs) and (
            p.until <= now()
            or p.until is null and was_heard and not exists (select from directory.nodes n where n.node = p.node)
        );
    update directory.log_heads h set offers_version = h.offers_version + 1 where h.org_id = any (orgs);
    return query select unnest(orgs);
end
$$;

-- A node stops: its people count for a while, in which another one may take them over.
create function directory.leave(node uuid, grace interval) returns void
    language sql volatile security definer set search_path = ''
    as $$ update directory.presence p set until = now() + grace where p.node = leave.node and p.until is null $$;

revoke execute on function directory.lock_presence(uuid) from public;
revoke execute on function directory.beat(uuid, interval) from public;
revoke execute on function directory.leave(uuid, interval) from public;
grant execute on function directory.lock_presence(uuid) to tenant_rw;
grant execute on function directory.beat(uuid, interval) to directory_ro;
grant execute on function directory.leave(uuid, interval) to directory_ro;
