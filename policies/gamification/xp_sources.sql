-- Written by functions alone, because versions follow rules that no policy can express.
revoke all on gamification.xp_sources from public, anon, authenticated, staff, service_role;
grant select on gamification.xp_sources to anon, authenticated, staff, service_role;

create policy xp_sources_select_public on gamification.xp_sources
for select to anon
using (true);

comment on policy xp_sources_select_public on gamification.xp_sources is
'Everyone may see the sources of XP.';

create policy xp_sources_select_any on gamification.xp_sources
for select to authenticated
using (true);

comment on policy xp_sources_select_any on gamification.xp_sources is
'Everyone may see the sources of XP.';

create policy xp_sources_select_staff on gamification.xp_sources
for select to staff
using (true);

comment on policy xp_sources_select_staff on gamification.xp_sources is
'Staff may see the sources of XP.';
