-- Completed jobs stay in the index for as long as any transaction is older than they are, and a
-- claim from the start walks over all of them. So a session remembers how far it came in each
-- priority, and trusts that for twenty times as long as its last walk from the start took, up to
-- 5 s. Then it walks again, for what has come up behind: late commits, expired leases.
create or replace function util.claim_jobs(
    p_queue text, p_worker text, p_limit integer default 1, p_lease interval default '1 minute'
) returns table (
    job_id bigint, kind text, payload jsonb, attempt integer, max_attempts integer,
    lease_token uuid, lease_expires_at timestamptz
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
    v_hint text[] := string_to_array(current_setting(v_setting, true), '|');
    v_is_hinted boolean := coalesce(
        date_part('epoch', v_now) between v_hint[1]::float8 - 5 and v_hint[1]::float8, false
    );
    v_priorities integer[] := case when v_is_hinted then v_hint[3] else '{}' end;
    v_times float8[] := case when v_is_hinted then v_hint[4] else '{}' end;
    v_ids bigint[] := case when v_is_hinted then v_hint[5] else '{}' end;
    v_next integer := 1;
    v_priority integer := -1;
    v_run_at timestamptz;
    v_id bigint;
    v_wanted integer := p_limit;
    v_lost_token uuid;
    v_lost_worker text;
    v_lost_started_at timestamptz;
begin
    perform util.assert_claim(p_queue, p_worker, p_limit, p_lease);
    while v_wanted > 0 loop
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
        elsif v_is_hinted and v_hint[2]::float8 < 0.0005 then
            -- Too few, and a walk from the start is cheap.
            v_is_hinted := false;
            v_now := clock_timestamp();
            v_priorities := '{}';
            v_times := '{}';
            v_ids := '{}';
            v_next := 1;
            v_priority := -1;
            continue;
        else
            exit;
        end if;

        for job_id, kind, payload, attempt, max_attempts, lease_token, lease_expires_at, v_run_at,
            v_lost_token, v_lost_worker, v_lost_started_at
        in
            with picked as (
                select q.id, q.lease_token, q.worker, q.started_at
                from util.job_queue as q
                where
                    q.queue = p_queue and q.died_at is null and q.priority = v_priority
                    and (q.run_at, q.id) >= (v_run_at, v_id) and q.run_at <= v_now
                    and (q.lease_expires_at is null or q.lease_expires_at <= v_now)
                    and q.attempts < q.max_attempts
                order by q.run_at, q.id
                limit v_wanted
                for update skip locked
            )

            update util.job_queue as q
            set
                status = 'running', attempts = q.attempts + 1, waiting_key = null,
                lease_token = gen_random_uuid(), lease_expires_at = v_now + p_lease,
                worker = p_worker, started_at = v_now
            from picked
            where q.id = picked.id
            returning
                q.id, q.kind, q.payload, q.attempts, q.max_attempts, q.lease_token,
                q.lease_expires_at, q.run_at, picked.lease_token, picked.worker, picked.started_at
        loop
            if v_lost_token is not null then
                insert into util.job_runs (
                    job_id, lease_token, queue, kind, attempt, worker, outcome, started_at
                )
                values (
                    job_id, v_lost_token, p_queue, kind, attempt - 1, v_lost_worker, 'expired',
                    v_lost_started_at
                );
            end if;
            v_wanted := v_wanted - 1;
            v_times[v_next] := date_part('epoch', v_run_at);
            v_ids[v_next] := job_id;
            return next;
        end loop;
        v_next := v_next + 1;
    end loop;

    if not v_is_hinted then
        v_hint[2] := date_part('epoch', clock_timestamp() - v_now)::text;
        v_hint[1] := (date_part('epoch', v_now) + least(20 * v_hint[2]::float8, 5))::text;
    end if;
    perform set_config(
        v_setting, concat_ws('|', v_hint[1], v_hint[2], v_priorities, v_times, v_ids), false
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
