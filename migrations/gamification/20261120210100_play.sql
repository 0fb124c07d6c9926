create function gamification.is_condition(p_condition jsonb, p_depth integer default 0)
returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kind text;
    v_parts jsonb;
begin
    if jsonb_typeof(p_condition) is distinct from 'object' or p_depth > 8 then
        return false;
    end if;
    v_kind := (select min(k) from jsonb_object_keys(p_condition) as k where k in ('all', 'any'));
    if v_kind is not null then
        v_parts := p_condition -> v_kind;
        return p_condition - v_kind = '{}'
            and jsonb_typeof(v_parts) = 'array'
            and jsonb_array_length(v_parts) between 1 and 50
            and not exists (
                select
                from jsonb_array_elements(v_parts) as part
                where not gamification.is_condition(part, p_depth + 1)
            );
    end if;
    return coalesce(
        p_condition - '{metric,source,at_least}'::text[] = '{}'
        and jsonb_typeof(p_condition -> 'at_least') = 'number'
        and case p_condition ->> 'metric'
            when 'credits' then
                p_condition ->> 'source' ~ '^[a-z][a-z0-9_]{0,59}\.[a-z][a-z0-9_]{0,59}$'
            else
                not p_condition ? 'source'
                and p_condition ->> 'metric' in (
                    'total_xp', 'level', 'streak_days', 'longest_streak_days', 'active_days',
                    'achievements', 'quests', 'friends'
                )
        end,
        false
    );
end;
$$;

comment on function gamification.is_condition(jsonb, integer) is
'Whether a value is a condition that gamification.meets_condition() can judge: {"metric": "level",
"at_least": 5}, {"metric": "credits", "source": "lesson.completed", "at_least": 10}, {"all": [...]}
or {"any": [...]}, nested at most eight deep.

Args: p_condition: what to check; p_depth: how deep it stands.
Returns: true or false, never null.
Caller: constraints.';

revoke all on function gamification.is_condition(jsonb, integer) from public;
grant execute on function gamification.is_condition(jsonb, integer) to staff, service_role;

create function gamification.is_reward_table(p_rewards jsonb) returns boolean
language sql immutable
set search_path = pg_catalog, pg_temp
return jsonb_typeof(p_rewards) = 'array' and not exists (
    select
    from jsonb_array_elements(p_rewards) with ordinality as r (reward, position)
    where
        (
            jsonb_typeof(r.reward) = 'object'
            and r.reward - '{up_to_rank,reward}'::text[] = '{}'
            and coalesce(r.reward ->> 'reward', '') ~ '^[a-z][a-z0-9_]{0,59}$'
            and coalesce(r.reward ->> 'up_to_rank', '') ~ '^[1-9][0-9]{0,8}$'
        ) is not true
);

comment on function gamification.is_reward_table(jsonb) is
'Whether a value is a list of what ranks win: [{"up_to_rank": 1, "reward": "gold_frame"}, ...].

Args: p_rewards: what to check.
Returns: true or false.
Caller: constraints.';

revoke all on function gamification.is_reward_table(jsonb) from public;
grant execute on function gamification.is_reward_table(jsonb) to staff, service_role;

create table gamification.achievement_definitions (
    id uuid not null default gen_random_uuid(),
    key text not null,
    title text not null,
    description text not null,
    icon_url text,
    rarity text not null default 'common',
    xp_reward integer not null default 0,
    conditions jsonb,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_achievement_definitions primary key (id),
    constraint uq_achievement_definitions_key unique (key),
    constraint ck_achievement_definitions_key check (key ~ '^[a-z][a-z0-9_]{0,59}$'),
    constraint ck_achievement_definitions_title check (length(title) between 1 and 80),
    constraint ck_achievement_definitions_description check (length(description) <= 500),
    constraint ck_achievement_definitions_icon_url
    check (icon_url ~ '^https://[^[:space:]]+$' and length(icon_url) <= 2000),
    constraint ck_achievement_definitions_rarity
    check (rarity in ('common', 'uncommon', 'rare', 'epic', 'legendary')),
    constraint ck_achievement_definitions_xp_reward check (xp_reward between 0 and 1000000),
    constraint ck_achievement_definitions_conditions
    check (conditions is null or gamification.is_condition(conditions))
);

