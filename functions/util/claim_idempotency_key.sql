create or replace function util.claim_idempotency_key(
    p_user_id uuid,
    p_scope text,
    p_key text,
    p_request jsonb
) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_hash text := encode(sha256(convert_to(p_request::text, 'UTF8')), 'hex');
    v_known util.idempotency_keys;
begin
    if coalesce(length(p_key), 0) not between 1 and 200 then
        raise sqlstate 'PT400' using
            message = 'an idempotency key of 1 to 200 characters is required',
            detail = 'idempotency.key_required',
            hint = 'Send a new uuid for each new request and the same one when repeating it.';
    end if;

    -- If another transaction is using the key, this waits for its end.
    insert into util.idempotency_keys (user_id, scope, key, request_hash)
    values (p_user_id, p_scope, p_key, v_hash)
    on conflict (user_id, scope, key) do nothing;
    if found then
        return null;
    end if;

    select * into strict v_known
    from util.idempotency_keys
    where user_id = p_user_id and scope = p_scope and key = p_key;
    if v_known.request_hash <> v_hash then
        raise sqlstate 'PT409' using
            message = 'the idempotency key was used for another request',
            detail = 'idempotency.key_reused',
            hint = 'Send a new key.';
    end if;
    if v_known.response is null then
        raise sqlstate 'PT500' using
            message = 'the function that claimed this key never stored its answer',
            detail = 'idempotency.unanswered',
            hint = 'Call util.store_idempotent_response() in the same transaction as the claim.';
    end if;
    return v_known.response;
end;
$$;

comment on function util.claim_idempotency_key(uuid, text, text, jsonb) is
'Begins work that must happen once: the first step of a function that creates value.

Args: p_user_id: the owner of the key; p_scope: the calling function; p_key: chosen by the client;
p_request: all arguments that make the request.
Returns: null if the work is to be done now: then util.store_idempotent_response() must follow in
the same transaction; else the stored answer to return again.
Raises: PT400 idempotency.key_required, PT409 idempotency.key_reused, PT500 idempotency.unanswered.
Caller: functions of this package.';

revoke all on function util.claim_idempotency_key(uuid, text, text, jsonb) from public;
