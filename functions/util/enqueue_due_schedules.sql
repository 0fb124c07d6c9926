create or replace function util.enqueue_due_schedules(p_at timestamptz default now())
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_schedule util.cron_schedules;
    v_count integer := 0;
begin
    for v_schedule in
        select *
        from util.cron_schedules
        where is_active and next_run_at <= p_at
        order by name
        for update skip locked
    loop
        perform util.enqueue_job(
            v_schedule.queue,
            v_schedule.kind,
            v_schedule.payload,
            p_unique_key => 'schedule.' || v_schedule.name
        );
        update util.cron_schedules
        set
            last_run_at = p_at,
            next_run_at = util.next_cron_time(v_schedule.cron, v_schedule.time_zone, p_at)
        where name = v_schedule.name;
        v_count := v_count + 1;
    end loop;
    return v_count;
end;
$$;

comment on function util.enqueue_due_schedules(timestamptz) is
'Enqueues the jobs of schedules that are due: once, however often they were missed, and not while
their last job still waits.

Definer, because nobody may write to the queue but its functions.

Args: p_at: the present time.
Returns: how many schedules were due.
Caller: service; each minute by util.run_due_jobs() or a worker.';

revoke all on function util.enqueue_due_schedules(timestamptz) from public;
grant execute on function util.enqueue_due_schedules(timestamptz) to service_role;
