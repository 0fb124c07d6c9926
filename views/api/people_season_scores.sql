create or replace view api.people_season_scores with (security_invoker = true) as
select
    s.season_id,
    s.user_id,
    s.score,
    s.folded_seq,
    s.folded_at,
    s.final_rank,
    s.reward
from gamification.season_scores as s;

comment on view api.people_season_scores is
'Everyone''s season scores, for staff with xp.read_any and back ends.';
comment on column api.people_season_scores.folded_seq is
'seq of the newest event counted.';
comment on column api.people_season_scores.final_rank is
'Equal scores share a rank; null: the season is open.';

revoke all on api.people_season_scores from public, anon, authenticated, staff, service_role;
grant select on api.people_season_scores to staff, service_role;
