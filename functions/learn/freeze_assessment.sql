create or replace function learn.freeze_assessment(p_assessment learn.assessments) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version_id uuid := gen_random_uuid();
    v_version integer;
begin
    select coalesce(max(v.version), 0) + 1 into v_version
    from learn.assessment_versions as v
    where v.assessment_id = (p_assessment).id;
    insert into learn.assessment_versions (
        id, assessment_id, course_id, version, items, max_points, passing_percent, time_limit_sec,
        shuffle_items, shuffle_options, published_by
    )
    select
        v_version_id, (p_assessment).id, (p_assessment).course_id, v_version,
        jsonb_agg(
            jsonb_build_object(
                'id', i.id, 'type', i.item_type, 'prompt', i.prompt, 'options', i.options,
                'points', i.points, 'penalty', i.penalty,
                'has_partial_credit', i.has_partial_credit
            )
            order by i.item_order
        ),
        sum(i.points), (p_assessment).passing_percent, (p_assessment).time_limit_sec,
        (p_assessment).shuffle_items, (p_assessment).shuffle_options,
        (select p.id from public.profiles as p where p.id = auth.uid())
    from learn.assessment_items as i
    where i.assessment_id = (p_assessment).id;
    insert into learn.assessment_version_keys (version_id, keys)
    select v_version_id, jsonb_object_agg(i.id, k.correct)
    from learn.assessment_items as i
    left join learn.answer_keys as k on i.id = k.item_id
    where i.assessment_id = (p_assessment).id;
    update learn.assessments
    set
        is_published = true,
        published_at = coalesce(published_at, now()),
        version_id = v_version_id
    where id = (p_assessment).id;
    return v_version;
end;
$$;

comment on function learn.freeze_assessment(learn.assessments) is
'Makes the newest version of an assessment from its items and keys, and publishes it.

Args: p_assessment: the assessment, locked.
Returns: the version''s number.
Caller: functions of this package.';

revoke all on function learn.freeze_assessment(learn.assessments) from public;
