-- Completed jobs stay in the index for as long as any transaction is older than they are, and a
-- claim from the start walks over all of them. So a session remembers how far it came in each
-- priority, and trusts that for twenty times as long as its last walk from the start took, up to
-- 5 s. Then it walks again, for what has come up behind: late commits, expired leases.
create or replace function util.claim_jobs(
    p_queue text,
    p_worker text,
    p_limit integer default 1,
    p_lease interval default '1 minute'
) returns table (
    job_id bigint,
    kind text,
    payload jsonb,
    attempt integer,
    max_attempts integer,
    lease_token uuid,
    lease_expires_at timestamptz
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- Statistics of a queue are always outdated: the one good plan is known, and kept.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
declare
    v_now timestamptz := clock_timestamp();
    v_setting text := 'util.jobs_' || replace(p_queue, '.', '$');
    v_trail record;
    v_priorities integer[];
    v_times float8[];
    v_ids bigint[];
    v_next integer := 1;
    v_priority integer := -1;
    v_run_at timestamptz;
    v_id bigint;
    v_wanted integer := p_limit;
begin
    perform util.assert_claim(p_queue, p_worker, p_limit, p_lease);
    v_trail := util.read_claim_trail(v_setting, v_now);
    v_priorities := v_trail.priorities;
    v_times := v_trail.times;
    v_ids := v_trail.ids;
    while v_wanted > 0 loop
        -- Jobs of a priority that is not on the trail yet, before its next one.
        select q.priority, q.run_at, q.id into v_priority, v_run_at, v_id
        from util.job_queue as q
        where
            q.queue = p_queue and q.died_at is null
            and q.priority > v_priority and q.priority < coalesce(v_priorities[v_next], 1001)
        order by q.priority, q.run_at, q.id
        limit 1;
        if found then
            v_priorities := v_priorities[:v_next - 1] || v_priority || v_priorities[v_next:];
            v_times := v_times[:v_next - 1] || date_part('epoch', v_run_at) || v_times[v_next:];
            v_ids := v_ids[:v_next - 1] || v_id || v_ids[v_next:];
        elsif v_next <= cardinality(v_priorities) then
            v_priority := v_priorities[v_next];
            v_run_at := to_timestamp(v_times[v_next]);
            v_id := v_ids[v_next];
        elsif v_trail.is_trusted and v_trail.walk_sec < 0.0005 then
            -- Too few, and a walk from the start is cheap.
            v_now := clock_timestamp();
            v_trail := util.read_claim_trail(null, v_now);
            v_priorities := v_trail.priorities;
            v_times := v_trail.times;
            v_ids := v_trail.ids;
            v_next := 1;
            v_priority := -1;
            continue;
        else
            exit;
        end if;
        for job_id, kind, payload, attempt, max_attempts, lease_token, lease_expires_at, v_run_at in
            select * from util.take_jobs(
                p_queue, v_priority, v_run_at, v_id, v_now, v_wanted, p_worker, p_lease
            )
        loop
            v_wanted := v_wanted - 1;
            v_times[v_next] := date_part('epoch', v_run_at);
            v_ids[v_next] := job_id;
            return next;
        end loop;
        v_next := v_next + 1;
    end loop;
    if not v_trail.is_trusted then
        v_trail.walk_sec := date_part('epoch', clock_timestamp() - v_now);
        v_trail.trusted_until := date_part('epoch', v_now) + least(20 * v_trail.walk_sec, 5);
    end if;
    perform set_config(
        v_setting,
        concat_ws('|', v_trail.trusted_until, v_trail.walk_sec, v_priorities, v_times, v_ids),
        false
    );
end;
$$;

comment on function util.claim_jobs(text, text, integer, interval) is
'Takes jobs that are due: ready ones, and those whose worker was not heard of until its lease
expired. By priority, then by time.

Definer, because nobody may write to the queue but its functions.

Args: p_queue: the queue; p_worker: who takes them, for people to read; p_limit: how many at most, 1
to 1000; p_lease: how long the worker is trusted to be alive, from a second to a week.
Returns: the jobs. Each attempt has a lease_token of its own, which util.heartbeat_job(),
complete_job() and fail_job() ask for.
Raises: PT400 job.claim_invalid.
Caller: service; workers, each time in a transaction of its own.';

revoke all on function util.claim_jobs(text, text, integer, interval) from public;
grant execute on function util.claim_jobs(text, text, integer, interval) to service_role;
