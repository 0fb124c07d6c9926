create or replace function access.refresh_course_access_tiers(p_course_ids uuid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    update content.courses as c
    set access_tier = wanted.label
    from (
        select
            changed.id,
            coalesce(
                (
                    select t.name
                    from access.course_access_rules as r
                    inner join access.tiers as t on r.tier_id = t.id
                    where r.course_id = changed.id
                    order by t.rank
                    limit 1
                ),
                (
                    select 'paid_oneoff'
                    from access.course_access_rules as r
                    where r.course_id = changed.id
                    limit 1
                ),
                'closed'
            ) as label
        from unnest(p_course_ids) as changed (id)
    ) as wanted
    where c.id = wanted.id and c.access_tier <> wanted.label;
end;
$$;

comment on function access.refresh_course_access_tiers(uuid[]) is
'Makes courses.access_tier what the courses'' rules say: the lowest tier, else paid_oneoff, else
closed.

Args: p_course_ids: the courses.
Returns: nothing.
Caller: functions of this package.';

revoke all on function access.refresh_course_access_tiers(uuid[]) from public;
