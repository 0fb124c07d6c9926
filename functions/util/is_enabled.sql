-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call.
create or replace function util.is_enabled(p_flag text) returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (
            select
                f.is_enabled
                and (
                    f.rollout_percent = 100
                    -- The first 32 bits of sha256 are the same on every server and version.
                    or (
                        'x' || left(
                            encode(
                                sha256(convert_to(f.key || ':' || auth.uid()::text, 'UTF8')), 'hex'
                            ),
                            8
                        )
                    )::bit(32)::bigint % 100 < f.rollout_percent
                    or exists (
                        select
                        from rbac.effective_roles as r
                        where r.user_id = auth.uid() and r.role = any(f.cohorts)
                    )
                )
            from util.feature_flags as f
            where f.key = p_flag
        ),
        false
    );
end;
$$;

comment on function util.is_enabled(text) is
'Whether a feature is on for the caller.

Definer, because nobody may read the list of flags.

Args: p_flag: the flag''s key.
Returns: false for an unknown flag; for anonymous callers only a flag at 100 percent is on.
Caller: anyone, for themselves.';

revoke all on function util.is_enabled(text) from public;
grant execute on function util.is_enabled(text) to anon, authenticated, staff, service_role;
