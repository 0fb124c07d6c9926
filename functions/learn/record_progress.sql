create or replace function learn.record_progress(
    p_lesson_id uuid,
    p_position_sec integer,
    p_watched_sec integer,
    p_interactions jsonb default '{}',
    out status text,
    out last_position_sec integer,
    out watch_time_sec integer
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_speed integer := util.setting('learn', 'progress.max_speed');
begin
    if
        (p_position_sec between 0 and 604800 and p_watched_sec between 0 and 86400) is not true
        or jsonb_typeof(p_interactions) is distinct from 'object'
    then
        raise sqlstate 'PT400' using
            message = 'a position, the seconds watched and the interactions are required',
            detail = 'progress.request_invalid',
            hint = 'Send seconds of 0 or more, and interactions as an object of numbers.';
    end if;
    perform learn.begin_lesson(auth.uid(), p_lesson_id);
    update learn.user_progress as up
    set
        last_position_sec = p_position_sec,
        watch_time_sec = up.watch_time_sec + least(
            p_watched_sec,
            floor(v_speed * greatest(extract(epoch from now() - up.last_activity_at), 0))
        ),
        last_activity_at = greatest(up.last_activity_at, now())
    where up.user_id = auth.uid() and up.lesson_id = p_lesson_id
    returning up.status, up.last_position_sec, up.watch_time_sec
    into strict status, last_position_sec, watch_time_sec;
    if p_interactions <> '{}' then
        perform learn.count_interactions(auth.uid(), p_lesson_id, p_interactions);
    end if;
end;
$$;

comment on function learn.record_progress(uuid, integer, integer, jsonb) is
'Records how far the caller is in a lesson, so that they can resume there.

Definer, because nobody writes progress directly: the server limits how fast watched seconds may
grow.

Args: p_lesson_id: the lesson; p_position_sec: where they are; p_watched_sec: seconds watched since
the last report; p_interactions: what they did since, {"pause": 1}, up to 50 names.
Returns: the lesson''s status, position and watched seconds.
Raises: PT400 progress.request_invalid, as learn.assert_may_study().
Caller: anyone with a login, for themselves.';

revoke all on function learn.record_progress(uuid, integer, integer, jsonb) from public;
grant execute on function learn.record_progress(uuid, integer, integer, jsonb)
to authenticated, staff;