create trigger trg_achievement_definitions_set_updated_at
before update on gamification.achievement_definitions
for each row execute function util.set_updated_at();

alter table gamification.achievement_definitions enable row level security;

comment on table gamification.achievement_definitions is 'What people can achieve, once each.';
comment on column gamification.achievement_definitions.xp_reward is
'XP credited with it; 0: none. A change counts for those who unlock it afterwards.';
comment on column gamification.achievement_definitions.conditions is
'When gamification.evaluate_achievements() unlocks it, as gamification.is_condition() describes; '
'null: a back end does.';
comment on column gamification.achievement_definitions.is_active is
'Whether it can still be unlocked; who has it keeps it.';

create table gamification.user_achievements (
    user_id uuid not null,
    achievement_id uuid not null,
    details jsonb not null default '{}',
    unlocked_at timestamptz not null default now(),
    constraint pk_user_achievements primary key (user_id, achievement_id),
    constraint fk_user_achievements_user foreign key (user_id) references public.profiles (id),
    constraint fk_user_achievements_achievement
    foreign key (achievement_id) references gamification.achievement_definitions (id),
    constraint ck_user_achievements_details
    check (jsonb_typeof(details) = 'object' and length(details::text) <= 4096)
);

create index idx_user_achievements_achievement_id
on gamification.user_achievements (achievement_id);

alter table gamification.user_achievements enable row level security;

comment on table gamification.user_achievements is
'Who unlocked what, once. Written by gamification.unlock_achievement() alone.';
comment on column gamification.user_achievements.details is
'What the caller told about the occasion: an object of at most 4,096 characters.';

