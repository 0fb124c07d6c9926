create or replace view rbac.active_people with (security_invoker = true) as
select p.id as user_id
from public.profiles as p
inner join auth.users as u on p.id = u.id
where
    p.status = 'active'
    and u.deleted_at is null
    and (u.banned_until is null or u.banned_until <= now());

comment on view rbac.active_people is
'People who can act at this moment: active, with a login that is neither deleted nor banned. The '
'one place that says so.';

revoke all on rbac.active_people from public, anon, authenticated, staff, service_role;
