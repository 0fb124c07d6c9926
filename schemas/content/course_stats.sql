-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.course_stats (
    course_id uuid not null,
    course_is_visible boolean default false not null,
    student_count integer default 0 not null,
    completed_count integer default 0 not null,
    rating_count integer default 0 not null,
    rating_sum integer default 0 not null,
    lesson_count integer default 0 not null,
    duration_sec integer default 0 not null,
    updated_at timestamp with time zone default now() not null,
    active_count integer default 0 not null,
    constraint pk_course_stats PRIMARY KEY (course_id),
    constraint ck_course_stats_active_count CHECK (((active_count >= 0) AND (active_count <= student_count))),
    constraint ck_course_stats_counts CHECK (((student_count >= 0) AND (completed_count >= 0) AND (rating_count >= 0) AND (lesson_count >= 0) AND (duration_sec >= 0) AND ((rating_sum >= rating_count) AND (rating_sum <= (5 * rating_count))))),
    constraint fk_course_stats_course FOREIGN KEY (course_id, course_is_visible) REFERENCES content.courses(id, is_visible) ON UPDATE CASCADE
);

comment on table content.course_stats is 'Counts of each course, kept exact by every change; content.rebuild_course_stats() recounts them. Apart from courses, because they change all the time.';
comment on column content.course_stats.course_is_visible is 'A copy of courses.is_visible.';
comment on column content.course_stats.student_count is 'People who are or were enrolled.';
comment on column content.course_stats.rating_sum is 'Sum of ratings from 1 to 5.';
comment on column content.course_stats.lesson_count is 'Lessons that the catalogue shows.';
comment on column content.course_stats.duration_sec is 'Length of those lessons in seconds.';
comment on column content.course_stats.active_count is 'Of those, the people who learn now: they neither completed nor left it. courses.max_students limits this number.';

CREATE INDEX idx_course_stats_course ON content.course_stats USING btree (course_id, course_is_visible);

CREATE TRIGGER trg_course_stats_copy_course_visibility BEFORE INSERT ON content.course_stats FOR EACH ROW EXECUTE FUNCTION content.copy_course_visibility();

CREATE TRIGGER trg_course_stats_set_updated_at BEFORE UPDATE ON content.course_stats FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table content.course_stats enable row level security;

grant select on table content.course_stats to anon;
grant select on table content.course_stats to authenticated;
grant delete, insert, select, update on table content.course_stats to service_role;
grant select on table content.course_stats to staff;

create policy course_stats_select_any on content.course_stats for select to authenticated
using (course_is_visible);

create policy course_stats_select_public on content.course_stats for select to anon
using (course_is_visible);

create policy course_stats_select_staff on content.course_stats for select to staff
using ((course_is_visible OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy course_stats_select_any on content.course_stats is 'Anyone sees how many learn a course that was published.';
comment on policy course_stats_select_public on content.course_stats is 'Anyone sees how many learn a course that was published.';
comment on policy course_stats_select_staff on content.course_stats is 'Those who teach a course see all of it; staff with course.read_any or course.edit see every course.';
