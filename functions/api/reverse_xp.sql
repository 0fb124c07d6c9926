create or replace function api.reverse_xp(
    user_id uuid,
    idempotency_key text,
    reason text,
    key text,
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
    from gamification.reverse_xp(user_id, idempotency_key, reason, key) as x;
end;

comment on function api.reverse_xp(uuid, text, text, text) is
'Takes a credit back by an event of its own; the credit stays in the ledger. Cooldown and cap stay
used, and anything unlocked in the meantime is kept.

Args: user_id: the person; idempotency_key: the key of the credit; reason: required; key:
idempotency key of the reversal.
Returns: as credit_xp, with a negative delta.
Raises: PT403 xp.denied, PT400 xp.request_invalid, PT400 xp.reason_required, PT404
xp.credit_not_found, PT409 xp.already_reversed, PT409 idempotency.key_reused, PT409
xp.balance_negative.
Caller: staff with xp.reverse; service.';

revoke all on function api.reverse_xp(uuid, text, text, text) from public;
grant execute on function api.reverse_xp(uuid, text, text, text)
to staff, service_role;
