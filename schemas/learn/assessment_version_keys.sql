-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.assessment_version_keys (
    version_id uuid not null,
    keys jsonb not null,
    constraint pk_assessment_version_keys PRIMARY KEY (version_id),
    constraint fk_assessment_version_keys_version FOREIGN KEY (version_id) REFERENCES learn.assessment_versions(id)
);

comment on table learn.assessment_version_keys is 'Right answers of a publication. No client reads this table.';
comment on column learn.assessment_version_keys.keys is '{item id: correct}, null if a person grades.';

alter table learn.assessment_version_keys enable row level security;

grant select on table learn.assessment_version_keys to service_role;

create policy assessment_version_keys_all_nobody on learn.assessment_version_keys as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy assessment_version_keys_all_nobody on learn.assessment_version_keys is 'No client reads right answers; graders get them from a function that checks who they are.';
