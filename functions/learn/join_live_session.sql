create or replace function learn.join_live_session(p_session_id uuid) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_session learn.live_sessions;
    v_role text := 'learner';
    v_links learn.live_session_links;
begin
    select * into v_session
    from learn.live_sessions as s
    where
        s.id = p_session_id
        and (
            s.host_id = auth.uid()
            or learn.teaches(auth.uid(), s.course_id)
            or learn.has_part(auth.uid(), s.course_id, null)
        )
    for no key update;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no meeting in the courses you take has the id %L', p_session_id),
            detail = 'live_session.not_found',
            hint = 'Enrol in its course first, or check the id.';
    end if;
    perform rbac.assert_active(auth.uid());
    select * into v_links from learn.live_session_links as k where k.session_id = p_session_id;
    if v_session.host_id = auth.uid() or learn.teaches(auth.uid(), v_session.course_id) then
        v_role := 'host';
    else
        perform learn.assert_may_join(v_session, auth.uid());
    end if;
    if v_session.status = 'cancelled' then
        raise sqlstate 'PT409' using
            message = 'this meeting was cancelled',
            detail = 'live_session.not_open',
            hint = 'Look in the view live_sessions for another meeting.';
    end if;
    if v_session.status = 'live' then
        insert into learn.live_session_participants as p (session_id, user_id, course_id, role)
        values (p_session_id, auth.uid(), v_session.course_id, v_role)
        on conflict on constraint pk_live_session_participants do update
        set joined_at = now(), left_at = null
        where p.left_at is not null;
    end if;
    return jsonb_build_object(
        'session_id', p_session_id,
        'status', v_session.status,
        'role', v_role,
        'join_url', case when v_session.status <> 'ended' then v_links.join_url end,
        'recording_url', case when v_session.status = 'ended' then v_links.recording_url end
    );
end;
$$;

comment on function learn.join_live_session(uuid) is
'Returns where a meeting is held. A caller who joins while it is live takes part; after its end they
get the recording.

Definer, because nobody reads links or writes participants directly. The person and meeting are the
key: after a repeated call they still take part.

Args: p_session_id: the meeting.
Returns: {session_id, status, role: host or learner, join_url, recording_url}.
Raises: PT404 live_session.not_found, as learn.assert_may_join(), PT409 live_session.not_open.
Caller: anyone with a login, for themselves.';

revoke all on function learn.join_live_session(uuid) from public;
grant execute on function learn.join_live_session(uuid) to authenticated, staff;
