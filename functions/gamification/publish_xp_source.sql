create or replace function gamification.publish_xp_source(
    p_source_type text,
    p_action_type text,
    p_xp_value integer,
    p_cooldown_sec integer default 0,
    p_daily_cap integer default null,
    p_valid_from timestamptz default null,
    p_metadata jsonb default '{}'
) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_valid_from timestamptz := coalesce(p_valid_from, now());
    v_last gamification.xp_sources;
begin
    perform gamification.assert_may_manage();
    if (
        p_source_type ~ '^[a-z][a-z0-9_]{0,59}$'
        and p_action_type ~ '^[a-z][a-z0-9_]{0,59}$'
        -- Names that rewards and reversals have in the ledger.
        and p_source_type not in ('system', 'achievement', 'quest')
        and p_xp_value between 1 and 1000000
        and p_cooldown_sec between 0 and 31536000
        and (p_daily_cap is null or p_daily_cap >= p_xp_value)
        and v_valid_from >= now()
        and jsonb_typeof(p_metadata) = 'object'
        and length(p_metadata::text) <= 8192
    ) is not true then
        raise sqlstate 'PT400' using
            message = 'the source of XP is invalid',
            detail = 'xp_source.invalid',
            hint = 'Send names in snake_case, 1 to 1,000,000 XP, a cap of at least one credit '
            'and a start that is not in the past.';
    end if;

    -- One at a time: versions and slots follow each other.
    perform pg_advisory_xact_lock(hashtextextended('gamification.xp_sources', 0));
    select * into v_last
    from gamification.xp_sources as s
    where s.source_type = p_source_type and s.action_type = p_action_type
    order by s.version desc
    limit 1;
    if v_last.valid_from > v_valid_from then
        raise sqlstate 'PT409' using
            message = 'a later version of this source was already published',
            detail = 'xp_source.later_version',
            hint = 'End that version first, or let this one begin after it.';
    end if;
    update gamification.xp_sources as s
    set valid_to = v_valid_from
    where s.id = v_last.id and (s.valid_to is null or s.valid_to > v_valid_from);
    insert into gamification.xp_sources (
        source_type, action_type, slot, version, xp_value, cooldown_sec, daily_cap, valid_from,
        metadata
    ) values (
        p_source_type,
        p_action_type,
        coalesce(v_last.slot, (select coalesce(max(s.slot), 0) + 1 from gamification.xp_sources as s)),
        coalesce(v_last.version, 0) + 1,
        p_xp_value,
        p_cooldown_sec,
        p_daily_cap,
        v_valid_from,
        p_metadata
    );
    return coalesce(v_last.version, 0) + 1;
end;
$$;

comment on function gamification.publish_xp_source(
    text, text, integer, integer, integer, timestamptz, jsonb
) is
'Makes a new version of a source of XP and ends the one before it at the same moment. Credits made
so far stay as they are.

Definer, because versions follow rules that no policy can express.

Args: p_source_type, p_action_type: its names; p_xp_value: 1 to 1,000,000; p_cooldown_sec: seconds
between two credits of a person; p_daily_cap: most XP a day (UTC), null for no cap; p_valid_from:
the start, null for now, never in the past; p_metadata: an object for the app.
Returns: the version.
Raises: PT403 gamification.denied, PT400 xp_source.invalid, PT409 xp_source.later_version.
Caller: staff with gamification.manage; service.';

revoke all on function gamification.publish_xp_source(
    text, text, integer, integer, integer, timestamptz, jsonb
) from public;
grant execute on function gamification.publish_xp_source(
    text, text, integer, integer, integer, timestamptz, jsonb
) to staff, service_role;
