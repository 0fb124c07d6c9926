create or replace function api.record_progress(
    lesson_id uuid,
    position_sec integer,
    watched_sec integer,
    interactions jsonb default '{}'
) returns table (status text, last_position_sec integer, watch_time_sec integer)
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.status,
        x.last_position_sec,
        x.watch_time_sec
    from learn.record_progress(lesson_id, position_sec, watched_sec, interactions) as x;
end;

comment on function api.record_progress(uuid, integer, integer, jsonb) is
'Records how far the caller is in a lesson, so that they can resume there.

Args: lesson_id: the lesson; position_sec: where they are; watched_sec: seconds watched since the
last report; interactions: what they did since, {"pause": 1}, up to 50 names.
Returns: the lesson''s status, position and watched seconds.
Raises: PT400 progress.request_invalid, PT403 user.not_active, PT409 enrollment.required, PT409
cohort.not_started, PT404 lesson.not_found, PT403 access.denied, PT409 prerequisite.unmet.
Caller: anyone with a login, for themselves.';

revoke all on function api.record_progress(uuid, integer, integer, jsonb) from public;
grant execute on function api.record_progress(uuid, integer, integer, jsonb)
to authenticated, staff;
