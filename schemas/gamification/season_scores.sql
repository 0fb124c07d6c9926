-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.season_scores (
    season_id uuid not null,
    user_id uuid not null,
    score bigint not null,
    folded_seq bigint not null,
    folded_at timestamp with time zone not null,
    final_rank bigint,
    reward text,
    constraint pk_season_scores PRIMARY KEY (season_id, user_id),
    constraint ck_season_scores_final_rank CHECK ((final_rank >= 1)),
    constraint fk_season_scores_season FOREIGN KEY (season_id) REFERENCES gamification.seasons(id),
    constraint fk_season_scores_user FOREIGN KEY (user_id) REFERENCES gamification.user_xp(user_id)
);

comment on table gamification.season_scores is 'XP of each person in each season, folded from the journal by gamification.fold_season_scores().';
comment on column gamification.season_scores.score is 'Sum of the season''s events; below 0 if more was taken back than earned in it.';
comment on column gamification.season_scores.folded_seq is 'seq of the newest event looked at.';
comment on column gamification.season_scores.folded_at is 'last_event_at of the account when it was looked at.';
comment on column gamification.season_scores.final_rank is 'Rank when the season was closed, equal scores sharing one; null: it is open.';
comment on column gamification.season_scores.reward is 'The reward of the final rank; null: none.';

CREATE INDEX idx_season_scores_season_id_score ON gamification.season_scores USING btree (season_id, score DESC, user_id DESC);
CREATE INDEX idx_season_scores_user_id ON gamification.season_scores USING btree (user_id);

alter table gamification.season_scores enable row level security;

grant select on table gamification.season_scores to authenticated;
grant select on table gamification.season_scores to service_role;
grant select on table gamification.season_scores to staff;

create policy season_scores_select_own on gamification.season_scores for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy season_scores_select_staff on gamification.season_scores for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'xp.read_any'::text) AS has_permission)));

comment on policy season_scores_select_own on gamification.season_scores is 'Users read their own scores.';
comment on policy season_scores_select_staff on gamification.season_scores is 'Staff with xp.read_any read everyone''s scores.';
