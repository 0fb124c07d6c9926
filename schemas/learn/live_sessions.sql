-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.live_sessions (
    id uuid default gen_random_uuid() not null,
    course_id uuid not null,
    lesson_id uuid,
    cohort_id uuid,
    host_id uuid default auth.uid() not null,
    title text not null,
    description text,
    scheduled_at timestamp with time zone not null,
    duration_sec integer default 3600 not null,
    max_participants integer,
    status text default 'scheduled'::text not null,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_live_sessions PRIMARY KEY (id),
    constraint uq_live_sessions_id_course UNIQUE (id, course_id),
    constraint ck_live_sessions_description CHECK ((length(description) <= 5000)),
    constraint ck_live_sessions_duration_sec CHECK (((duration_sec >= 60) AND (duration_sec <= 86400))),
    constraint ck_live_sessions_ended_at CHECK (((status = 'ended'::text) = (ended_at IS NOT NULL))),
    constraint ck_live_sessions_max_participants CHECK (((max_participants >= 1) AND (max_participants <= 1000000))),
    constraint ck_live_sessions_started_at CHECK (((status = ANY (ARRAY['live'::text, 'ended'::text])) = (started_at IS NOT NULL))),
    constraint ck_live_sessions_status CHECK ((status = ANY (ARRAY['scheduled'::text, 'live'::text, 'ended'::text, 'cancelled'::text]))),
    constraint ck_live_sessions_title CHECK (((title ~ '[^[:space:]]'::text) AND (length(title) <= 150))),
    constraint fk_live_sessions_cohort FOREIGN KEY (cohort_id, course_id) REFERENCES learn.cohorts(id, course_id),
    constraint fk_live_sessions_course FOREIGN KEY (course_id) REFERENCES content.courses(id),
    constraint fk_live_sessions_host FOREIGN KEY (host_id) REFERENCES public.profiles(id),
    constraint fk_live_sessions_lesson FOREIGN KEY (lesson_id, course_id) REFERENCES content.lessons(id, course_id) ON UPDATE CASCADE
);

comment on table learn.live_sessions is 'Meetings of a course. Their addresses are in live_session_links.';
comment on column learn.live_sessions.lesson_id is 'Null: for the whole course.';
comment on column learn.live_sessions.cohort_id is 'For this cohort alone; null: for all.';
comment on column learn.live_sessions.max_participants is 'Participants at most, not counting teachers; null: no limit.';

CREATE INDEX idx_live_sessions_cohort ON learn.live_sessions USING btree (cohort_id, course_id);
CREATE INDEX idx_live_sessions_course_id ON learn.live_sessions USING btree (course_id, scheduled_at, id);
CREATE INDEX idx_live_sessions_host_id ON learn.live_sessions USING btree (host_id);
CREATE INDEX idx_live_sessions_lesson ON learn.live_sessions USING btree (lesson_id, course_id);

CREATE TRIGGER trg_live_sessions_set_updated_at BEFORE UPDATE ON learn.live_sessions FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.live_sessions enable row level security;

grant select on table learn.live_sessions to authenticated;
grant delete, insert, select, update on table learn.live_sessions to service_role;
grant select on table learn.live_sessions to staff;
grant insert (course_id, lesson_id, cohort_id, title, description, scheduled_at, duration_sec, max_participants), update (lesson_id, cohort_id, title, description, scheduled_at, duration_sec, max_participants) on table learn.live_sessions to staff;

create policy live_sessions_insert_staff on learn.live_sessions for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy live_sessions_select_enrolled on learn.live_sessions for select to authenticated
using ((course_id = ANY (ARRAY( SELECT learn.my_studied_course_ids() AS my_studied_course_ids))));

create policy live_sessions_select_staff on learn.live_sessions for select to staff
using (((course_id = ANY (ARRAY( SELECT learn.my_studied_course_ids() AS my_studied_course_ids))) OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy live_sessions_update_staff on learn.live_sessions for update to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy live_sessions_insert_staff on learn.live_sessions is 'Those who teach a course add meetings; staff with course.edit add them to every course.';
comment on policy live_sessions_select_enrolled on learn.live_sessions is 'Learners see the meetings of courses they take.';
comment on policy live_sessions_select_staff on learn.live_sessions is 'Learners see the meetings of courses they take; those who teach a course or hold gradebook.read in it see all of its meetings; staff with course.read_any or course.edit see those of every course.';
comment on policy live_sessions_update_staff on learn.live_sessions is 'Those who teach a course change meetings; staff with course.edit change those of every course.';
