create or replace function learn.wait_for_seat(
    p_user_id uuid,
    p_course_id uuid,
    p_cohort_id uuid,
    p_source text,
    p_expires_at timestamptz
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_new boolean;
begin
    insert into learn.waitlist_entries as w (user_id, course_id, cohort_id, source, expires_at)
    values (
        p_user_id, p_course_id, p_cohort_id, case p_source when 'staff' then 'staff' end,
        p_expires_at
    )
    on conflict (user_id, course_id) where status = 'waiting' do update
    set
        source = coalesce(excluded.source, w.source),
        expires_at = coalesce(excluded.expires_at, w.expires_at)
    returning w.xmax = 0 into strict v_is_new;
    update learn.cohorts as g
    set waiting_count = g.waiting_count + 1
    where g.id = p_cohort_id and v_is_new;
end;
$$;

comment on function learn.wait_for_seat(uuid, uuid, uuid, text, timestamptz) is
'Puts somebody at the end of a waitlist; a person who already waits keeps their place.

Args: p_user_id: the person; p_course_id: the course, whose counts are locked; p_cohort_id: one of
its cohorts, null for none; p_source: how they enrol; p_expires_at: when the enrolment is to end,
null: as the cohort says.
Returns: nothing.
Caller: functions of this package.';

revoke all on function learn.wait_for_seat(uuid, uuid, uuid, text, timestamptz) from public;
