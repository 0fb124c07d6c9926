-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.catalog_objects (
    kind text not null,
    identity text not null,
    definition text not null,
    page text,
    is_drifted boolean default false not null,
    constraint pk_catalog_objects PRIMARY KEY (kind, identity)
);

comment on table util.catalog_objects is 'Every object of the managed schemas as the last run left it. dbtool verify compares the live catalog with it.';
comment on column util.catalog_objects.definition is 'The DDL that makes the object; empty for one that should not be there.';
comment on column util.catalog_objects.page is 'schema.table that the object belongs to, or null.';
comment on column util.catalog_objects.is_drifted is 'Found to differ from this definition by a run, and not put right or accepted since.';

alter table util.catalog_objects enable row level security;

create policy catalog_objects_all_nobody on util.catalog_objects as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy catalog_objects_all_nobody on util.catalog_objects is 'No client gets access, whatever is granted.';
