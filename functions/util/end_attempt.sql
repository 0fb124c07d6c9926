create or replace function util.end_attempt(
    p_job util.job_queue,
    p_outcome text,
    p_error text,
    p_retry_at timestamptz
) returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_status text := case
        when p_job.attempts < p_job.max_attempts then 'ready' else 'dead'
    end;
    v_outcome text := case v_status when 'dead' then 'dead' else p_outcome end;
begin
    begin
        update util.job_queue
        set
            status = v_status,
            waiting_key = case v_status when 'ready' then p_job.unique_key end,
            run_at = case v_status when 'ready' then p_retry_at else run_at end,
            died_at = case v_status when 'dead' then clock_timestamp() end,
            last_error = p_error,
            lease_token = null,
            lease_expires_at = null
        where id = p_job.id;
    exception when unique_violation then
        -- The same work was enqueued again since this attempt began, and waits.
        delete from util.job_queue where id = p_job.id;
        v_outcome := 'superseded';
    end;
    insert into util.job_runs (
        job_id, lease_token, queue, kind, attempt, worker, outcome, error, started_at
    )
    values (
        p_job.id, p_job.lease_token, p_job.queue, p_job.kind, p_job.attempts, p_job.worker,
        v_outcome, p_error, p_job.started_at
    );
    return case v_outcome when 'superseded' then v_outcome else v_status end;
end;
$$;

comment on function util.end_attempt(util.job_queue, text, text, timestamptz) is
'Ends an attempt that did not succeed.

Args: p_job: the job''s row, locked by the caller; p_outcome: failed or expired; p_error: why;
p_retry_at: when the next attempt may begin.
Returns: ready; dead if no attempt is left; superseded if the same work already waits.
Caller: functions of this package.';

revoke all on function util.end_attempt(util.job_queue, text, text, timestamptz) from public;
