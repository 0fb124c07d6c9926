create or replace function api.unlock_achievement(
    user_id uuid,
    achievement_key text,
    details jsonb default '{}',
    out achievement_id uuid,
    out unlocked_at timestamptz,
    out xp_delta bigint,
    out replayed boolean
)
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.achievement_id,
        x.unlocked_at,
        x.xp_delta,
        x.replayed
    from gamification.unlock_achievement(user_id, achievement_key, details) as x;
end;

comment on function api.unlock_achievement(uuid, text, jsonb) is
'Gives a person an achievement, once, and credits its reward in the same transaction under the key
achievement:<key>.

Args: user_id: the person; achievement_key: the achievement; details: about the occasion, an object
of at most 4,096 characters.
Returns: the achievement, when it was unlocked, the XP credited for it, and whether it was already
unlocked.
Raises: PT400 achievement.invalid, PT404 achievement.not_found, PT409 achievement.inactive, PT404
user.not_found.
Caller: service.';

revoke all on function api.unlock_achievement(uuid, text, jsonb) from public;
grant execute on function api.unlock_achievement(uuid, text, jsonb)
to service_role;
