-- Who may be texted from which of our senders: a number, or a messaging service for all of its numbers. Who said nothing
-- may be.
create table tenant.consents (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    sender text not null,
    peer text not null,
    is_out boolean not null,
    since timestamptz not null,
    primary key (org_id, peer, sender)
);
select tenant.isolate('consents');

-- What was said about it, one after the other: said is said.
create table tenant.consent_changes (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id bigint generated always as identity,
    sender text not null,
    peer text not null,
    what text not null check (what in ('stop', 'start', 'help', 'refused')),
    -- the words that said it, or Twilio's code
    said text not null,
    message_id uuid,
    at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, message_id) references tenant.messages
);
create index on tenant.consent_changes (org_id, peer, id);
select tenant.isolate('consent_changes');
revoke update, delete on tenant.consent_changes from tenant_rw;
