-- Whom a call rings is state, not an event of the log: it changes when somebody silences a call for themselves. So
-- that every node hears of it, a number beside the log's head rises then.
alter table directory.log_heads add column offers_version bigint not null default 0;

drop function directory.heads(uuid[]);
create function directory.heads(orgs uuid[])
    returns table (org_id uuid, head bigint, access_version bigint, offers_version bigint)
    language sql stable security definer set search_path = ''
    as $$
        select h.org_id, h.head, h.access_version, h.offers_version
        from directory.log_heads h where h.org_id = any (heads.orgs)
    $$;
revoke execute on function directory.heads(uuid[]) from public;
grant execute on function directory.heads(uuid[]) to directory_ro;
