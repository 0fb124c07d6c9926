-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.season_score_counts (
    season_id uuid not null,
    width integer not null,
    bucket bigint not null,
    players bigint not null,
    constraint pk_season_score_counts PRIMARY KEY (season_id, width, bucket),
    constraint ck_season_score_counts_players CHECK ((players >= 0)),
    constraint ck_season_score_counts_width CHECK ((width = ANY (ARRAY[0, 6, 12, 18, 24, 30]))),
    constraint fk_season_score_counts_season FOREIGN KEY (season_id) REFERENCES gamification.seasons(id)
);

comment on table gamification.season_score_counts is 'Number of players with each score, in buckets of 2^width scores, so that a rank is the sum of a few rows, however many people play. Kept by gamification.fold_season_scores().';
comment on column gamification.season_score_counts.bucket is 'score >> width.';

alter table gamification.season_score_counts enable row level security;

create policy season_score_counts_all_nobody on gamification.season_score_counts as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy season_score_counts_all_nobody on gamification.season_score_counts is 'No client gets access, whatever is granted.';
