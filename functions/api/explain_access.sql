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
'Every rule about the caller and a course, and whether it is met; one that is met opens the course.

Args: course_id: the course.
Returns: rule: tier, product, what gave an entitlement, teacher or permission; detail: the tier, the
product, or how the entitlement stands; valid_to: until when it is met, null for no end. A product
is never met by itself: buying it gives an entitlement.
Raises: PT404 course.not_found.
Caller: anyone, for themselves.';

revoke all on function api.explain_access(uuid) from public;
grant execute on function api.explain_access(uuid) to anon, authenticated, staff, service_role;
