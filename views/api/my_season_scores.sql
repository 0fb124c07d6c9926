create or replace view api.my_season_scores with (security_invoker = true) as
select
    s.season_id,
    s.user_id,
    s.score,
    s.folded_seq,
    s.folded_at,
    s.final_rank,
    s.reward
from gamification.season_scores as s
where s.user_id = (select auth.uid());

comment on view api.my_season_scores is
'The caller''s score in each season as of the last fold, and their final rank once it is closed.';
comment on column api.my_season_scores.folded_seq is
'seq of the newest event counted.';
comment on column api.my_season_scores.final_rank is
'Equal scores share a rank; null: the season is open.';

revoke all on api.my_season_scores from public, anon, authenticated, staff, service_role;
grant select on api.my_season_scores to authenticated, staff;
