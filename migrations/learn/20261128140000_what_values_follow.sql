-- dbtool: lint-off squawk:require-concurrent-index-creation: The column is new and holds nothing.
-- dbtool: lint-off squawk:constraint-missing-not-valid: It has nothing to check yet.
-- dbtool: lint-off squawk:adding-not-nullable-field: Certificates are few and read by their hash.
alter table learn.enrollments
add column due_from timestamptz,
add column completed_version_id uuid,
add constraint fk_enrollments_completed_version
foreign key (completed_version_id, course_id)
references content.content_versions (id, course_id) not valid;

alter table learn.enrollments validate constraint fk_enrollments_completed_version;

create index idx_enrollments_completed_version
on learn.enrollments (completed_version_id, course_id);

comment on column learn.enrollments.enrolled_at is
'When the person enrolled, the last time.';
comment on column learn.enrollments.expires_at is
'When the enrolment ends; null: never. It follows the cohort''s access_until, unless staff set '
'another end.';
comment on column learn.enrollments.due_from is
'From when due_after_days of assignments counts, if not from enrolled_at: leaving and coming back '
'renews no deadline. Staff who enrol somebody again renew it.';
comment on column learn.enrollments.completed_version_id is
'The publication that was completed; stays when the learner takes up a newer one. Null: not '
'completed, or in the time before this was kept: then version_id.';

update learn.enrollments as e
set
    completed_version_id = (
        select c.version_id from learn.certificates as c
        where c.user_id = e.user_id and c.course_id = e.course_id
        order by c.issued_at
        limit 1
    )
where
    e.status = 'completed'
    and exists (
        select from learn.certificates as c
        where c.user_id = e.user_id and c.course_id = e.course_id
    );

alter table learn.certificates
add column completed_at timestamptz;

comment on column learn.certificates.issued_at is
'When this certificate was made; one that replaces another is younger than the completion.';
comment on column learn.certificates.completed_at is
'When the course was completed.';

update learn.certificates as c
set
    completed_at = coalesce(
        (
            select e.completed_at from learn.enrollments as e
            where e.user_id = c.user_id and e.course_id = c.course_id
        ),
        c.issued_at
    );

alter table learn.certificates
alter column completed_at set not null;

comment on column learn.user_assessment_attempts.deadline_at is
'When the attempt ends by itself: the time limit of its version after its start, or closes_at of '
'the assessment if that is earlier, which it follows. Null: never.';
comment on column learn.submissions.days_late is
'Days, begun ones counted whole, from when it was due to when it was handed in. Follows the '
'assignment''s due date.';
comment on column learn.submissions.penalty_percent is
'The percentage that the grade loses for lateness. It follows the late policy and the due date.';
