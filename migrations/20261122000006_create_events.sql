-- The organisation's log. The payload is kept as text of the JSON that was sent, to the letter.
create table tenant.events (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    seq bigint not null,
    name text not null,
    payload json not null,
    occurred_at timestamptz not null,
    primary key (org_id, seq)
);
select tenant.isolate('events');
