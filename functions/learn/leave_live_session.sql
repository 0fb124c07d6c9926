create or replace function learn.leave_live_session(p_session_id uuid) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_attended_sec integer;
begin
    update learn.live_session_participants as p
    set
        left_at = now(),
        attended_sec = p.attended_sec + floor(extract(epoch from now() - p.joined_at))
    where p.session_id = p_session_id and p.user_id = auth.uid() and p.left_at is null;
    select p.attended_sec into v_attended_sec
    from learn.live_session_participants as p
    where p.session_id = p_session_id and p.user_id = auth.uid();
    if not found then
        raise sqlstate 'PT404' using
            message = format('you took part in no meeting with the id %L', p_session_id),
            detail = 'live_session.not_found',
            hint = 'Send an id from the view my_live_sessions.';
    end if;
    return v_attended_sec;
end;
$$;

comment on function learn.leave_live_session(uuid) is
'Leaves a meeting.

Definer, because nobody writes participants directly.

Args: p_session_id: the meeting.
Returns: the seconds for which the caller took part.
Raises: PT404 live_session.not_found.
Caller: anyone with a login, for themselves.';

revoke all on function learn.leave_live_session(uuid) from public;
grant execute on function learn.leave_live_session(uuid) to authenticated, staff;
