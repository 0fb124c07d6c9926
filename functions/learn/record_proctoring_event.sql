create or replace function learn.record_proctoring_event(
    p_attempt_id uuid,
    p_violation_type text,
    p_details jsonb default '{}',
    p_file_id uuid default null
) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_session learn.proctoring_sessions;
begin
    update learn.proctoring_sessions as s
    set
        event_count = s.event_count + 1,
        screenshot_ids = case
            when p_file_id is null then s.screenshot_ids
            else s.screenshot_ids || p_file_id
        end
    from learn.user_assessment_attempts as t
    where
        s.attempt_id = p_attempt_id
        and s.user_id = auth.uid()
        and t.id = s.attempt_id
        and t.status = 'open'
        and s.event_count < util.setting('learn', 'proctoring.max_events')
    returning s.* into v_session;
    if not found then
        raise sqlstate 'PT404' using
            message = 'you have no such open, proctored attempt, or it has too many reports',
            detail = 'proctoring.not_open',
            hint = 'Stop reporting: the attempt has ended, or takes no more reports.';
    end if;
    if
        p_violation_type is null
        or jsonb_typeof(p_details) is distinct from 'object'
        or length(p_details::text) > 4096
        or p_violation_type not in (
            'phone_detected', 'multiple_faces', 'no_face', 'looking_away', 'audio_detected',
            'tab_switch', 'copy_paste', 'other'
        )
    then
        raise sqlstate 'PT400' using
            message = 'a known violation_type and details of at most 4,096 characters are '
            'required',
            detail = 'proctoring.request_invalid',
            hint = 'Send one of the documented violation types, and details as a JSON object.';
    end if;
    insert into learn.proctoring_events (
        attempt_id, user_id, course_id, violation_type, details, file_id
    ) values (
        v_session.attempt_id, v_session.user_id, v_session.course_id, p_violation_type, p_details,
        p_file_id
    );
end;
$$;

comment on function learn.record_proctoring_event(uuid, text, jsonb, uuid) is
'Reports what the learner''s browser noticed during a proctored attempt.

Definer, because nobody writes reports directly. Reports are only hints: the person who controls the
browser can suppress them.

Args: p_attempt_id: the caller''s open attempt; p_violation_type: phone_detected, multiple_faces,
no_face, looking_away, audio_detected, tab_switch, copy_paste or other; p_details: an object;
p_file_id: a screenshot.
Returns: nothing.
Raises: PT404 proctoring.not_open, PT400 proctoring.request_invalid.
Caller: anyone with a login, for themselves.';

revoke all on function learn.record_proctoring_event(uuid, text, jsonb, uuid) from public;
grant execute on function learn.record_proctoring_event(uuid, text, jsonb, uuid)
to authenticated, staff;
