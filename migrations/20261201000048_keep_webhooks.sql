-- Which webhooks came lately, and what became of each. A few hundred of an organisation's at most, written many at a time by
-- one writer a node; calls and messages may be named that are not here.
create table tenant.webhooks (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id uuid not null,
    at timestamptz not null,
    kind text not null,
    account_sid text not null,
    call_sid text,
    message_sid text,
    call_id uuid,
    message_id uuid,
    -- [[name, value], …], as they came
    query jsonb not null,
    params jsonb not null,
    signature text not null check (signature in ('valid', 'valid_replaced', 'observed', 'wrong', 'missing')),
    -- only the account's token can have made the signature: those that anybody can send are counted apart
    is_proven boolean not null,
    outcome text not null check (outcome in ('handled', 'ignored', 'refused', 'failed')),
    cause text,
    words text,
    status integer not null,
    answer text not null,
    took_ms bigint not null,
    -- by what it is known when it comes again
    event text not null,
    is_repeat boolean not null,
    is_late boolean not null,
    request_id uuid,
    primary key (org_id, id),
    check (num_nulls(cause, words) in (0, 2))
);
create index on tenant.webhooks (org_id, is_proven, at, id);
create index on tenant.webhooks (org_id, event);
select tenant.isolate('webhooks');
