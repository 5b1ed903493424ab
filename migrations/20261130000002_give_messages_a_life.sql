-- What was said with one address outside, whatever carried it and whichever number of ours it went through. The people
-- behind the address are looked up by its number: there may be none, or several.
create table tenant.conversations (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id uuid not null,
    peer text not null,
    phone_e164 text,
    assigned_to uuid,
    -- Every message has its place in its conversation, from 1 to the count.
    message_count bigint not null default 0,
    inbound_count bigint not null default 0,
    last_at timestamptz not null,
    -- Which number of ours they wrote to last, and when on WhatsApp.
    last_number text,
    whatsapp_at timestamptz,
    primary key (org_id, id),
    unique (org_id, peer),
    foreign key (org_id, assigned_to) references tenant.users,
    check (inbound_count between 0 and message_count)
);
create index on tenant.conversations (org_id, last_at desc, id desc) where message_count > 0;
create index on tenant.conversations (org_id, assigned_to, last_at desc, id desc)
    where message_count > 0 and assigned_to is not null;
create index on tenant.conversations (org_id, peer text_pattern_ops);
create index on tenant.conversations (org_id, phone_e164) where phone_e164 is not null;

-- How many of the inbound messages somebody has seen.
create table tenant.conversation_reads (
    org_id uuid not null default tenant.org_id(),
    conversation_id uuid not null,
    user_id uuid not null,
    inbound_seen bigint not null,
    primary key (org_id, conversation_id, user_id),
    foreign key (org_id, conversation_id) references tenant.conversations,
    foreign key (org_id, user_id) references tenant.users
);
select tenant.isolate('conversation_reads');

-- What colleagues tell one another about a conversation.
create table tenant.conversation_notes (
    org_id uuid not null default tenant.org_id(),
    id uuid not null,
    conversation_id uuid not null,
    written_by uuid not null,
    body text not null,
    created_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, conversation_id) references tenant.conversations,
    foreign key (org_id, written_by) references tenant.users
);
create index on tenant.conversation_notes (org_id, conversation_id, created_at desc, id desc);
select tenant.isolate('conversation_notes');

-- A message is changed by whoever names the version that they saw.
alter table tenant.messages no force row level security;
alter table tenant.messages
    alter column message_sid drop not null,
    add column version bigint not null default 0,
    add column conversation_id uuid,
    add column position bigint,
    add column user_id uuid,
    add column template_id uuid,
    add column content_sid text,
    add column content_variables jsonb,
    add column status text not null default 'received',
    add column error_code integer,
    add column error_message text,
    add column send_at timestamptz,
    add column handed_at timestamptz,
    add column sent_at timestamptz,
    add column delivered_at timestamptz,
    add column updated_at timestamptz,
    add column price numeric,
    add column price_unit text,
    add column tries integer not null default 0,
    add column due_at timestamptz;
insert into tenant.conversations
    (org_id, id, peer, phone_e164, message_count, inbound_count, last_at, last_number, whatsapp_at)
select org_id, gen_random_uuid(), from_number, max(from_e164), count(*), count(*), max(created_at),
    (array_agg(to_number order by created_at desc, id desc))[1], max(created_at) filter (where channel = 'whatsapp')
from tenant.messages group by org_id, from_number;
update tenant.messages m set
    updated_at = m.created_at, segment_count = coalesce(m.segment_count, 0),
    conversation_id = placed.conversation_id, position = placed.position
from (
    select n.org_id, n.id, c.id as conversation_id,
        row_number() over (partition by n.org_id, n.from_number order by n.created_at, n.id) as position
    from tenant.messages n join tenant.conversations c on c.org_id = n.org_id and c.peer = n.from_number
) placed
where placed.org_id = m.org_id and placed.id = m.id;
alter table tenant.messages
    alter column version drop default,
    alter column status drop default,
    alter column tries drop default,
    alter column conversation_id set not null,
    alter column updated_at set not null,
    alter column segment_count set not null,
    drop column from_e164,
    drop column to_e164,
    add unique (org_id, conversation_id, position),
    add foreign key (org_id, conversation_id) references tenant.conversations,
    add foreign key (org_id, user_id) references tenant.users,
    add check (num_nulls(content_sid, content_variables) in (0, 2)),
    add check (num_nulls(price, price_unit) in (0, 2)),
    add check (position is not null or status in ('scheduled', 'canceled', 'failed'));
drop index tenant.messages_org_id_customer_id_idx;
create index on tenant.messages (org_id, created_at desc, id desc) include (direction, status, price);
create index on tenant.messages (org_id, direction, created_at desc, id desc);
create index on tenant.messages (org_id, customer_id, created_at desc, id desc) where customer_id is not null;
create index on tenant.messages (org_id, conversation_id, send_at, id) where status = 'scheduled';
create index on tenant.messages (org_id, due_at) where due_at is not null;
insert into tenant.counts (org_id, what, total)
select org_id, 'messages.' || direction, count(*) from tenant.messages group by org_id, direction
union all
select org_id, 'conversations', count(*) from tenant.conversations group by org_id;
alter table tenant.messages force row level security;
select tenant.isolate('conversations');

create trigger count_message after insert on tenant.messages
    for each row execute function tenant.count_directed('messages');
create trigger time_message after insert or update of due_at on tenant.messages
    for each row execute function tenant.keep_timer('message');

create function tenant.count_conversation() returns trigger
    language plpgsql set search_path = ''
    as $$
begin
    perform tenant.count(new.org_id, 'conversations', 1);
    return null;
end
$$;
create trigger count_conversation after update of message_count on tenant.conversations
    for each row when (old.message_count = 0) execute function tenant.count_conversation();
