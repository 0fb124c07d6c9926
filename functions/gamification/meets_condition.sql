create or replace function gamification.meets_condition(p_condition jsonb, p_metrics jsonb)
returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_condition ? 'all' then
        return not exists (
            select
            from jsonb_array_elements(p_condition -> 'all') as part
            where not gamification.meets_condition(part, p_metrics)
        );
    end if;
    if p_condition ? 'any' then
        return exists (
            select
            from jsonb_array_elements(p_condition -> 'any') as part
            where gamification.meets_condition(part, p_metrics)
        );
    end if;
    return coalesce(
        case p_condition ->> 'metric'
            when 'credits' then p_metrics -> 'credits' -> (p_condition ->> 'source')
            else p_metrics -> (p_condition ->> 'metric')
        end::numeric >= (p_condition -> 'at_least')::numeric,
        false
    );
end;
$$;

comment on function gamification.meets_condition(jsonb, jsonb) is
'Whether a person''s metrics meet a condition.

Args: p_condition: as gamification.is_condition() allows; p_metrics: from
gamification.user_metrics(). A metric that was never counted is 0.
Returns: true or false.
Caller: functions of this package.';

revoke all on function gamification.meets_condition(jsonb, jsonb) from public;
