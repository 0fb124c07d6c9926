create or replace function learn.credit_attendance(p_session_id uuid) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_participant learn.live_session_participants;
begin
    update learn.live_session_participants as p
    set
        left_at = now(),
        attended_sec = p.attended_sec + floor(extract(epoch from now() - p.joined_at))
    where p.session_id = p_session_id and p.left_at is null;
    for v_participant in
        select p.*
        from learn.live_session_participants as p
        where
            p.session_id = p_session_id
            and p.role = 'learner'
            and p.attended_sec >= util.setting('learn', 'live.min_attended_sec')
        -- One order for all, because accounts stay locked until the end.
        order by p.user_id
    loop
        perform learn.credit_learning(
            v_participant.user_id, v_participant.course_id, 'live_session', 'attended',
            p_session_id
        );
    end loop;
end;
$$;

comment on function learn.credit_attendance(uuid) is
'Credits the people who took part in a meeting, and ends their stay.

Args: p_session_id: the meeting, locked by the caller.
Returns: nothing.
Raises: as gamification.credit_xp().
Caller: functions of this package.';

revoke all on function learn.credit_attendance(uuid) from public;
