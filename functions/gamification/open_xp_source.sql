create or replace function gamification.open_xp_source(
    p_user_id uuid, p_source gamification.xp_sources
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_last_credited_at timestamptz;
begin
    insert into gamification.user_xp_sources (user_id, source_type, action_type)
    values (p_user_id, p_source.source_type, p_source.action_type)
    on conflict (user_id, source_type, action_type) do nothing;
    if found then
        return;
    end if;

    select us.last_credited_at into strict v_last_credited_at
    from gamification.user_xp_sources as us
    where
        us.user_id = p_user_id
        and us.source_type = p_source.source_type
        and us.action_type = p_source.action_type;
    if
        p_source.cooldown_sec > 0
        and v_last_credited_at > now() - make_interval(secs => p_source.cooldown_sec)
    then
        raise sqlstate 'PT409' using
            message = 'too soon after the last credit of this source',
            detail = 'xp.cooldown_active',
            hint = format('%s seconds must pass between two.', p_source.cooldown_sec);
    end if;
    raise sqlstate 'PT409' using
        message = 'this would pass what the source gives in one day',
        detail = 'xp.daily_cap_reached',
        hint = format('At most %s XP a day, counted in UTC.', p_source.daily_cap);
end;
$$;

comment on function gamification.open_xp_source(uuid, gamification.xp_sources) is
'Makes the row that counts a person''s credits of a source; where there is one, the credit was
refused, and this says why.

Args: p_user_id: the person, whose account the caller has locked; p_source: the version that counts.
Returns: nothing.
Raises: PT409 xp.cooldown_active, PT409 xp.daily_cap_reached.
Caller: gamification.credit_xp().';

revoke all on function gamification.open_xp_source(uuid, gamification.xp_sources) from public;
