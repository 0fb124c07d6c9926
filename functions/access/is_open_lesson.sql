create or replace function access.is_open_lesson(p_lesson_id uuid) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from content.lessons as l
        where
            l.id = p_lesson_id
            and l.is_visible
            and (
                l.is_preview
                or exists (
                    select
                    from access.lesson_access_overrides as o
                    inner join access.tiers as t on o.tier_id = t.id
                    where
                        o.lesson_id = p_lesson_id
                        and t.rank = 0
                        and o.valid_from <= now()
                        and (o.valid_to is null or o.valid_to > now())
                )
            )
    );
end;
$$;

comment on function access.is_open_lesson(uuid) is
'Whether everybody may read a lesson: as a preview, or by an override for the lowest tier.

Args: p_lesson_id: the lesson.
Returns: true or false; false for a lesson that does not exist.
Caller: functions of this package.';

revoke all on function access.is_open_lesson(uuid) from public;
