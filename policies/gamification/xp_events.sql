-- Written by functions alone.
revoke all on gamification.xp_events from public, anon, authenticated, staff, service_role;
grant select on gamification.xp_events to authenticated, staff, service_role;

create policy xp_events_select_own on gamification.xp_events
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy xp_events_select_own on gamification.xp_events is
'Users read their own events.';

create policy xp_events_select_staff on gamification.xp_events
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'xp.read_any'))
);

comment on policy xp_events_select_staff on gamification.xp_events is
'Staff with xp.read_any read everyone''s events.';
