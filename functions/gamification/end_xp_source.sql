create or replace function gamification.end_xp_source(p_source_type text, p_action_type text)
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ended integer;
begin
    perform gamification.assert_may_manage();
    -- A version that has not begun ends when it would begin: it never counts.
    update gamification.xp_sources as s
    set valid_to = greatest(s.valid_from, now())
    where
        s.source_type = p_source_type
        and s.action_type = p_action_type
        and (s.valid_to is null or s.valid_to > greatest(s.valid_from, now()));
    get diagnostics v_ended = row_count;
    return v_ended;
end;
$$;

comment on function gamification.end_xp_source(text, text) is
'Ends a source of XP now, including versions that have not begun.

Definer, because versions follow rules that no policy can express.

Args: p_source_type, p_action_type: its names.
Returns: how many versions ended; 0 if the source had ended or never existed.
Raises: PT403 gamification.denied.
Caller: staff with gamification.manage; service.';

revoke all on function gamification.end_xp_source(text, text) from public;
grant execute on function gamification.end_xp_source(text, text) to staff, service_role;
