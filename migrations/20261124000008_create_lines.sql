-- What an organisation decides about calls to each of its numbers, and where the clocks are that its opening hours are read
-- from. A number without a row is always open and rings everybody. Rules outlive the number: who gives it up and takes it
-- back finds them again.
alter table tenant.organizations add column timezone text not null default 'UTC';

create table tenant.lines (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    number text not null,
    -- Openings, side by side: from which minute of the week on, Monday's first being 0, and for how many. Null: always.
    opening_from smallint[] check (0 <= all (opening_from) and 10080 > all (opening_from)),
    opening_minutes smallint[] check (0 < all (opening_minutes) and 1440 >= all (opening_minutes)),
    holidays date[] not null,
    -- Users; none: everybody.
    team uuid[] not null,
    greeting_text text,
    greeting_url text,
    phones text[] not null,
    ring_seconds smallint not null check (ring_seconds > 0),
    phone_ring_seconds smallint not null check (phone_ring_seconds > 0),
    has_voicemail boolean not null,
    is_recorded boolean not null,
    primary key (org_id, number),
    check (cardinality(opening_from) is not distinct from cardinality(opening_minutes)),
    check (num_nonnulls(greeting_text, greeting_url) = 1)
);
select tenant.isolate('lines');
