-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.user_progress (
    user_id uuid not null,
    lesson_id uuid not null,
    course_id uuid not null,
    status text default 'in_progress'::text not null,
    started_at timestamp with time zone default now() not null,
    completed_at timestamp with time zone,
    watch_time_sec integer default 0 not null,
    last_position_sec integer default 0 not null,
    last_activity_at timestamp with time zone default now() not null,
    constraint pk_user_progress PRIMARY KEY (user_id, lesson_id),
    constraint ck_user_progress_completed_at CHECK (((status = 'completed'::text) = (completed_at IS NOT NULL))),
    constraint ck_user_progress_status CHECK ((status = ANY (ARRAY['in_progress'::text, 'completed'::text]))),
    constraint ck_user_progress_times CHECK (((watch_time_sec >= 0) AND (last_position_sec >= 0))),
    constraint fk_user_progress_enrollment FOREIGN KEY (user_id, course_id) REFERENCES learn.enrollments(user_id, course_id),
    constraint fk_user_progress_lesson FOREIGN KEY (lesson_id) REFERENCES content.lessons(id)
) with (fillfactor=85);

comment on table learn.user_progress is 'How far learners are in lessons. No row: not started.';
comment on column learn.user_progress.course_id is 'The course of the enrolment; it stays the same for the learner if the lesson moves.';
comment on column learn.user_progress.status is 'in_progress or completed.';
comment on column learn.user_progress.watch_time_sec is 'Seconds watched or read, at most a few times as fast as the clock.';
comment on column learn.user_progress.last_position_sec is 'Where to resume: seconds from the start.';

CREATE INDEX idx_user_progress_course_user ON learn.user_progress USING btree (course_id, user_id);
CREATE INDEX idx_user_progress_lesson_id ON learn.user_progress USING btree (lesson_id);
CREATE INDEX idx_user_progress_user_course ON learn.user_progress USING btree (user_id, course_id);

alter table learn.user_progress enable row level security;

grant select on table learn.user_progress to authenticated;
grant delete, insert, select, update on table learn.user_progress to service_role;
grant select on table learn.user_progress to staff;

create policy user_progress_select_own on learn.user_progress for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_progress_select_staff on learn.user_progress for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission)));

comment on policy user_progress_select_own on learn.user_progress is 'Learners see their own.';
comment on policy user_progress_select_staff on learn.user_progress is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any see everyone''s.';
