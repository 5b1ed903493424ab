create table tenant.calls (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id uuid not null,
    call_sid text not null,
    direction text not null check (direction in ('inbound', 'outbound')),
    from_number text not null,
    to_number text not null,
    customer_id uuid,
    state text not null check (state in ('ringing', 'claimed', 'ended')),
    accepted_by uuid,
    started_at timestamptz not null,
    claimed_at timestamptz,
    primary key (org_id, id),
    unique (org_id, call_sid),
    foreign key (org_id, customer_id) references tenant.customers on delete set null (customer_id),
    foreign key (org_id, accepted_by) references tenant.users,
    check ((state = 'claimed') <= (accepted_by is not null))
);
create index on tenant.calls (org_id, started_at, id) where state = 'ringing';
create index on tenant.calls (org_id, customer_id) where customer_id is not null;
select tenant.isolate('calls');

-- Who silenced a call for themselves.
create table tenant.call_declines (
    org_id uuid not null default tenant.org_id(),
    call_id uuid not null,
    user_id uuid not null,
    primary key (org_id, call_id, user_id),
    foreign key (org_id, call_id) references tenant.calls,
    foreign key (org_id, user_id) references tenant.users
);
select tenant.isolate('call_declines');

create table tenant.messages (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id uuid not null,
    message_sid text not null,
    direction text not null check (direction in ('inbound', 'outbound')),
    channel text not null check (channel in ('sms', 'whatsapp')),
    from_number text not null,
    to_number text not null,
    from_e164 text,
    to_e164 text,
    body text not null,
    segment_count integer,
    media_urls text[] not null,
    customer_id uuid,
    created_at timestamptz not null,
    primary key (org_id, id),
    unique (org_id, message_sid),
    foreign key (org_id, customer_id) references tenant.customers on delete set null (customer_id)
);
create index on tenant.messages (org_id, customer_id) where customer_id is not null;
select tenant.isolate('messages');
