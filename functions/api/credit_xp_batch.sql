create or replace function api.credit_xp_batch(
    credits jsonb
) returns table (
    batch_index integer,
    event_id uuid,
    xp_delta bigint,
    xp_before bigint,
    xp_after bigint,
    level_before integer,
    level_after integer,
    replayed boolean,
    refused text
)
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.batch_index,
        x.event_id,
        x.xp_delta,
        x.xp_before,
        x.xp_after,
        x.level_before,
        x.level_after,
        x.replayed,
        x.refused
    from gamification.credit_xp_batch(credits) as x;
end;

comment on function api.credit_xp_batch(jsonb) is
'Credits many at once. A credit that credit_xp refuses is reported in its row and does not stop the
others; a batch with a malformed value is refused as a whole.

Args: credits: array of at most 1,000 objects with user_id, source_type, action_type,
idempotency_key and perhaps reference, as for credit_xp.
Returns: a row for each, in the order of people and keys: batch_index, counted from 0; then as
credit_xp; or refused, the stable name of the error, with the others null.
Raises: PT400 xp.batch_invalid.
Caller: service.';

revoke all on function api.credit_xp_batch(jsonb) from public;
grant execute on function api.credit_xp_batch(jsonb)
to service_role;
