-- Written by functions alone.
revoke all on gamification.season_scores from public, anon, authenticated, staff, service_role;
grant select on gamification.season_scores to authenticated, staff, service_role;

create policy season_scores_select_own on gamification.season_scores
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy season_scores_select_own on gamification.season_scores is
'Users read their own scores.';

create policy season_scores_select_staff on gamification.season_scores
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'xp.read_any'))
);

comment on policy season_scores_select_staff on gamification.season_scores is
'Staff with xp.read_any read everyone''s scores.';
