create or replace function learn.set_live_session_status(
    p_session_id uuid,
    p_status text
) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_session learn.live_sessions;
begin
    select * into v_session
    from learn.live_sessions as s
    where s.id = p_session_id
    for no key update;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no meeting has the id %L', p_session_id),
            detail = 'live_session.not_found',
            hint = 'Send an id from the view live_sessions.';
    end if;
    perform content.assert_may_edit_course(v_session.course_id);
    if v_session.status = p_status then
        return;
    end if;
    if (v_session.status, p_status) not in (
        ('scheduled', 'live'), ('scheduled', 'cancelled'), ('live', 'ended')
    ) then
        raise sqlstate 'PT409' using
            message = format('a meeting cannot change from %s to %L', v_session.status, p_status),
            detail = 'live_session.status_invalid',
            hint = 'Set a scheduled meeting to live or cancelled, and a live one to ended.';
    end if;
    update learn.live_sessions as s
    set
        status = p_status,
        started_at = case when p_status = 'live' then now() else s.started_at end,
        ended_at = case when p_status = 'ended' then now() end
    where s.id = p_session_id;
    if p_status = 'ended' then
        perform learn.credit_attendance(p_session_id);
    end if;
end;
$$;

comment on function learn.set_live_session_status(uuid, text) is
'Begins, ends or cancels a meeting. When it ends, people who took part long enough get XP.

Definer, because nobody writes the status directly. Setting the present status again changes
nothing.

Args: p_session_id: the meeting; p_status: live, ended or cancelled.
Returns: nothing.
Raises: PT404 live_session.not_found, PT404 course.not_found, PT403 course.edit_denied, PT409
live_session.status_invalid.
Caller: those who teach the course, staff with course.edit; service.';

revoke all on function learn.set_live_session_status(uuid, text) from public;
grant execute on function learn.set_live_session_status(uuid, text) to staff, service_role;
