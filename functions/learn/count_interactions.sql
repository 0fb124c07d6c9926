create or replace function learn.count_interactions(
    p_user_id uuid,
    p_lesson_id uuid,
    p_interactions jsonb
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select from jsonb_each(p_interactions) as i (name, count)
        where i.name !~ '^[a-z][a-z0-9_.]{0,39}$'
            or not coalesce(i.count::text ~ '^[0-9]{1,4}$', false)
    ) then
        raise sqlstate 'PT400' using
            message = 'the interactions are not counts by name',
            detail = 'progress.request_invalid',
            hint = 'Send an object whose values are whole numbers below 10,000.';
    end if;
    insert into learn.lesson_analytics as a (user_id, lesson_id, course_id, interactions)
    select up.user_id, up.lesson_id, up.course_id, p_interactions
    from learn.user_progress as up
    where up.user_id = p_user_id and up.lesson_id = p_lesson_id
    on conflict on constraint pk_lesson_analytics do update
    set course_id = excluded.course_id, interactions = (
        select jsonb_object_agg(x.name, x.count)
        from (
            select i.name, sum(i.count::bigint) as count
            from (
                select o.key as name, o.value as count from jsonb_each(a.interactions) as o
                union all
                select n.key as name, n.value as count from jsonb_each(p_interactions) as n
            ) as i
            group by i.name
            order by i.name
            limit 50
        ) as x
    );
end;
$$;

comment on function learn.count_interactions(uuid, uuid, jsonb) is
'Adds what a learner did in a player to what they did before.

Args: p_user_id: the learner; p_lesson_id: a lesson they began; p_interactions: counts by name.
Returns: nothing. If there are more than 50 names, the first 50 in alphabetical order are kept.
Raises: PT400 progress.request_invalid.
Caller: functions of this package.';

revoke all on function learn.count_interactions(uuid, uuid, jsonb) from public;
