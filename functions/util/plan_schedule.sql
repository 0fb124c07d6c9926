create or replace function util.plan_schedule() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.next_run_at := case
        when new.is_active then util.next_cron_time(new.cron, new.time_zone, now())
    end;
    return new;
end;
$$;

comment on function util.plan_schedule() is
'Computes when a schedule is first due, each time it is made or changed.

Returns: the row to store.
Caller: triggers only.';

revoke all on function util.plan_schedule() from public;

create or replace trigger trg_cron_schedules_plan
before insert or update of cron, time_zone, is_active on util.cron_schedules
for each row execute function util.plan_schedule();
