create or replace function access.label_course() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update content.courses as c
    set access_tier = wanted.label
    from (
        select
            changed.course_id,
            coalesce(
                (
                    select t.name
                    from access.course_access_rules as r
                    inner join access.tiers as t on r.tier_id = t.id
                    where r.course_id = changed.course_id
                    order by t.rank
                    limit 1
                ),
                (
                    select 'paid_oneoff'
                    from access.course_access_rules as r
                    where r.course_id = changed.course_id
                    limit 1
                ),
                'closed'
            ) as label
        from (
            select case tg_op when 'DELETE' then old.course_id else new.course_id end as course_id
        ) as changed
    ) as wanted
    where c.id = wanted.course_id and c.access_tier <> wanted.label;
    return null;
end;
$$;

comment on function access.label_course() is
'Keeps courses.access_tier what a course''s rules say: its lowest tier, else paid_oneoff, else
closed.

Definer, because nobody writes the label directly.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function access.label_course() from public;

create or replace trigger trg_course_access_rules_label_course
after insert or delete on access.course_access_rules
for each row execute function access.label_course();
