-- For background jobs, which do the same for every organisation, each in its own scope: the ids, page by page. Every
-- organisation has a log.
create function directory.organizations(after uuid, page_size bigint) returns table (org_id uuid)
    language sql stable security definer set search_path = ''
    as $$
        select h.org_id from directory.log_heads h
        where organizations.after is null or h.org_id > organizations.after
        order by h.org_id limit organizations.page_size
    $$;
revoke execute on function directory.organizations(uuid, bigint) from public;
grant execute on function directory.organizations(uuid, bigint) to directory_ro;
