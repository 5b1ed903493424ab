-- Who is invited is a user from the start: without a password, and not active, until they accept.
alter table tenant.users
    alter column password_hash drop not null,
    -- until when they may accept; null: they did, or never had to
    add column invited_until timestamptz,
    add check (password_hash is not null or invited_until is not null),
    add check (invited_until is null or not is_active);

-- The links that still count. Only the hash is kept, and it leads to the user; a new link takes the place of the one before.
create table directory.invitations (
    token_hash bytea primary key check (length(token_hash) = 32),
    org_id uuid not null default tenant.org_id(),
    user_id uuid not null,
    unique (org_id, user_id),
    foreign key (org_id, user_id) references tenant.users on delete cascade
);
alter table directory.invitations enable row level security;
create policy own_rows on directory.invitations to tenant_rw using (org_id = (select tenant.org_id()));
grant select, insert, update, delete on directory.invitations to tenant_rw;

create function directory.invitation(token_hash bytea) returns table (org_id uuid, user_id uuid)
    language sql stable security definer set search_path = ''
    as $$ select i.org_id, i.user_id from directory.invitations i where i.token_hash = invitation.token_hash $$;
revoke execute on function directory.invitation(bytea) from public;
grant execute on function directory.invitation(bytea) to directory_ro;
