create or replace function util.store_idempotent_response(
    p_user_id uuid,
    p_scope text,
    p_key text,
    p_response jsonb
) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    update util.idempotency_keys
    set response = coalesce(p_response, 'null'::jsonb)
    where user_id = p_user_id and scope = p_scope and key = p_key
    returning response;
end;

comment on function util.store_idempotent_response(uuid, text, text, jsonb) is
'Ends work that util.claim_idempotency_key() began, in the same transaction.

Args: as for util.claim_idempotency_key(); p_response: the answer; null is stored as the JSON null.
Returns: the answer.
Caller: functions of this package.';

revoke all on function util.store_idempotent_response(uuid, text, text, jsonb) from public;
