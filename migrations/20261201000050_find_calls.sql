-- Calls are found by the start of the customer's number, or of their name.

alter table tenant.calls
    add column peer text not null
        generated always as (case direction when 'inbound' then from_number else to_number end) stored;
create index on tenant.calls (org_id, peer text_pattern_ops);
