create or replace function gamification.request_level_refresh() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform util.enqueue_job(
        'database', 'gamification.follow_levels', p_unique_key => 'gamification.follow_levels'
    );
end;
$$;

comment on function gamification.request_level_refresh() is
'Enqueues the job that moves people to the levels as they are defined now.

Returns: nothing.
Caller: functions of this package.';

revoke all on function gamification.request_level_refresh() from public;
