-- Versions follow rules that no policy can hold: written by functions alone.
revoke all on gamification.xp_sources from public, anon, authenticated, staff, service_role;
grant select on gamification.xp_sources to anon, authenticated, staff, service_role;

create policy xp_sources_select_public on gamification.xp_sources
for select to anon
using (true);

comment on policy xp_sources_select_public on gamification.xp_sources is
'Anyone may know what earns XP.';

create policy xp_sources_select_any on gamification.xp_sources
for select to authenticated
using (true);

comment on policy xp_sources_select_any on gamification.xp_sources is
'Anyone may know what earns XP.';

create policy xp_sources_select_staff on gamification.xp_sources
for select to staff
using (true);

comment on policy xp_sources_select_staff on gamification.xp_sources is
'Staff may know what earns XP.';
