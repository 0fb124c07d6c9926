create or replace view learn.course_progress with (security_invoker = true) as
select
    e.id,
    e.user_id,
    e.course_id,
    e.version_id,
    e.status,
    e.enrolled_at,
    e.completed_at,
    done.total_lessons,
    done.completed_lessons,
    done.total_duration_sec,
    done.percent,
    done.last_activity_at
from learn.enrollments as e
cross join lateral (
    select
        count(*)::integer as total_lessons,
        count(up.completed_at)::integer as completed_lessons,
        sum(vl.duration_sec)::integer as total_duration_sec,
        (count(up.completed_at) * 100 / greatest(count(*), 1))::integer as percent,
        max(up.last_activity_at) as last_activity_at
    from content.content_version_lessons as vl
    left join learn.user_progress as up
        on e.user_id = up.user_id and vl.lesson_id = up.lesson_id
    where vl.version_id = e.version_id
) as done;

comment on view learn.course_progress is
'How far learners are in their courses, by the publication that each reads.';
comment on column learn.course_progress.id is 'The enrolment.';
comment on column learn.course_progress.percent is
'Percent of the lessons that are completed, rounded down.';
comment on column learn.course_progress.last_activity_at is 'Null: no lesson was begun.';

revoke all on learn.course_progress from public, anon, authenticated, staff, service_role;
grant select on learn.course_progress to authenticated, staff, service_role;
