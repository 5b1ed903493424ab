-- What is answered by itself to those who write.
create table tenant.auto_responses (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id uuid not null,
    trigger text not null check (trigger in ('keyword', 'closed', 'new_lead')),
    keyword text,
    -- in lower case: one keyword is one rule
    keyword_key text,
    -- which of the organisation's numbers was written to; null: any
    number text,
    body text not null,
    is_active boolean not null,
    created_by uuid not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    unique (org_id, keyword_key),
    foreign key (org_id, created_by) references tenant.users,
    check ((trigger = 'keyword') = (keyword is not null)),
    check (num_nulls(keyword, keyword_key) in (0, 2))
);
create unique index auto_responses_trigger_key on tenant.auto_responses (org_id, trigger, number)
    nulls not distinct where keyword is null;
select tenant.isolate('auto_responses');

-- What was answered so, by which rule, with the message in one commit: by this two robots are kept from talking for ever.
-- Rules go, and what they answered stays.
create table tenant.auto_answers (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    message_id uuid not null,
    conversation_id uuid not null,
    auto_response_id uuid not null,
    at timestamptz not null,
    primary key (org_id, message_id),
    foreign key (org_id, message_id) references tenant.messages,
    foreign key (org_id, conversation_id) references tenant.conversations
);
create index on tenant.auto_answers (org_id, conversation_id, at desc, message_id desc);
select tenant.isolate('auto_answers');

-- Whether a number is anybody's here, in whatever account; not whose.
create index on directory.twilio_numbers (number);
create function directory.is_number_here(number text) returns boolean
    language sql stable security definer set search_path = ''
    as $$ select exists (select from directory.twilio_numbers n where n.number = is_number_here.number) $$;
revoke execute on function directory.is_number_here(text) from public;
grant execute on function directory.is_number_here(text) to directory_ro;
