-- How long somebody talked with the customer, added up: since a call may ring again for a colleague, that is not the time from
-- its first answer to its end. And who handed it over, for when nobody else takes it.
alter table tenant.calls
    add column handed_over_by uuid,
    add column talking_since timestamptz,
    add column talked_ms bigint not null default 0,
    add foreign key (org_id, handed_over_by) references tenant.users;
update tenant.calls set talking_since = answered_at where state = 'connected';
update tenant.calls
set talked_ms = floor(extract(epoch from ended_at - answered_at) * 1000)
where ended_at > answered_at;
