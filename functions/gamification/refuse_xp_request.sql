create or replace function gamification.refuse_xp_request(p_user_id uuid, p_key text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise sqlstate 'PT400' using
        message = case
            when p_user_id is null then 'a person is required'
            when (length(p_key) between 1 and 200) is not true then
                'an idempotency key of 1 to 200 characters is required'
            else 'the reference must be a JSON object'
        end,
        detail = 'xp.request_invalid',
        hint = 'Send user_id, an idempotency key, and reference as a JSON object or not at all.';
end;
$$;

comment on function gamification.refuse_xp_request(uuid, text) is
'Says what is wrong with a request to the ledger.

Args: p_user_id, p_key: as the caller sent them.
Returns: never.
Raises: PT400 xp.request_invalid.
Caller: functions of the ledger.';

revoke all on function gamification.refuse_xp_request(uuid, text) from public;
