-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.proctoring_sessions (
    attempt_id uuid not null,
    user_id uuid not null,
    course_id uuid not null,
    event_count integer default 0 not null,
    screenshot_ids uuid[] default '{}'::uuid[] not null,
    analysis jsonb default '{}'::jsonb not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_proctoring_sessions PRIMARY KEY (attempt_id),
    constraint ck_proctoring_sessions_analysis CHECK (((jsonb_typeof(analysis) = 'object'::text) AND (length((analysis)::text) <= 100000))),
    constraint ck_proctoring_sessions_event_count CHECK ((event_count >= 0)),
    constraint fk_proctoring_sessions_attempt FOREIGN KEY (attempt_id) REFERENCES learn.user_assessment_attempts(id),
    constraint fk_proctoring_sessions_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table learn.proctoring_sessions is 'Proctoring of an attempt. For graders; the learner sees none of it.';
comment on column learn.proctoring_sessions.screenshot_ids is 'Ids of files in the schema that keeps files.';
comment on column learn.proctoring_sessions.analysis is 'Findings of a back end, in its own format.';

CREATE INDEX idx_proctoring_sessions_course_id ON learn.proctoring_sessions USING btree (course_id);
CREATE INDEX idx_proctoring_sessions_user_id ON learn.proctoring_sessions USING btree (user_id);

CREATE TRIGGER trg_proctoring_sessions_set_updated_at BEFORE UPDATE ON learn.proctoring_sessions FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.proctoring_sessions enable row level security;

grant delete, insert, select, update on table learn.proctoring_sessions to service_role;
grant select on table learn.proctoring_sessions to staff;

create policy proctoring_sessions_select_staff on learn.proctoring_sessions for select to staff
using (((course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission)));

comment on policy proctoring_sessions_select_staff on learn.proctoring_sessions is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any see everyone''s.';
