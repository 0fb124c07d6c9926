create or replace function learn.credit_learning(
    p_user_id uuid,
    p_course_id uuid,
    p_source_type text,
    p_action_type text,
    p_thing_id uuid
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_detail text;
begin
    -- Teachers and creators of a course could add lessons to earn XP; graders see its answer keys.
    if
        learn.teaches(p_user_id, p_course_id)
        or exists (
            select from content.courses as c
            where c.id = p_course_id and c.created_by = p_user_id
        )
        or exists (
            select from rbac.effective_permissions as ep
            where
                ep.user_id = p_user_id
                and ep.permission = 'gradebook.grade'
                and (ep.scope_type = 'global' or ep.scope_id = p_course_id)
        )
    then
        return 0;
    end if;
    return (
        select c.xp_delta
        from gamification.credit_xp(
            p_user_id,
            p_source_type,
            p_action_type,
            p_source_type || ':' || p_thing_id,
            jsonb_build_object('course_id', p_course_id, 'id', p_thing_id)
        ) as c
    );
-- Learning counts even if no XP can be credited: it was credited before, or no longer can be.
exception when sqlstate 'PT409' or sqlstate 'PT404' or sqlstate 'PT410' then
    get stacked diagnostics v_detail = pg_exception_detail;
    if
        v_detail in (
            'xp.daily_cap_reached', 'xp.cooldown_active', 'xp.source_unknown', 'xp.event_archived',
            'idempotency.key_reused', 'user.not_found'
        )
    then
        return 0;
    end if;
    raise;
end;
$$;

comment on function learn.credit_learning(uuid, uuid, text, text, uuid) is
'Credits somebody for a thing done in a course, once for each thing. Learning counts without XP too:
nothing is credited if the rules give no XP now, or if the person teaches the course.

Args: p_user_id: the learner; p_course_id: the course; p_source_type, p_action_type: names of an
xp_source; p_thing_id: the lesson, course, assessment, assignment or meeting.
Returns: the XP credited.
Raises: as gamification.credit_xp().
Caller: functions of this package.';

revoke all on function learn.credit_learning(uuid, uuid, text, text, uuid) from public;
