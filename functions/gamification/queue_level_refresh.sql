create or replace function gamification.queue_level_refresh() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from gamification.user_xp) then
        perform gamification.request_level_refresh();
    end if;
    return null;
end;
$$;

comment on function gamification.queue_level_refresh() is
'Sees to it that people follow a change of the levels.

Definer, because staff may not enqueue jobs.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function gamification.queue_level_refresh() from public;

-- Each row, because a statement that may change none would ask for the job too.
create or replace trigger trg_level_definitions_queue_level_refresh
after insert or update or delete on gamification.level_definitions
for each row execute function gamification.queue_level_refresh();
