-- Read and written by the functions of seasons alone.
revoke all on gamification.season_score_counts
from public, anon, authenticated, staff, service_role;

create policy season_score_counts_all_nobody on gamification.season_score_counts
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy season_score_counts_all_nobody on gamification.season_score_counts is
'No client gets access, whatever is granted.';
