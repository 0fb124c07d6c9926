create or replace view api.my_interests with (security_invoker = true) as
select
    i.user_id,
    i.interest,
    i.interest_key,
    i.created_at
from public.user_interests as i
where i.user_id = (select auth.uid());

comment on view api.my_interests is
'Topics that the caller wants to learn about, in their own words. Send interest; to add one that '
'may exist already, upsert with on_conflict=user_id,interest_key and ignore duplicates.';

revoke all on api.my_interests from public, anon, authenticated, staff, service_role;
grant select, delete on api.my_interests to authenticated, staff;
grant insert (interest) on api.my_interests to authenticated, staff;
