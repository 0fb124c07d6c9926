comment on schema gamification is
'XP and what it is for: levels, achievements, quests, seasons, streaks, friends.';
comment on function gamification.assert_levels_rise() is
'Refuses levels with gaps, or that do not ask for more XP than the one below.

Definer, because before Postgres 18 a deferred trigger runs as whoever ends the transaction.

Returns: null, as an AFTER trigger.
Raises: PT409 level.not_rising.
Caller: triggers only.';
comment on table gamification.level_definitions is
'Levels and the XP each asks for, from level 1 at 0 XP up without gaps. What people stand at is '
'kept in user_xp: gamification.refresh_levels() follows a change.';
comment on table gamification.xp_sources is
'What earns XP and how much, in versions: at each moment at most one version of a source counts. '
'Written by gamification.publish_xp_source() and end_xp_source().';
comment on column gamification.xp_sources.action_type is 'What was done to it: completed, passed.';
comment on column gamification.xp_sources.daily_cap is
'Most XP a person earns of the source in one day (UTC, so that a change of time zone gives no '
'second day); null: no cap.';
comment on table gamification.user_xp is
'One row for each person with all that a credit must know, written by the functions of the ledger '
'alone: the total, which equals the sum of xp_events.xp_delta, and how often and when each source '
'was credited (gamification.user_xp_sources shows that as rows). It is the lock under which a '
'person''s events are numbered.';
comment on column gamification.user_xp.current_xp_in_level is 'XP above what the level asks for.';
comment on column gamification.user_xp.xp_on_day is
'By slot of the source: XP earned of it on the day (UTC) of credited_at.';
comment on column gamification.xp_events.reference is
'What it was earned for, as the caller told: an object of at most 4,096 characters.';
comment on table gamification.xp_idempotency_keys is
'Which event a key made, whatever its month. The event holds the request and the answer, so they '
'are not kept twice. No foreign key: the account in user_xp has one, and the check would cost a '
'tenth of a credit.';
comment on function gamification.is_reward_table(jsonb) is
'Whether a value is a list of what ranks win: [{"up_to_rank": 1, "reward": "gold_frame"}, ...].

Args: p_rewards: what to check.
Returns: true or false.
Caller: constraints.';
comment on table gamification.achievement_definitions is 'What people can achieve, once each.';
comment on column gamification.achievement_definitions.is_active is
'Whether it can still be unlocked; who has it keeps it.';
comment on table gamification.user_achievements is
'Who unlocked what, once. Written by gamification.unlock_achievement() alone.';
comment on column gamification.user_achievements.details is
'What the caller told about the occasion: an object of at most 4,096 characters.';
comment on column gamification.seasons.ends_at is 'First moment after it; null: never ends.';
comment on column gamification.season_scores.score is
'Sum of the season''s events; below 0 where more was taken back than earned in it.';
comment on column gamification.season_scores.reward is 'What the final rank won; null: nothing.';
comment on table gamification.season_score_counts is
'How many players have which score, in buckets of 2^width scores, so that a rank is a sum of a few '
'rows however many play. Kept by gamification.fold_season_scores().';
comment on column gamification.quests.starts_at is 'Null: always was.';
comment on table gamification.quest_steps is 'What a quest asks for.';
comment on column gamification.user_quests.period_start is
'First day of the day or week it is for; 1970-01-01 where the quest does not recur.';
comment on table gamification.friend_links is
'Friends and requests, a row for each of the two, so that everyone''s are found by user_id. '
'Written by functions alone, both rows at once.';
