-- Texts of which nobody has looked yet whether they are answered by themselves; each is left with the text in one commit, and goes
-- with the answer in one. What is found here later was left by a server that died.
create table tenant.unanswered (
    org_id uuid not null default tenant.org_id(),
    -- the message's
    id uuid not null,
    is_new_lead boolean not null,
    due_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, id) references tenant.messages
);
create index on tenant.unanswered (org_id, due_at);
select tenant.isolate('unanswered');

-- For rows that are deleted.
create function tenant.end_timer() returns trigger
    language plpgsql set search_path = ''
    as $$
begin
    delete from directory.timers t where t.org_id = old.org_id and t.kind = tg_argv[0] and t.subject = old.id;
    return null;
end
$$;
create trigger time_unanswered after insert or update of due_at on tenant.unanswered
    for each row execute function tenant.keep_timer('unanswered');
create trigger end_unanswered after delete on tenant.unanswered
    for each row execute function tenant.end_timer('unanswered');
