create or replace function util.run_job(p_job_id bigint, p_lease_token uuid) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kind text;
    v_payload jsonb;
    v_handler regprocedure;
    v_result jsonb;
    v_error text;
    v_where text;
begin
    -- Without a lock, because heartbeats come while the handler runs. complete_job() checks the
    -- lease at the end.
    select kind, payload into v_kind, v_payload
    from util.job_queue
    where id = p_job_id and lease_token = p_lease_token;
    if not found then
        perform util.raise_lease_lost();
    end if;

    begin
        select to_regprocedure(format('%s(jsonb)', h.function_name)) into v_handler
        from util.job_handlers as h
        where h.kind = v_kind;
        if v_handler is null then
            raise sqlstate 'PT404' using
                message = 'the database has no handler for this kind of job',
                detail = 'job.no_handler',
                hint = 'Add a row for this kind to util.job_handlers, or claim the job with a '
                'worker of your own.';
        end if;
        execute format('select %s($1)', v_handler::regproc) into v_result using v_payload;
        -- Checks deferred to the commit belong to the handler: they fail here or not at all.
        set constraints all immediate;
        set constraints all deferred;
    exception when others then
        get stacked diagnostics
            v_error = message_text, v_where = pg_exception_detail;
        v_error := concat_ws(': ', sqlstate, v_error, nullif(v_where, ''));
    end;

    if v_error is null then
        perform util.complete_job(p_job_id, p_lease_token, v_result);
        return jsonb_build_object('outcome', 'completed', 'result', v_result);
    end if;
    return jsonb_build_object(
        'outcome', util.fail_job(p_job_id, p_lease_token, v_error), 'error', v_error
    );
end;
$$;

comment on function util.run_job(bigint, uuid) is
'Runs a claimed job in the database: calls its handler, and completes the job in the same
transaction, so that the effect is applied exactly once. If the handler fails, only its effects are
undone and the job is failed.

Definer, because handlers change tables that their callers may not.

Args: p_job_id, p_lease_token: the attempt.
Returns: {"outcome": "completed", "result": ...}, or {"outcome": "ready", "dead" or "superseded",
"error": ...}.
Raises: PT409 job.lease_lost (by util.raise_lease_lost); a job without a handler fails with PT404
job.no_handler.
Caller: service; util.run_due_jobs and dbtool worker.';

revoke all on function util.run_job(bigint, uuid) from public;
grant execute on function util.run_job(bigint, uuid) to service_role;
