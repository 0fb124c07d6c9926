drop table access.user_entitlements;
drop table access.lesson_access_overrides;
drop table access.product_grants;
drop table access.course_access_rules;
drop table access.tiers;
drop schema access;
