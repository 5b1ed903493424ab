-- Tokens with which services read an organisation's events. Only the hash is kept, and it leads to the organisation.
create table tenant.service_tokens (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id uuid not null,
    name text not null,
    created_by uuid not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    primary key (org_id, id),
    foreign key (org_id, created_by) references tenant.users
);
select tenant.isolate('service_tokens');

create table directory.service_tokens (
    token_hash bytea primary key check (length(token_hash) = 32),
    org_id uuid not null default tenant.org_id(),
    token_id uuid not null,
    unique (org_id, token_id),
    foreign key (org_id, token_id) references tenant.service_tokens on delete cascade
);
alter table directory.service_tokens enable row level security;
create policy own_rows on directory.service_tokens to tenant_rw using (org_id = (select tenant.org_id()));
grant select, insert, update, delete on directory.service_tokens to tenant_rw;

create function directory.service_token(token_hash bytea) returns table (org_id uuid, token_id uuid)
    language sql stable security definer set search_path = ''
    as $$
        select t.org_id, t.token_id from directory.service_tokens t where t.token_hash = service_token.token_hash
    $$;
revoke execute on function directory.service_token(bytea) from public;
grant execute on function directory.service_token(bytea) to directory_ro;
