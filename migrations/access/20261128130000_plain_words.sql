comment on schema access is
'Access to courses: tiers, the rules of courses, and entitlements that people bought, earned or '
'were granted.';
comment on table access.tiers is
'Levels of membership. A tier includes all lower ones; everyone has the tier of rank 0, even '
'without a login.';
comment on column access.tiers.role_id is
'Holders of this role everywhere have the tier; null: only entitlements give it.';
comment on table access.course_access_rules is
'Rules that open a course; any one of them is enough. Without a rule only its teachers and people '
'it was granted to may read it. courses.access_tier is a label derived from these rules.';
comment on table access.product_grants is
'The course or the tier that a product opens; a bundle has several rows.';
comment on column access.product_grants.days is 'How long it stays open; null: without an end.';
comment on table access.lesson_access_overrides is
'Lessons that are open to a lower tier than their course, such as a free lesson in a paid course.';
comment on table access.user_entitlements is
'Courses and tiers that are open to a person, by a purchase, a subscription, a referral, a grant '
'or a test. Ended by valid_to or revoked_at, never deleted.';
comment on column access.user_entitlements.source_id is
'The purchase, subscription, referral or grant.';
comment on column access.user_entitlements.revoked_at is
'The time from which it no longer counts; null: none.';
comment on column access.user_entitlements.granted_by is
'The person who granted it; null: the system.';
