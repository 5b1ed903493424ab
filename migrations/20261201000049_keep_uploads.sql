-- What people send along. What is in it is written once, and read for Twilio and for whoever looks at it; it is kept apart and as
-- it is, like what comes in.
create table tenant.uploads (
    org_id uuid not null default tenant.org_id(),
    id uuid not null,
    user_id uuid not null,
    content_type text not null,
    size integer not null,
    bytes bytea not null,
    -- what no message holds is deleted after a day
    is_sent boolean not null default false,
    created_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, user_id) references tenant.users,
    check (size = octet_length(bytes))
);
alter table tenant.uploads alter column bytes set storage external;
create index on tenant.uploads (org_id, created_at);
create index on tenant.uploads (org_id, created_at) where not is_sent;
select tenant.isolate('uploads');
