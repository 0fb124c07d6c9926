create or replace function api.credit_xp(
    user_id uuid,
    source_type text,
    action_type text,
    idempotency_key text,
    reference jsonb default '{}',
    out event_id uuid,
    out xp_delta bigint,
    out xp_before bigint,
    out xp_after bigint,
    out level_before integer,
    out level_after integer,
    out replayed boolean
)
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.event_id,
        x.xp_delta,
        x.xp_before,
        x.xp_after,
        x.level_before,
        x.level_after,
        x.replayed
    from gamification.credit_xp(user_id, source_type, action_type, idempotency_key, reference) as x;
end;

comment on function api.credit_xp(uuid, text, text, text, jsonb) is
'Credits a person with the XP of a source, once for each key, even across months.

Args: user_id: the person; source_type, action_type: names of an xp_source, of which the version
valid now counts; idempotency_key: 1 to 200 characters, new for each credit and sent again when the
request is repeated; reference: the occasion, an object of at most 4,096 characters.
Returns: the event''s id, the XP credited, the total and the level before and after, and whether
this is the stored answer of an earlier call (replayed).
Raises: PT400 xp.request_invalid, PT404 xp.source_unknown, PT404 user.not_found, PT409
idempotency.key_reused, PT410 xp.event_archived, PT409 xp.cooldown_active, PT409
xp.daily_cap_reached. A credit that would exceed the daily cap is refused as a whole.
Caller: service.';

revoke all on function api.credit_xp(uuid, text, text, text, jsonb) from public;
grant execute on function api.credit_xp(uuid, text, text, text, jsonb)
to service_role;
