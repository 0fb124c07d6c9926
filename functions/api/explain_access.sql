create or replace function api.explain_access(course_id uuid)
returns table (is_met boolean, rule text, detail text, valid_to timestamptz)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.is_met,
        x.rule,
        x.detail,
        x.valid_to
    from access.explain_access(course_id) as x;
end;

comment on function api.explain_access(uuid) is
'Every rule by which the caller could read a course, and whether it is met. One rule that is met is
enough.

Args: course_id: the course.
Returns: rule: tier, product, the source of an entitlement, teacher or permission; detail: the tier,
the product, or the state of the entitlement; valid_to: when the rule stops being met, null for
never. A product rule is never met by itself: buying the product gives an entitlement.
Raises: PT404 course.not_found.
Caller: anyone, for themselves.';

revoke all on function api.explain_access(uuid) from public;
grant execute on function api.explain_access(uuid) to anon, authenticated, staff, service_role;
