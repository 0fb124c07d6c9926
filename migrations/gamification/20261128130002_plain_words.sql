comment on schema gamification is
'XP and its uses: levels, achievements, quests, seasons, streaks, friends.';
comment on function gamification.assert_levels_rise() is
'Refuses levels with gaps, and levels that do not require more XP than the one below.

Definer, because before Postgres 18 a deferred trigger runs as the role that ends the transaction.

Returns: null, as an AFTER trigger.
Raises: PT409 level.not_rising.
Caller: triggers only.';
comment on table gamification.level_definitions is
'Levels and the XP that each requires, from level 1 at 0 XP up without gaps. user_xp keeps the '
'level of each person; gamification.refresh_levels() updates it after a change.';
comment on table gamification.xp_sources is
'Sources of XP and their worth, in versions: at each moment at most one version of a source '
'counts. Written by gamification.publish_xp_source() and end_xp_source().';
comment on column gamification.xp_sources.action_type is 'The action: completed, passed.';
comment on column gamification.xp_sources.daily_cap is
'Most XP that a person earns from the source in one day (UTC, so that a change of time zone gives '
'no second day); null: no cap.';
comment on table gamification.user_xp is
'One row for each person with all that a credit needs, written by the functions of the ledger '
'alone: the total, which equals the sum of xp_events.xp_delta, and how often and when each source '
'was credited (gamification.user_xp_sources shows that as rows). It is the lock under which a '
'person''s events are numbered.';
comment on column gamification.user_xp.current_xp_in_level is 'XP above the minimum of the level.';
comment on column gamification.user_xp.xp_on_day is
'By slot of the source: XP earned from it on the day (UTC) of credited_at.';
comment on column gamification.xp_events.reference is
'The occasion, as the caller described it: an object of at most 4,096 characters.';
comment on table gamification.xp_idempotency_keys is
'The event that each key made, in whatever month. The event holds the request and the answer, so '
'they are not kept twice. No foreign key: the account in user_xp has one, and the check would '
'cost a tenth of a credit.';
comment on function gamification.is_reward_table(jsonb) is
'Whether a value is a list of rewards by rank: [{"up_to_rank": 1, "reward": "gold_frame"}, ...].

Args: p_rewards: what to check.
Returns: true or false.
Caller: constraints.';
comment on table gamification.achievement_definitions is
'Achievements that people can unlock, once each.';
comment on column gamification.achievement_definitions.is_active is
'Whether it can still be unlocked; people who have it keep it.';
comment on table gamification.user_achievements is
'Achievements that people unlocked, each once. Written by gamification.unlock_achievement() alone.';
comment on column gamification.user_achievements.details is
'The occasion, as the caller described it: an object of at most 4,096 characters.';
comment on column gamification.seasons.ends_at is
'First moment after the season; null: it never ends.';
comment on column gamification.season_scores.score is
'Sum of the season''s events; below 0 if more was taken back than earned in it.';
comment on column gamification.season_scores.reward is 'The reward of the final rank; null: none.';
comment on table gamification.season_score_counts is
'Number of players with each score, in buckets of 2^width scores, so that a rank is the sum of a '
'few rows, however many people play. Kept by gamification.fold_season_scores().';
comment on column gamification.quests.starts_at is 'Null: it has always been open.';
comment on table gamification.quest_steps is 'Steps of a quest.';
comment on column gamification.user_quests.period_start is
'First day of the day or week it is for; 1970-01-01 if the quest does not recur.';
comment on table gamification.friend_links is
'Friends and requests. Each pair has two rows, so that each person''s are found by user_id. '
'Written by functions alone, both rows at once.';
