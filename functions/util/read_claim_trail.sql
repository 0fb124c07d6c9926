create or replace function util.read_claim_trail(
    p_setting text,
    p_now timestamptz,
    out is_trusted boolean,
    out trusted_until float8,
    out walk_sec float8,
    out priorities integer[],
    out times float8[],
    out ids bigint[]
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kept text[] := string_to_array(current_setting(p_setting, true), '|');
begin
    is_trusted := coalesce(
        date_part('epoch', p_now) between v_kept[1]::float8 - 5 and v_kept[1]::float8, false
    );
    trusted_until := v_kept[1];
    walk_sec := v_kept[2];
    priorities := case when is_trusted then v_kept[3] else '{}' end;
    times := case when is_trusted then v_kept[4] else '{}' end;
    ids := case when is_trusted then v_kept[5] else '{}' end;
end;
$$;

comment on function util.read_claim_trail(text, timestamptz) is
'How far this session''s claims came in a queue, as util.claim_jobs() left it.

Args: p_setting: where it is kept, null for a walk from the start; p_now: when the claim began.
Returns: is_trusted: whether it still counts; trusted_until: seconds since 1970; walk_sec: seconds
that the last walk from the start took; and, each priority in order, priorities, and times (seconds
since 1970) and ids of the last job that was claimed there; none where it does not count.
Caller: util.claim_jobs.';

revoke all on function util.read_claim_trail(text, timestamptz) from public;
