-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.lesson_analytics (
    user_id uuid not null,
    lesson_id uuid not null,
    course_id uuid not null,
    interactions jsonb default '{}'::jsonb not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_lesson_analytics PRIMARY KEY (user_id, lesson_id),
    constraint ck_lesson_analytics_interactions CHECK (((jsonb_typeof(interactions) = 'object'::text) AND (length((interactions)::text) <= 4096))),
    constraint fk_lesson_analytics_progress FOREIGN KEY (user_id, lesson_id) REFERENCES learn.user_progress(user_id, lesson_id)
);

comment on table learn.lesson_analytics is 'Learners'' actions in a lesson''s player. Time and position are in user_progress.';
comment on column learn.lesson_analytics.interactions is 'How often: {"pause": 3, "seek": 1}, under names that the app chooses.';

CREATE INDEX idx_lesson_analytics_course_id ON learn.lesson_analytics USING btree (course_id);
CREATE INDEX idx_lesson_analytics_lesson_id ON learn.lesson_analytics USING btree (lesson_id);

CREATE TRIGGER trg_lesson_analytics_set_updated_at BEFORE UPDATE ON learn.lesson_analytics FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.lesson_analytics enable row level security;

grant select on table learn.lesson_analytics to authenticated;
grant delete, insert, select, update on table learn.lesson_analytics to service_role;
grant select on table learn.lesson_analytics to staff;

create policy lesson_analytics_select_own on learn.lesson_analytics for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy lesson_analytics_select_staff on learn.lesson_analytics for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission)));

comment on policy lesson_analytics_select_own on learn.lesson_analytics is 'Learners see their own.';
comment on policy lesson_analytics_select_staff on learn.lesson_analytics is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any see everyone''s.';
