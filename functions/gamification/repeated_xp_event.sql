create or replace function gamification.repeated_xp_event(
    p_user_id uuid,
    p_key text,
    p_source_type text,
    p_action_type text,
    p_reference jsonb
) returns gamification.xp_events
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event gamification.xp_events;
begin
    if (
        p_user_id is not null
        and length(p_key) between 1 and 200
        and jsonb_typeof(p_reference) = 'object'
    ) is not true then
        perform gamification.refuse_xp_request(p_user_id, p_key);
    end if;
    select e.* into v_event
    from gamification.xp_idempotency_keys as k
    inner join gamification.xp_events as e
        on k.user_id = e.user_id and k.event_created_at = e.created_at and k.event_id = e.id
    where k.user_id = p_user_id and k.key = p_key;
    if not found then
        raise sqlstate 'PT410' using
            message = 'the key was used, and its event is archived',
            detail = 'xp.event_archived',
            hint = 'Do nothing: the credit counts, although its month is no longer in the '
            'journal.';
    end if;
    if (v_event.source_type, v_event.action_type, v_event.reference)
        is distinct from (p_source_type, p_action_type, p_reference)
    then
        raise sqlstate 'PT409' using
            message = 'the idempotency key was used for another request',
            detail = 'idempotency.key_reused',
            hint = 'Send a new key.';
    end if;
    return v_event;
end;
$$;

comment on function gamification.repeated_xp_event(uuid, text, text, text, jsonb) is
'The event that a key made, for a caller who repeats the request. A malformed request made no event,
and is refused here.

Args: p_user_id, p_key: the person and the key; p_source_type, p_action_type, p_reference: the
present request.
Returns: the event, which holds the answer.
Raises: PT400 xp.request_invalid (by refuse_xp_request), PT409 idempotency.key_reused, PT410 xp.event_archived.
Caller: functions of the ledger.';

revoke all on function gamification.repeated_xp_event(uuid, text, text, text, jsonb) from public;
