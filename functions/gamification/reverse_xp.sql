create or replace function gamification.reverse_xp(
    p_user_id uuid,
    p_idempotency_key text,
    p_reason text,
    p_key text,
    out event_id uuid,
    out xp_delta bigint,
    out xp_before bigint,
    out xp_after bigint,
    out level_before integer,
    out level_after integer,
    out replayed boolean
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event gamification.xp_events;
begin
    if not (util.is_service() or rbac.has_permission(auth.uid(), 'xp.reverse')) then
        raise sqlstate 'PT403' using
            message = 'the permission xp.reverse is required',
            detail = 'xp.denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
    if p_user_id is null or (length(p_key) between 1 and 200) is not true then
        perform gamification.refuse_xp_request(p_user_id, p_key);
    end if;
    if (length(btrim(p_reason)) between 1 and 500) is not true then
        raise sqlstate 'PT400' using
            message = 'a reason of 1 to 500 characters is required',
            detail = 'xp.reason_required',
            hint = 'Send the reason why the credit is taken back.';
    end if;
    select e.* into v_event
    from gamification.xp_idempotency_keys as k
    inner join gamification.xp_events as e
        on k.user_id = e.user_id and k.event_created_at = e.created_at and k.event_id = e.id
    where k.user_id = p_user_id and k.key = p_idempotency_key;
    if not found or v_event.xp_delta <= 0 then
        raise sqlstate 'PT404' using
            message = 'no credit with this key can be taken back',
            detail = 'xp.credit_not_found',
            hint = 'Check the key; reversals, and credits of archived months, cannot be taken '
            'back.';
    end if;

    select * into event_id, xp_delta, xp_before, xp_after, level_before, level_after, replayed
    from gamification.post_xp(
        p_user_id,
        p_key,
        'system',
        'reversal',
        -v_event.xp_delta,
        jsonb_build_object('reverses', p_idempotency_key, 'reason', p_reason)
    );
    if replayed then
        return;
    end if;
    -- The account is locked, so that the second of two reversals with different keys finds the
    -- first.
    update gamification.xp_idempotency_keys as k
    set reversed_at = now()
    where k.user_id = p_user_id and k.key = p_idempotency_key and k.reversed_at is null;
    if not found then
        raise sqlstate 'PT409' using
            message = 'the credit was already taken back',
            detail = 'xp.already_reversed',
            hint = 'Do nothing: a credit is taken back once.';
    end if;
    update gamification.user_xp as u
    set credits[s.slot] = u.credits[s.slot] - 1
    from (
        select distinct x.slot
        from gamification.xp_sources as x
        where x.source_type = v_event.source_type and x.action_type = v_event.action_type
    ) as s
    where u.user_id = p_user_id and v_event.source_version is not null;
end;
$$;

comment on function gamification.reverse_xp(uuid, text, text, text) is
'Takes a credit back by an event of its own; the credit stays in the ledger. Cooldown and cap stay
used, and anything unlocked in the meantime is kept.

Definer, because nobody writes the ledger directly.

Args: p_user_id: the person; p_idempotency_key: the key of the credit; p_reason: required; p_key:
idempotency key of the reversal.
Returns: as gamification.credit_xp(), with a negative delta.
Raises: PT403 xp.denied, PT400 xp.request_invalid, PT400 xp.reason_required, PT404
xp.credit_not_found, PT409 xp.already_reversed, PT409 idempotency.key_reused, PT409
xp.balance_negative.
Caller: staff with xp.reverse; service.';

revoke all on function gamification.reverse_xp(uuid, text, text, text) from public;
grant execute on function gamification.reverse_xp(uuid, text, text, text) to staff, service_role;
