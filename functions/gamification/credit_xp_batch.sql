create or replace function gamification.credit_xp_batch(p_credits jsonb)
returns table (
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
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_credit record;
begin
    if jsonb_typeof(p_credits) is distinct from 'array' or jsonb_array_length(p_credits) > 1000 then
        raise sqlstate 'PT400' using
            message = 'the batch is not an array of at most 1,000 credits',
            detail = 'xp.batch_invalid',
            hint = 'Send a JSON array, and split a longer one.';
    end if;

    -- One order for all, so that two batches for the same people do not deadlock.
    for v_credit in
        select
            c.position::integer - 1 as batch_index,
            c.credit ->> 'user_id' as user_id,
            c.credit ->> 'source_type' as source_type,
            c.credit ->> 'action_type' as action_type,
            c.credit ->> 'idempotency_key' as idempotency_key,
            coalesce(c.credit -> 'reference', '{}') as reference
        from jsonb_array_elements(p_credits) with ordinality as c (credit, position)
        order by c.credit ->> 'user_id', c.credit ->> 'idempotency_key', c.position
    loop
        batch_index := v_credit.batch_index;
        refused := null;
        begin
            select c.* into
                event_id, xp_delta, xp_before, xp_after, level_before, level_after, replayed
            from gamification.credit_xp(
                v_credit.user_id::uuid,
                v_credit.source_type,
                v_credit.action_type,
                v_credit.idempotency_key,
                v_credit.reference
            ) as c;
        exception
            when sqlstate 'PT400' or sqlstate 'PT404' or sqlstate 'PT409' or sqlstate 'PT410' then
                get stacked diagnostics refused = pg_exception_detail;
                event_id := null;
                xp_delta := null;
                xp_before := null;
                xp_after := null;
                level_before := null;
                level_after := null;
                replayed := null;
            when invalid_text_representation or check_violation then
                raise sqlstate 'PT400' using
                    message = format('credit %s of the batch is invalid', batch_index),
                    detail = 'xp.batch_invalid',
                    hint = 'Correct this credit (the first is 0) and send the batch again: '
                    'nothing of it was credited.';
        end;
        return next;
    end loop;
end;
$$;

comment on function gamification.credit_xp_batch(jsonb) is
'Credits many at once. A credit that gamification.credit_xp() refuses is reported in its row and
does not stop the others; a batch with a malformed value is refused as a whole.

Definer, because nobody writes the ledger directly.

Args: p_credits: array of at most 1,000 objects with user_id, source_type, action_type,
idempotency_key and perhaps reference, as for gamification.credit_xp().
Returns: a row for each, in the order of people and keys: batch_index, counted from 0; then as
gamification.credit_xp(); or refused, the stable name of the error, with the others null.
Raises: PT400 xp.batch_invalid.
Caller: service.';

revoke all on function gamification.credit_xp_batch(jsonb) from public;
grant execute on function gamification.credit_xp_batch(jsonb) to service_role;
