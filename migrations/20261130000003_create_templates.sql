-- Texts that are written often, with gaps. One with a content SID was agreed with WhatsApp.
create table tenant.templates (
    org_id uuid not null default tenant.org_id() references tenant.organizations,
    id uuid not null,
    name text not null,
    -- in lower case: one name is one template
    name_key text not null,
    category text,
    body text not null,
    content_sid text,
    is_active boolean not null,
    created_by uuid not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    unique (org_id, name_key),
    foreign key (org_id, created_by) references tenant.users
);
select tenant.isolate('templates');
alter table tenant.messages
    add foreign key (org_id, template_id) references tenant.templates on delete set null (template_id);
