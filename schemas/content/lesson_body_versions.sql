-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.lesson_body_versions (
    id uuid default gen_random_uuid() not null,
    lesson_id uuid not null,
    version integer not null,
    content jsonb not null,
    resources jsonb not null,
    transcript text,
    video_provider text,
    video_id text,
    created_at timestamp with time zone default now() not null,
    constraint pk_lesson_body_versions PRIMARY KEY (id),
    constraint uq_lesson_body_versions_version UNIQUE (lesson_id, version),
    constraint ck_lesson_body_versions_version CHECK ((version >= 1)),
    constraint fk_lesson_body_versions_lesson FOREIGN KEY (lesson_id) REFERENCES content.lessons(id)
);

comment on table content.lesson_body_versions is 'Bodies of lessons as they were published; never changed. A body that did not change gets no new version.';

alter table content.lesson_body_versions enable row level security;

grant select on table content.lesson_body_versions to service_role;

create policy lesson_body_versions_all_nobody on content.lesson_body_versions as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy lesson_body_versions_all_nobody on content.lesson_body_versions is 'Clients read bodies only through a function that checks their access.';
