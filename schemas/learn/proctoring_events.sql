-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.proctoring_events (
    id uuid default gen_random_uuid() not null,
    attempt_id uuid not null,
    user_id uuid not null,
    course_id uuid not null,
    violation_type text not null,
    details jsonb default '{}'::jsonb not null,
    file_id uuid,
    occurred_at timestamp with time zone default now() not null,
    constraint pk_proctoring_events PRIMARY KEY (id),
    constraint ck_proctoring_events_details CHECK (((jsonb_typeof(details) = 'object'::text) AND (length((details)::text) <= 4096))),
    constraint ck_proctoring_events_violation_type CHECK ((violation_type = ANY (ARRAY['phone_detected'::text, 'multiple_faces'::text, 'no_face'::text, 'looking_away'::text, 'audio_detected'::text, 'tab_switch'::text, 'copy_paste'::text, 'other'::text]))),
    constraint fk_proctoring_events_session FOREIGN KEY (attempt_id) REFERENCES learn.proctoring_sessions(attempt_id),
    constraint fk_proctoring_events_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table learn.proctoring_events is 'Reports of a learner''s own browser during an attempt; hints for graders, not proof.';
comment on column learn.proctoring_events.file_id is 'A screenshot; null: none.';

CREATE INDEX idx_proctoring_events_attempt ON learn.proctoring_events USING btree (attempt_id, occurred_at);
CREATE INDEX idx_proctoring_events_course_id ON learn.proctoring_events USING btree (course_id);
CREATE INDEX idx_proctoring_events_user_id ON learn.proctoring_events USING btree (user_id);

alter table learn.proctoring_events enable row level security;

grant delete, insert, select, update on table learn.proctoring_events to service_role;
grant select on table learn.proctoring_events to staff;

create policy proctoring_events_select_staff on learn.proctoring_events for select to staff
using (((course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission)));

comment on policy proctoring_events_select_staff on learn.proctoring_events is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any see everyone''s.';
