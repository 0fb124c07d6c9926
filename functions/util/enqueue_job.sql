create or replace function util.enqueue_job(
    p_queue text,
    p_kind text,
    p_payload jsonb default '{}',
    p_run_at timestamptz default null,
    p_priority integer default 100,
    p_unique_key text default null,
    p_max_attempts integer default 10
) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_run_at timestamptz := coalesce(p_run_at, v_now);
    v_id bigint;
begin
    if not coalesce(
        p_queue ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' and length(p_queue) <= 100
        and p_kind ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' and length(p_kind) <= 100
        and jsonb_typeof(p_payload) = 'object' and pg_column_size(p_payload) <= 65536
        and isfinite(v_run_at)
        and p_priority between 0 and 1000
        and p_max_attempts between 1 and 100
        and (p_unique_key is null or length(p_unique_key) between 1 and 200),
        false
    ) then
        raise sqlstate 'PT400' using
            message = 'the queue, kind, payload, priority, unique key or number of attempts is '
            'invalid',
            detail = 'job.invalid',
            hint = 'Send queue and kind as words joined by dots (up to 100 characters), an '
            'object of up to 64 KiB as payload, a priority from 0 to 1000, 1 to 100 attempts and '
            'a unique key of 1 to 200 characters.';
    end if;

    loop
        -- If a claim of the waiting job is under way, this waits for its end.
        insert into util.job_queue (
            queue, kind, payload, priority, run_at, max_attempts, unique_key, waiting_key
        )
        values (
            p_queue, p_kind, p_payload, p_priority, v_run_at, p_max_attempts, p_unique_key,
            p_unique_key
        )
        on conflict (queue, waiting_key) where waiting_key is not null do nothing
        returning id into v_id;
        exit when found;

        -- The lock keeps the job from being claimed before what the caller changed is committed.
        select q.id into v_id
        from util.job_queue as q
        where q.queue = p_queue and q.waiting_key = p_unique_key
        for share;
        if found then
            return v_id;
        end if;
    end loop;

    if v_run_at <= v_now then
        perform util.notify_workers(p_queue);
    end if;
    return v_id;
end;
$$;

comment on function util.enqueue_job(
    text, text, jsonb, timestamptz, integer, text, integer
) is
'Enqueues work to be done once the caller''s transaction is committed.

Definer, because nobody may write to the queue but its functions.

Args: p_queue: the queue; p_kind: the kind of work; p_payload: an object with its arguments;
p_run_at: the earliest start, null: now; p_priority: 0 to 1000, lower first; p_unique_key: names the
work, so that it waits only once in its queue; p_max_attempts: 1 to 100.
Returns: the job''s id; with a unique key perhaps the id of a job that already waits, which stays as
it is.
Raises: PT400 job.invalid.
Caller: service, and functions of this package.';

revoke all on function util.enqueue_job(
    text, text, jsonb, timestamptz, integer, text, integer
) from public;
grant execute on function util.enqueue_job(
    text, text, jsonb, timestamptz, integer, text, integer
) to service_role;
