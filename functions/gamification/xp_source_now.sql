create or replace function gamification.xp_source_now(p_source_type text, p_action_type text)
returns gamification.xp_sources
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_source gamification.xp_sources;
begin
    select * into v_source
    from gamification.xp_sources as s
    where
        s.source_type = p_source_type
        and s.action_type = p_action_type
        and s.valid_from <= now()
        and (s.valid_to is null or s.valid_to > now());
    if not found then
        raise sqlstate 'PT404' using
            message = format(
                'no source of XP called %L and %L counts now', p_source_type, p_action_type
            ),
            detail = 'xp.source_unknown',
            hint = 'Send names from the view xp_sources, of a version that is valid now.';
    end if;
    return v_source;
end;
$$;

comment on function gamification.xp_source_now(text, text) is
'The version of a source that counts now.

Args: p_source_type, p_action_type: its names.
Returns: its row.
Raises: PT404 xp.source_unknown.
Caller: functions of the ledger.';

revoke all on function gamification.xp_source_now(text, text) from public;
