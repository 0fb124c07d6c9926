create or replace function learn.shown_items(p_attempt learn.user_assessment_attempts) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select jsonb_agg(
            case
                when v.shuffle_options then i.item || jsonb_build_object(
                    'options', (
                        select coalesce(
                            jsonb_agg(
                                o.value
                                order by md5((p_attempt).id || (i.item ->> 'id') || o.value::text)
                            ), '[]'
                        )
                        from jsonb_array_elements(i.item -> 'options') as o (value)
                    )
                )
                else i.item
            end
            order by
                case when v.shuffle_items then md5((p_attempt).id || (i.item ->> 'id')) end,
                i.position
        )
        from learn.assessment_versions as v
        cross join lateral jsonb_array_elements(v.items) with ordinality as i (item, position)
        where v.id = (p_attempt).version_id
    );
end;
$$;

comment on function learn.shown_items(learn.user_assessment_attempts) is
'The questions of an attempt in its order. If the assessment shuffles, each attempt has its own
order, which never changes.

Args: p_attempt: the row.
Returns: as assessment_versions.items.
Caller: functions of this package.';

revoke all on function learn.shown_items(learn.user_assessment_attempts) from public;
