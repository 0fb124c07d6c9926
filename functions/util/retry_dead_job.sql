create or replace function util.retry_dead_job(p_job_id bigint) returns timestamptz
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_run_at timestamptz;
begin
    update util.job_queue
    set
        status = 'ready',
        died_at = null,
        waiting_key = unique_key,
        attempts = 0,
        run_at = clock_timestamp()
    where id = p_job_id and status = 'dead'
    returning run_at into v_run_at;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no dead job has the id %s', p_job_id),
            detail = 'job.not_dead',
            hint = 'Send the id of a job in util.job_queue whose status is dead.';
    end if;
    return v_run_at;
exception when unique_violation then
    raise sqlstate 'PT409' using
        message = 'a job with the same unique key is already waiting',
        detail = 'job.waits_already',
        hint = 'Let the waiting job do the work.';
end;
$$;

comment on function util.retry_dead_job(bigint) is
'Gives a dead job its attempts back, once the cause of its failure is fixed.

Definer, because nobody may write to the queue but its functions.

Args: p_job_id: the job.
Returns: when it is due: now.
Raises: PT404 job.not_dead, PT409 job.waits_already.
Caller: service.';

revoke all on function util.retry_dead_job(bigint) from public;
grant execute on function util.retry_dead_job(bigint) to service_role;
