create table tenant.organizations (
    org_id uuid primary key default tenant.org_id(),
    name text not null,
    slug text not null,
    domain text,
    settings jsonb not null default '{}',
    region text not null,
    is_active boolean not null default true,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
select tenant.isolate('organizations');

create table tenant.users (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id uuid not null,
    email text not null,
    first_name text not null,
    last_name text not null,
    role text not null check (role in ('viewer', 'user', 'manager', 'admin')),
    timezone text not null,
    password_hash text not null,
    email_verified boolean not null,
    is_active boolean not null,
    last_login timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id)
);
select tenant.isolate('users');

create table tenant.user_sessions (
    org_id uuid not null default tenant.org_id(),
    id uuid not null,
    user_id uuid not null,
    address text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    end_reason text,
    refresh_generation integer not null default 0,
    refreshed_at timestamptz,
    primary key (org_id, id),
    foreign key (org_id, user_id) references tenant.users
);
create index on tenant.user_sessions (org_id, user_id);
select tenant.isolate('user_sessions');
