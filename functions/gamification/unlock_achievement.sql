create or replace function gamification.unlock_achievement(
    p_user_id uuid,
    p_achievement_key text,
    p_details jsonb default '{}',
    out achievement_id uuid,
    out unlocked_at timestamptz,
    out xp_delta bigint,
    out replayed boolean
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_definition gamification.achievement_definitions;
begin
    if p_user_id is null or (
        jsonb_typeof(p_details) = 'object' and length(p_details::text) <= 4096
    ) is not true then
        raise sqlstate 'PT400' using
            message = 'a person and details of at most 4,096 characters are required',
            detail = 'achievement.invalid',
            hint = 'Send user_id, and details as a JSON object or not at all.';
    end if;
    select * into v_definition
    from gamification.achievement_definitions as d
    where d.key = p_achievement_key;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no achievement has the key %L', p_achievement_key),
            detail = 'achievement.not_found',
            hint = 'Send a key from the view achievements.';
    end if;
    if not exists (select from public.profiles where id = p_user_id and erased_at is null) then
        raise sqlstate 'PT404' using
            message = format('no person has the id %L', p_user_id),
            detail = 'user.not_found',
            hint = 'Check the id; it is the id of a login that was not erased.';
    end if;

    -- The row is the key: each is unlocked once.
    achievement_id := v_definition.id;
    insert into gamification.user_achievements as ua (user_id, achievement_id, details)
    select p_user_id, v_definition.id, p_details
    where v_definition.is_active
    on conflict on constraint pk_user_achievements do nothing
    returning ua.unlocked_at into unlocked_at;
    replayed := not found;
    if replayed then
        select ua.unlocked_at into unlocked_at
        from gamification.user_achievements as ua
        where ua.user_id = p_user_id and ua.achievement_id = v_definition.id;
        if not found then
            raise sqlstate 'PT409' using
                message = format(
                    'the achievement %L can no longer be unlocked', p_achievement_key
                ),
                detail = 'achievement.inactive',
                hint = 'Stop offering it; people who have unlocked it keep it.';
        end if;
        select coalesce(sum(e.xp_delta), 0) into xp_delta
        from gamification.xp_idempotency_keys as k
        inner join gamification.xp_events as e
            on k.user_id = e.user_id and k.event_created_at = e.created_at and k.event_id = e.id
        where k.user_id = p_user_id and k.key = 'achievement:' || p_achievement_key;
        return;
    end if;

    xp_delta := v_definition.xp_reward;
    if xp_delta > 0 then
        perform gamification.post_xp(
            p_user_id,
            'achievement:' || p_achievement_key,
            'achievement',
            'unlocked',
            xp_delta,
            jsonb_build_object('achievement', p_achievement_key)
        );
    end if;
end;
$$;

comment on function gamification.unlock_achievement(uuid, text, jsonb) is
'Gives a person an achievement, once, and credits its reward in the same transaction under the key
achievement:<key>.

Definer, because nobody writes achievements or the ledger directly.

Args: p_user_id: the person; p_achievement_key: the achievement; p_details: about the occasion, an
object of at most 4,096 characters.
Returns: the achievement, when it was unlocked, the XP credited for it, and whether it was already
unlocked.
Raises: PT400 achievement.invalid, PT404 achievement.not_found, PT409 achievement.inactive, PT404
user.not_found.
Caller: service, and functions of this package.';

revoke all on function gamification.unlock_achievement(uuid, text, jsonb) from public;
grant execute on function gamification.unlock_achievement(uuid, text, jsonb) to service_role;
