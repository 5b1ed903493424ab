-- For operators: a page of the organisations' ids in the order of their slugs. In every row how many there are; past the
-- end one row with that alone.
create function directory.organization_page(page_size bigint, skipped bigint)
    returns table (org_id uuid, total bigint)
    language sql stable security definer set search_path = ''
    as $$
        select p.org_id, c.total
        from (select count(*) as total from directory.slugs) c
        left join (
            select s.slug, s.org_id from directory.slugs s
            order by s.slug limit organization_page.page_size offset organization_page.skipped
        ) p on true
        order by p.slug
    $$;
revoke execute on function directory.organization_page(bigint, bigint) from public;
grant execute on function directory.organization_page(bigint, bigint) to directory_ro;
