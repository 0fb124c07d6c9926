create or replace function learn.close_overdue_attempts(p_payload jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_found record;
    v_closed integer := 0;
    v_failed text[] := '{}';
    v_completed_course_id uuid;
begin
    -- One lock with learn.keep_enrollments(), because several at once could wait for each other's
    -- courses. Enrolments that somebody holds now are left to the next minute.
    perform pg_advisory_xact_lock('learn.enrollments'::regclass::integer, 0);
    for v_found in
        select
            t.id as attempt_id,
            e.id as enrollment_id,
            t.user_id,
            t.course_id,
            t.assessment_id
        from learn.user_assessment_attempts as t
        inner join learn.enrollments as e on t.user_id = e.user_id and t.course_id = e.course_id
        where
            t.status = 'open'
            and (
                t.deadline_at
                < now() - make_interval(secs => util.setting('learn', 'attempt.grace_sec'))
                or e.status in ('dropped', 'expired')
            )
        order by t.course_id, t.deadline_at
        limit 500
        for no key update of e skip locked
    loop
        -- A completed course stays locked until the end. Learners of other courses may hold their
        -- account and wait for that course, so their attempts are left to the next minute.
        exit when v_completed_course_id <> v_found.course_id;
        -- An attempt that cannot be ended does not stop the others.
        begin
            v_closed := v_closed + learn.close_attempts(v_found.user_id, v_found.assessment_id);
        exception when others then
            v_failed := v_failed || format('%s: %s', v_found.attempt_id, sqlerrm);
        end;
        if exists (
            select from learn.enrollments as e
            where e.id = v_found.enrollment_id and e.completed_at = now()
        ) then
            v_completed_course_id := v_found.course_id;
        end if;
    end loop;
    return jsonb_build_object('closed', v_closed, 'failed', to_jsonb(v_failed[1:20]));
end;
$$;

comment on function learn.close_overdue_attempts(jsonb) is
'Ends attempts that are open beyond their deadline; their saved answers count.

Args: p_payload: ignored.
Returns: {"closed": attempts that were ended, "failed": up to 20 that could not be, and why}.
Caller: util.run_job.';

revoke all on function learn.close_overdue_attempts(jsonb) from public;
