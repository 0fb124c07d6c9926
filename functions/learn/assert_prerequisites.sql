create or replace function learn.assert_prerequisites(
    p_user_id uuid,
    p_course_id uuid,
    p_lesson_id uuid default null,
    p_version_id uuid default null
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_unmet text := learn.unmet_prerequisites(
        p_user_id, p_course_id, p_lesson_id, p_version_id
    );
begin
    if v_unmet is not null then
        raise sqlstate 'PT409' using
            message = 'the prerequisites are not completed',
            detail = 'prerequisite.unmet',
            hint = left('Complete these first: ' || v_unmet, 500);
    end if;
end;
$$;

comment on function learn.assert_prerequisites(uuid, uuid, uuid, uuid) is
'Refuses people who have not completed the prerequisites of a course or a lesson.

Args: as learn.unmet_prerequisites().
Returns: nothing.
Raises: PT409 prerequisite.unmet.
Caller: functions of this package.';

revoke all on function learn.assert_prerequisites(uuid, uuid, uuid, uuid) from public;
