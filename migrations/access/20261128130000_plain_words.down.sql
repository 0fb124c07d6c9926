comment on schema access is
'Who may read what: tiers, what courses ask for, and what was bought, granted or earned.';
comment on table access.tiers is
'Levels of membership. Who has one has those of lower rank too; rank 0 is everyone''s, without a '
'login too.';
comment on column access.tiers.role_id is
'Who holds this role everywhere has the tier; null: it is had by entitlements alone.';
comment on table access.course_access_rules is
'What opens a course: any one of its rules. Without a rule only its teachers and those whom it was '
'granted to may read it. courses.access_tier is the label that follows.';
comment on table access.product_grants is
'What a product opens: a course or a tier; a bundle has several rows.';
comment on column access.product_grants.days is 'For how long; null: without an end.';
comment on table access.lesson_access_overrides is
'Lessons that a lower tier opens than their course asks for, as a free one in a paid course.';
comment on table access.user_entitlements is
'What someone may read and why: a course or a tier, from a purchase, a subscription, a referral, a '
'grant or a test. Ended by valid_to or revoked_at, never deleted.';
comment on column access.user_entitlements.source_id is
'Which purchase, subscription, referral or grant.';
comment on column access.user_entitlements.revoked_at is
'From when it no longer counts; null: never.';
comment on column access.user_entitlements.granted_by is 'Who granted it; null: the system.';
