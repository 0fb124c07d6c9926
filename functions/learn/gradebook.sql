create or replace function learn.gradebook(
    p_course_id uuid,
    p_page_size integer default 50,
    p_after uuid default null
) returns table (
    enrollment_id uuid,
    user_id uuid,
    display_name text,
    status text,
    enrolled_at timestamptz,
    completed_lessons integer,
    total_lessons integer,
    percent integer,
    last_activity_at timestamptz,
    assessments jsonb,
    assignments jsonb
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrolled_at timestamptz := '-infinity';
begin
    perform learn.assert_may_read_gradebook(p_course_id);
    if (p_page_size between 1 and 500) is not true then
        raise sqlstate 'PT400' using
            message = format('a page cannot have %L learners', p_page_size),
            detail = 'gradebook.page_invalid',
            hint = 'Send a page_size from 1 to 500.';
    end if;
    if p_after is not null then
        -- Beforehand, because a comparison with a subquery could not use the index.
        select e.enrolled_at
        into v_enrolled_at
        from learn.enrollments as e
        where e.id = p_after and e.course_id = p_course_id;
        if not found then
            raise sqlstate 'PT400' using
                message = 'the last learner of the page before is not in this course',
                detail = 'gradebook.page_invalid',
                hint = 'Send the enrollment_id of the last row of the page before.';
        end if;
    end if;
    return query
    select
        e.id,
        e.user_id,
        p.display_name,
        e.status,
        e.enrolled_at,
        cp.completed_lessons,
        cp.total_lessons,
        cp.percent,
        cp.last_activity_at,
        (
            select coalesce(jsonb_object_agg(best.assessment_id, best.percent), '{}')
            from (
                select
                    r.assessment_id,
                    max(util.shown_percent(r.score, r.max_score)) as percent
                from learn.attempt_results as r
                where
                    r.course_id = e.course_id
                    and r.user_id = e.user_id
                    and r.graded_at is not null
                group by r.assessment_id
            ) as best
        ),
        (
            select coalesce(jsonb_object_agg(best.assignment_id, best.points), '{}')
            from (
                select
                    s.assignment_id,
                    max(s.points) as points
                from learn.submissions as s
                where s.course_id = e.course_id and s.user_id = e.user_id and s.status = 'graded'
                group by s.assignment_id
            ) as best
        )
    from (
        select x.*
        from learn.enrollments as x
        where
            x.course_id = p_course_id
            and (x.enrolled_at, x.id) > (
                v_enrolled_at, coalesce(p_after, '00000000-0000-0000-0000-000000000000')
            )
        order by x.enrolled_at, x.id
        limit p_page_size
    ) as e
    inner join public.profiles as p on e.user_id = p.id
    inner join learn.course_progress as cp on e.user_id = cp.user_id and e.course_id = cp.course_id
    order by e.enrolled_at, e.id;
end;
$$;

comment on function learn.gradebook(uuid, integer, uuid) is
'The learners of a course and their results, in the order in which they enrolled.

Definer, because it reads several tables and checks only once whether the caller may see them.

Args: p_course_id: the course; p_page_size: 1 to 500; p_after: the last enrollment_id of the
previous page.
Returns: a row for each learner; assessments: {assessment id: best percent}; assignments:
{assignment id: most points}.
Raises: PT404 gradebook.not_found, PT400 gradebook.page_invalid.
Caller: those who teach the course, staff with progress.read_any, or gradebook.read everywhere or
in the course; service.';

revoke all on function learn.gradebook(uuid, integer, uuid) from public;
grant execute on function learn.gradebook(uuid, integer, uuid) to staff, service_role;
