-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.catalog_objects (
    kind text not null,
    identity text not null,
    definition text not null,
    constraint pk_catalog_objects PRIMARY KEY (kind, identity)
);

comment on table util.catalog_objects is 'Every object of the managed schemas as the last run left it. dbtool verify compares the live catalog with it.';
comment on column util.catalog_objects.definition is 'The DDL that makes the object.';

alter table util.catalog_objects enable row level security;
