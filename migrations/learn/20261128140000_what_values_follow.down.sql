comment on column learn.submissions.penalty_percent is 'Percent taken off its points.';
comment on column learn.submissions.days_late is null;
comment on column learn.user_assessment_attempts.deadline_at is
'By the server''s clock; null: none. Later answers are ignored.';

alter table learn.certificates drop column completed_at;

comment on column learn.certificates.issued_at is null;

alter table learn.enrollments
drop column completed_version_id,
drop column due_from;

comment on column learn.enrollments.expires_at is
'The time from which it no longer counts; null: none.';
comment on column learn.enrollments.enrolled_at is null;
