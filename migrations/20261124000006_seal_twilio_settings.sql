-- An organisation's settings at Twilio. Its secrets are sealed: `…_key` names the key that opens the column beside it.
--
-- Auth tokens stood here in plain text. They go, and what hung on them: who had an account here saves it again.
delete from directory.twilio_numbers;
delete from directory.twilio_accounts;

-- What must be known before the organisation is. Twilio signs with the old token until the new one is promoted, so the one
-- before the last change counts for a while. Until `observed_until` a wrong signature of a text or call is only noted.
alter table directory.twilio_accounts
    drop column auth_token,
    add column auth_token bytea not null,
    add column auth_token_key text not null,
    add column previous_token bytea,
    add column previous_token_key text,
    add column previous_until timestamptz,
    add column observed_from timestamptz,
    add column observed_until timestamptz,
    add check (num_nulls(previous_token, previous_token_key, previous_until) in (0, 3)),
    add check (num_nulls(observed_from, observed_until) in (0, 2));

-- A messaging service is found like a number, by its SID, and has no number's SID.
alter table directory.twilio_numbers add column number_sid text;

create table tenant.twilio_settings (
    org_id uuid primary key default tenant.org_id() references tenant.organizations,
    revision uuid not null,
    account_sid text not null,
    api_key_sid text,
    api_key_secret bytea,
    api_key_secret_key text,
    application_sid text,
    messaging_service_sid text,
    phone_number text not null,
    saved_by uuid not null,
    saved_at timestamptz not null,
    webhooks_set_at timestamptz,
    foreign key (org_id, saved_by) references tenant.users,
    check (num_nulls(api_key_sid, api_key_secret, api_key_secret_key) in (0, 3))
);
select tenant.isolate('twilio_settings');

-- How strictly signatures were judged, from each change on; the last one counts. What was said stays said.
create table tenant.signature_modes (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id bigint generated always as identity,
    mode text not null check (mode in ('enforce', 'observe')),
    until timestamptz,
    changed_by text not null,
    changed_at timestamptz not null,
    primary key (org_id, id),
    check ((mode = 'observe') = (until is not null))
);
select tenant.isolate('signature_modes');
revoke update, delete on tenant.signature_modes from tenant_rw;

drop function directory.twilio_tokens(text);
create function directory.twilio_keys(account_sid text)
    returns table (
        org_id uuid, auth_token bytea, auth_token_key text,
        previous_token bytea, previous_token_key text, previous_until timestamptz,
        observed_from timestamptz, observed_until timestamptz
    )
    language sql stable security definer set search_path = ''
    as $$
        select a.org_id, a.auth_token, a.auth_token_key, a.previous_token, a.previous_token_key, a.previous_until,
            a.observed_from, a.observed_until
        from directory.twilio_accounts a where a.account_sid = twilio_keys.account_sid
    $$;
revoke execute on function directory.twilio_keys(text) from public;
grant execute on function directory.twilio_keys(text) to directory_ro;
