create or replace function access.explain_access(p_course_id uuid)
returns table (is_met boolean, rule text, detail text, valid_to timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := auth.uid();
    v_is_visible boolean := (select c.is_visible from content.courses as c where c.id = p_course_id);
begin
    if
        v_is_visible is null
        or not (v_is_visible or access.can_read_course(p_course_id))
    then
        raise sqlstate 'PT404' using
            message = format('no course has the id %L, or you may not see it', p_course_id),
            detail = 'course.not_found',
            hint = 'Send an id from the view courses.';
    end if;
    return query
    select
        v_is_visible and (t.rank = 0 or have.tier_id is not null),
        'tier',
        t.name,
        have.valid_to
    from access.course_access_rules as r
    inner join access.tiers as t on r.tier_id = t.id
    left join lateral (
        select ut.tier_id, ut.valid_to
        from access.user_tiers as ut
        where ut.user_id = v_user_id and ut.rank >= t.rank
        order by ut.valid_to desc nulls first
        limit 1
    ) as have on t.rank > 0
    where r.course_id = p_course_id
    union all
    select false, 'product', r.product_id::text, null
    from access.course_access_rules as r
    where r.course_id = p_course_id and r.product_id is not null
    union all
    select
        v_is_visible
        and e.revoked_at is null
        and e.valid_from <= now()
        and (e.valid_to is null or e.valid_to > now())
        and ap.user_id is not null,
        e.source_type,
        case
            when e.revoked_at is not null then 'revoked'
            when e.valid_from > now() then 'not yet'
            when e.valid_to <= now() then 'expired'
            when ap.user_id is null then 'not active'
            else 'valid'
        end,
        e.valid_to
    from access.user_entitlements as e
    left join rbac.active_people as ap on e.user_id = ap.user_id
    where e.user_id = v_user_id and e.course_id = p_course_id
    union all
    select ap.user_id is not null, 'teacher', ci.user_id::text, null
    from content.course_instructors as ci
    left join rbac.active_people as ap on ci.user_id = ap.user_id
    where ci.user_id = v_user_id and ci.course_id = p_course_id
    union all
    select true, 'permission', 'course.read_any', null
    where rbac.has_permission(v_user_id, 'course.read_any') or util.is_service();
end;
$$;

comment on function access.explain_access(uuid) is
'Every rule by which the caller could read a course, and whether it is met. One rule that is met is
enough.

Definer, because entitlements, roles and drafts are not readable by everyone.

Args: p_course_id: the course.
Returns: rule: tier, product, the source of an entitlement, teacher or permission; detail: the tier,
the product, or the state of the entitlement; valid_to: when the rule stops being met, null for
never. A product rule is never met by itself: buying the product gives an entitlement.
Raises: PT404 course.not_found.
Caller: anyone, for themselves.';

revoke all on function access.explain_access(uuid) from public;
grant execute on function access.explain_access(uuid)
to anon, authenticated, staff, service_role;
