create or replace function access.grant_access(
    p_user_id uuid,
    p_key uuid,
    p_reason text,
    p_course_id uuid default null,
    p_tier text default null,
    p_valid_to timestamptz default null
) returns uuid
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_tier_id uuid := (select t.id from access.tiers as t where t.name = p_tier);
    v_known access.user_entitlements;
begin
    if not (util.is_service() or rbac.has_permission(auth.uid(), 'entitlement.grant')) then
        raise sqlstate 'PT403' using
            message = 'the permission entitlement.grant is required',
            detail = 'access.denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
    if p_user_id = auth.uid() and not util.is_service() then
        raise sqlstate 'PT403' using
            message = 'you cannot grant access to yourself',
            detail = 'access.self_grant',
            hint = 'Ask another person who has the permission entitlement.grant.';
    end if;
    if
        p_key is null
        or num_nonnulls(p_course_id, p_tier) <> 1
        or coalesce(p_reason, '') !~ '[^[:space:]]'
        or length(p_reason) > 500
        or p_valid_to <= now()
    then
        raise sqlstate 'PT400' using
            message = 'a key, a reason and either a course or a tier are required; an end must '
            'be in the future',
            detail = 'access.request_invalid',
            hint = 'Send a uuid as key, a reason of up to 500 characters, and course_id or tier '
            'but not both.';
    end if;
    if p_tier is not null and v_tier_id is null then
        raise sqlstate 'PT404' using
            message = format('no tier has the name %L', p_tier),
            detail = 'tier.not_found',
            hint = 'Send a name from the view tiers.';
    end if;
    if
        p_course_id is not null
        and not exists (select from content.courses as c where c.id = p_course_id)
    then
        raise sqlstate 'PT404' using
            message = format('no course has the id %L, or you may not see it', p_course_id),
            detail = 'course.not_found',
            hint = 'Send an id from the view courses.';
    end if;
    if not exists (select from public.profiles as p where p.id = p_user_id and p.erased_at is null)
    then
        raise sqlstate 'PT404' using
            message = format('no person has the id %L', p_user_id),
            detail = 'user.not_found',
            hint = 'Check the id; it is the id of a login that was not erased.';
    end if;
    -- The key is the grant's own id: repeating it is the same grant.
    insert into access.user_entitlements (
        id, user_id, course_id, tier_id, source_type, source_id, valid_to, reason, granted_by
    ) values (
        p_key, p_user_id, p_course_id, v_tier_id, 'grant', p_key, p_valid_to, p_reason,
        (select p.id from public.profiles as p where p.id = auth.uid())
    )
    on conflict do nothing;
    select * into v_known from access.user_entitlements as e where e.id = p_key;
    if
        (v_known.user_id, v_known.course_id, v_known.tier_id, v_known.valid_to, v_known.reason)
        is distinct from (p_user_id, p_course_id, v_tier_id, p_valid_to, p_reason)
    then
        raise sqlstate 'PT409' using
            message = 'the key was used for another grant',
            detail = 'idempotency.key_reused',
            hint = 'Send a new uuid as key.';
    end if;
    return p_key;
end;
$$;

comment on function access.grant_access(uuid, uuid, text, uuid, text, timestamptz) is
'Opens a course or a tier to a person.

Definer, because nobody writes entitlements directly.

Args: p_user_id: the person; p_key: a new uuid, sent again when the request is repeated; p_reason:
why; p_course_id or p_tier: what to open; p_valid_to: the end, null for none.
Returns: the entitlement''s id, which is the key.
Raises: PT403 access.denied, PT403 access.self_grant, PT400 access.request_invalid, PT404
tier.not_found, PT404 course.not_found, PT404 user.not_found, PT409 idempotency.key_reused.
Caller: staff with entitlement.grant; service.';

revoke all on function access.grant_access(uuid, uuid, text, uuid, text, timestamptz) from public;
grant execute on function access.grant_access(uuid, uuid, text, uuid, text, timestamptz)
to staff, service_role;
