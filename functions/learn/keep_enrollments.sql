create or replace function learn.keep_enrollments(p_payload jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
    v_course_id uuid;
    v_expired integer := 0;
    v_seated integer := 0;
    v_failed text[] := '{}';
begin
    -- One at a time, because several could wait for each other's courses.
    perform pg_advisory_xact_lock('learn.enrollments'::regclass::integer, 0);
    -- A bounded number at a time, so that no transaction grows long; the next minute continues.
    for v_enrollment in
        select e.*
        from learn.enrollments as e
        where e.status = 'active' and e.expires_at <= now()
        order by e.expires_at
        limit 1000
        for no key update skip locked
    loop
        -- One that cannot be ended does not stop the others.
        begin
            perform learn.end_enrollment(v_enrollment, 'expired');
            v_expired := v_expired + 1;
        exception when others then
            v_failed := v_failed || format('%s: %s', v_enrollment.id, sqlerrm);
        end;
    end loop;
    for v_course_id in
        select w.course_id
        from learn.waitlist_entries as w
        where w.status = 'waiting'
        group by w.course_id
        order by w.course_id
    loop
        begin
            perform learn.release_seats(v_course_id);
            v_seated := v_seated + learn.fill_seats(v_course_id);
        exception when others then
            v_failed := v_failed || format('%s: %s', v_course_id, sqlerrm);
        end;
    end loop;
    return jsonb_build_object(
        'expired', v_expired, 'seated', v_seated, 'failed', to_jsonb(v_failed[1:20])
    );
end;
$$;

comment on function learn.keep_enrollments(jsonb) is
'Ends enrolments that have expired, and fills seats that became free in other ways, such as in a
cohort that was enlarged.

Args: p_payload: ignored.
Returns: {"expired": enrolments that ended, "seated": people who got a seat}.
Caller: util.run_job.';

revoke all on function learn.keep_enrollments(jsonb) from public;
