drop table gamification.xp_idempotency_keys;
drop table gamification.xp_events;
drop table gamification.user_xp;
drop table gamification.xp_sources;
drop table gamification.level_definitions;
drop table gamification.settings;
drop function gamification.assert_levels_rise();
drop schema gamification;
