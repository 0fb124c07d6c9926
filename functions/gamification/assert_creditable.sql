create or replace function gamification.assert_creditable(
    p_account gamification.user_xp,
    p_source gamification.xp_sources
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_credited_at timestamptz := p_account.credited_at[p_source.slot];
begin
    if
        p_source.cooldown_sec > 0
        and v_credited_at > now() - make_interval(secs => p_source.cooldown_sec)
    then
        raise sqlstate 'PT409' using
            message = 'this source was credited too recently',
            detail = 'xp.cooldown_active',
            hint = format(
                'Wait until %s seconds have passed since the last credit.', p_source.cooldown_sec
            );
    end if;
    if
        v_credited_at >= date_trunc('day', now(), 'UTC')
        and p_account.xp_on_day[p_source.slot] + p_source.xp_value > p_source.daily_cap
    then
        raise sqlstate 'PT409' using
            message = 'this credit would exceed the daily cap of the source',
            detail = 'xp.daily_cap_reached',
            hint = format(
                'Try again tomorrow (UTC): the source gives at most %s XP a day.',
                p_source.daily_cap
            );
    end if;
end;
$$;

comment on function gamification.assert_creditable(
    gamification.user_xp, gamification.xp_sources
) is
'Refuses a credit that comes too soon or would exceed the daily cap.

Args: p_account: the person''s row, locked; p_source: the version that counts.
Returns: nothing.
Raises: PT409 xp.cooldown_active, PT409 xp.daily_cap_reached.
Caller: gamification.move_xp().';

revoke all on function gamification.assert_creditable(
    gamification.user_xp, gamification.xp_sources
) from public;
