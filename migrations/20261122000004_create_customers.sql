-- Contacts and leads are one table: both are people outside, matched by number and searched alike, and a lead that
-- becomes a contact keeps its id and its history.
create table tenant.customers (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id uuid not null,
    kind text not null check (kind in ('contact', 'lead')),
    first_name text not null,
    last_name text not null,
    email text,
    phone text,
    phone_e164 text,
    company text,
    status text not null,
    assigned_to uuid,
    notes text,
    source text,
    priority text,
    value double precision,
    -- lower-case words for searching by prefix, kept by the repository
    last_key text not null,
    name_key text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, assigned_to) references tenant.users
);
create index on tenant.customers (org_id, kind, created_at desc, id desc);
create index on tenant.customers (org_id, phone_e164) where phone_e164 is not null;
create index on tenant.customers (org_id, kind, name_key text_pattern_ops);
create index on tenant.customers (org_id, kind, last_key text_pattern_ops);
create index on tenant.customers (org_id, kind, email text_pattern_ops) where email is not null;
select tenant.isolate('customers');
