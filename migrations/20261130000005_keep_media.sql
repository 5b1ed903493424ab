-- What came with messages. What is in it is written once, and read only for whoever wants to see it: it is kept apart and as
-- it is, for pictures and sounds are compressed already.
create table tenant.attachments (
    org_id uuid not null default tenant.org_id(),
    id uuid not null,
    version bigint not null,
    message_id uuid not null,
    place integer not null,
    -- as a webhook said; never requested
    url text not null,
    state text not null check (state in ('awaited', 'kept', 'refused', 'missing')),
    content_type text,
    size integer,
    reason text,
    bytes bytea,
    tries integer not null,
    due_at timestamptz,
    primary key (org_id, id),
    unique (org_id, message_id, place),
    foreign key (org_id, message_id) references tenant.messages,
    check (num_nulls(content_type, size, bytes) in (0, 3)),
    check ((state = 'kept') = (bytes is not null)),
    check ((state in ('refused', 'missing')) = (reason is not null)),
    check ((state = 'awaited') = (due_at is not null))
);
alter table tenant.attachments alter column bytes set storage external;
create index on tenant.attachments (org_id, due_at) where due_at is not null;
create trigger time_attachment after insert or update of due_at on tenant.attachments
    for each row execute function tenant.keep_timer('attachment');

-- What came in before is fetched too, as far as Twilio still has it.
alter table tenant.messages no force row level security;
insert into tenant.attachments (org_id, id, version, message_id, place, url, state, tries, due_at)
select m.org_id, gen_random_uuid(), 0, m.id, media.place - 1, media.url, 'awaited', 0, now()
from tenant.messages m cross join unnest(m.media_urls) with ordinality media (url, place)
where m.direction = 'inbound' and media.place <= 10;
update tenant.messages set due_at = null where direction = 'inbound' and due_at is not null;
alter table tenant.messages force row level security;
select tenant.isolate('attachments');
