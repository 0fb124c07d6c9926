create or replace function learn.assert_grades(
    p_version_id uuid,
    p_item_points jsonb,
    p_item_feedback jsonb
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if
        jsonb_typeof(p_item_points) is distinct from 'object'
        or jsonb_typeof(p_item_feedback) is distinct from 'object'
        or exists (
            select
            from jsonb_each(p_item_points) as g (item_id, points)
            left join lateral (
                select i.item
                from learn.assessment_versions as v
                cross join lateral jsonb_array_elements(v.items) as i (item)
                where v.id = p_version_id and i.item ->> 'id' = g.item_id
            ) as i on true
            where
                i.item is null
                or case jsonb_typeof(g.points)
                    when 'number' then
                        g.points::numeric not between -(i.item ->> 'penalty')::numeric
                        and (i.item ->> 'points')::numeric
                        or scale(trim_scale(g.points::numeric)) > 2
                    else true
                end
        )
        or exists (
            select from jsonb_each(p_item_feedback) as f (item_id, text)
            where
                jsonb_typeof(f.text) <> 'string'
                or not exists (
                    select
                    from learn.assessment_versions as v
                    cross join lateral jsonb_array_elements(v.items) as i (item)
                    where v.id = p_version_id and i.item ->> 'id' = f.item_id
                )
        )
    then
        raise sqlstate 'PT400' using
            message = 'the points or the feedback do not fit the items',
            detail = 'grade.points_invalid',
            hint = 'Send objects by item id; points from the penalty below 0 to those of the '
            'item, with up to two decimals.';
    end if;
end;
$$;

comment on function learn.assert_grades(uuid, jsonb, jsonb) is
'Refuses points that the items of an assessment cannot give.

Args: p_version_id: the assessment''s version; p_item_points, p_item_feedback: as
learn.grade_attempt() takes them.
Returns: nothing.
Raises: PT400 grade.points_invalid.
Caller: functions of this package.';

revoke all on function learn.assert_grades(uuid, jsonb, jsonb) from public;