create table gamification.seasons (
    id uuid not null default gen_random_uuid(),
    key text not null,
    title text not null,
    starts_at timestamptz not null,
    ends_at timestamptz,
    rewards jsonb not null default '[]',
    closed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_seasons primary key (id),
    constraint uq_seasons_key unique (key),
    constraint ck_seasons_key check (key ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
    constraint ck_seasons_title check (length(title) between 1 and 80),
    constraint ck_seasons_period check (ends_at > starts_at),
    constraint ck_seasons_rewards check (gamification.is_reward_table(rewards)),
    constraint ck_seasons_closed_after_end check (closed_at is null or closed_at >= ends_at)
);

create index idx_seasons_open on gamification.seasons (starts_at) where closed_at is null;

create trigger trg_seasons_set_updated_at
before update on gamification.seasons
for each row execute function util.set_updated_at();

alter table gamification.seasons enable row level security;

comment on table gamification.seasons is
'Periods with a ranking of their own by the XP earned in them; they may overlap. A closed season '
'never changes again.';
comment on column gamification.seasons.ends_at is 'First moment after it; null: never ends.';
comment on column gamification.seasons.rewards is
'Cosmetic rewards by final rank, as gamification.is_reward_table() describes; of several that fit '
'the one with the lowest up_to_rank is won.';
comment on column gamification.seasons.closed_at is 'When final ranks were settled; null: open.';

create table gamification.season_scores (
    season_id uuid not null,
    user_id uuid not null,
    score bigint not null,
    folded_seq bigint not null,
    folded_at timestamptz not null,
    final_rank bigint,
    reward text,
    constraint pk_season_scores primary key (season_id, user_id),
    constraint fk_season_scores_season
    foreign key (season_id) references gamification.seasons (id),
    constraint fk_season_scores_user
    foreign key (user_id) references gamification.user_xp (user_id),
    constraint ck_season_scores_final_rank check (final_rank >= 1)
);

create index idx_season_scores_user_id on gamification.season_scores (user_id);
create index idx_season_scores_season_id_score
on gamification.season_scores (season_id, score desc, user_id desc);

alter table gamification.season_scores enable row level security;

comment on table gamification.season_scores is
'XP of each person in each season, folded from the journal by gamification.fold_season_scores().';
comment on column gamification.season_scores.score is
'Sum of the season''s events; below 0 where more was taken back than earned in it.';
comment on column gamification.season_scores.folded_seq is 'seq of the newest event looked at.';
comment on column gamification.season_scores.folded_at is
'last_event_at of the account when it was looked at.';
comment on column gamification.season_scores.final_rank is
'Rank when the season was closed, equal scores sharing one; null: it is open.';
comment on column gamification.season_scores.reward is 'What the final rank won; null: nothing.';

create table gamification.season_score_counts (
    season_id uuid not null,
    width integer not null,
    bucket bigint not null,
    players bigint not null,
    constraint pk_season_score_counts primary key (season_id, width, bucket),
    constraint fk_season_score_counts_season
    foreign key (season_id) references gamification.seasons (id),
    constraint ck_season_score_counts_width check (width in (0, 6, 12, 18, 24, 30)),
    constraint ck_season_score_counts_players check (players >= 0)
);

alter table gamification.season_score_counts enable row level security;

comment on table gamification.season_score_counts is
'How many players have which score, in buckets of 2^width scores, so that a rank is a sum of a few '
'rows however many play. Kept by gamification.fold_season_scores().';
comment on column gamification.season_score_counts.bucket is 'score >> width.';

create table gamification.quests (
    id uuid not null default gen_random_uuid(),
    key text not null,
    title text not null,
    description text not null,
    recurrence text not null default 'once',
    is_ordered boolean not null default false,
    xp_reward integer not null default 0,
    is_active boolean not null default true,
    starts_at timestamptz,
    ends_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_quests primary key (id),
    constraint uq_quests_key unique (key),
    constraint ck_quests_key check (key ~ '^[a-z][a-z0-9_]{0,59}$'),
    constraint ck_quests_title check (length(title) between 1 and 80),
    constraint ck_quests_description check (length(description) <= 500),
    constraint ck_quests_recurrence check (recurrence in ('once', 'daily', 'weekly')),
    constraint ck_quests_xp_reward check (xp_reward between 0 and 1000000),
    constraint ck_quests_period check (ends_at > starts_at)
);

create trigger trg_quests_set_updated_at
before update on gamification.quests
for each row execute function util.set_updated_at();

alter table gamification.quests enable row level security;

comment on table gamification.quests is 'Tasks in steps that are rewarded when all are done.';
comment on column gamification.quests.recurrence is
'once, or again each day or week (from Monday) of the person''s own calendar.';
comment on column gamification.quests.is_ordered is 'Whether a step waits for those before it.';
comment on column gamification.quests.starts_at is 'Null: always was.';
comment on column gamification.quests.ends_at is
'First moment it can no longer advance; null: never.';

create table gamification.quest_steps (
    id uuid not null default gen_random_uuid(),
    quest_id uuid not null,
    step_order integer not null,
    title text not null,
    target integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_quest_steps primary key (id),
    constraint uq_quest_steps_step_order unique (quest_id, step_order) deferrable,
    constraint fk_quest_steps_quest foreign key (quest_id) references gamification.quests (id),
    constraint ck_quest_steps_step_order check (step_order between 1 and 50),
    constraint ck_quest_steps_title check (length(title) between 1 and 120),
    constraint ck_quest_steps_target check (target between 1 and 1000000)
);

create trigger trg_quest_steps_set_updated_at
before update on gamification.quest_steps
for each row execute function util.set_updated_at();

alter table gamification.quest_steps enable row level security;

comment on table gamification.quest_steps is 'What a quest asks for.';
comment on column gamification.quest_steps.target is 'How often the step is to be done.';

create table gamification.user_quests (
    user_id uuid not null,
    quest_id uuid not null,
    period_start date not null,
    progress jsonb not null default '{}',
    completed_at timestamptz,
    started_at timestamptz not null default now(),
    constraint pk_user_quests primary key (user_id, quest_id, period_start),
    constraint fk_user_quests_user foreign key (user_id) references public.profiles (id),
    constraint fk_user_quests_quest foreign key (quest_id) references gamification.quests (id),
    constraint ck_user_quests_progress check (jsonb_typeof(progress) = 'object')
);

create index idx_user_quests_quest_id on gamification.user_quests (quest_id);

alter table gamification.user_quests enable row level security;

comment on table gamification.user_quests is
'How far each person is in a quest. Written by gamification.advance_quest() alone.';
comment on column gamification.user_quests.period_start is
'First day of the day or week it is for; 1970-01-01 where the quest does not recur.';
comment on column gamification.user_quests.progress is
'Times done by step_order: {"1": 3, "2": 0}, never above the step''s target.';

create table gamification.friend_links (
    user_id uuid not null,
    friend_id uuid not null,
    status text not null,
    created_at timestamptz not null default now(),
    accepted_at timestamptz,
    constraint pk_friend_links primary key (user_id, friend_id),
    constraint fk_friend_links_user foreign key (user_id) references public.profiles (id),
    constraint fk_friend_links_friend foreign key (friend_id) references public.profiles (id),
    constraint ck_friend_links_not_oneself check (user_id <> friend_id),
    constraint ck_friend_links_status check (status in ('requested', 'received', 'accepted')),
    constraint ck_friend_links_accepted check ((status = 'accepted') = (accepted_at is not null))
);

create index idx_friend_links_friend_id on gamification.friend_links (friend_id);

alter table gamification.friend_links enable row level security;

comment on table gamification.friend_links is
'Friends and requests, a row for each of the two, so that everyone''s are found by user_id. '
'Written by functions alone, both rows at once.';
comment on column gamification.friend_links.status is
'requested: by user_id; received: from friend_id; accepted.';

create table gamification.user_activity_days (
    user_id uuid not null,
    day date not null,
    constraint pk_user_activity_days primary key (user_id, day),
    constraint fk_user_activity_days_user foreign key (user_id) references public.profiles (id)
);

alter table gamification.user_activity_days enable row level security;

comment on table gamification.user_activity_days is
'Days of each person''s own calendar on which they were active.';

create table gamification.user_streaks (
    user_id uuid not null,
    current_days integer not null default 0,
    longest_days integer not null default 0,
    started_on date,
    last_active_on date,
    last_active_at timestamptz,
    time_zone text,
    freezes integer not null default 0,
    constraint pk_user_streaks primary key (user_id),
    constraint fk_user_streaks_user foreign key (user_id) references public.profiles (id),
    constraint ck_user_streaks_days
    check (current_days >= 0 and longest_days >= current_days and freezes >= 0)
);

alter table gamification.user_streaks enable row level security;

comment on table gamification.user_streaks is
'Days in a row on which each person was active, as of last_active_on. Written by '
'gamification.record_activity_day() alone.';
comment on column gamification.user_streaks.current_days is
'Active days of the streak, without those a freeze bridged.';
comment on column gamification.user_streaks.time_zone is
'The person''s time zone when they were last active.';
comment on column gamification.user_streaks.freezes is
'Missed days that will be bridged: earned by streaks, at most as many as settings allow.';

create table gamification.friend_streaks (
    user_id uuid not null,
    friend_id uuid not null,
    current_days integer not null,
    longest_days integer not null,
    last_day date not null,
    constraint pk_friend_streaks primary key (user_id, friend_id),
    constraint fk_friend_streaks_link
    foreign key (user_id, friend_id) references gamification.friend_links (user_id, friend_id)
    on delete cascade,
    constraint ck_friend_streaks_days check (current_days >= 1 and longest_days >= current_days)
);

alter table gamification.friend_streaks enable row level security;

comment on table gamification.friend_streaks is
'Days in a row on which two friends were both active, each on that date of their own calendar; a '
'row for each of the two.';
comment on column gamification.friend_streaks.last_day is 'Newest date on which both were active.';
