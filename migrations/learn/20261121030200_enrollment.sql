create schema learn;

comment on schema learn is
'Who learns what: enrolments, progress, assessments, live sessions and certificates.';

grant usage on schema learn to anon, authenticated, staff, service_role;

create table learn.settings (
    key text not null,
    value integer not null,
    description text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_settings primary key (key),
    constraint ck_settings_key check (key ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'),
    constraint ck_settings_value check (value >= 0)
);

create trigger trg_settings_set_updated_at
before update on learn.settings
for each row execute function util.set_updated_at();

alter table learn.settings enable row level security;

comment on table learn.settings is
'Limits of learning that an operator may change, one number a row.';
comment on column learn.settings.description is 'What the number limits, and its unit.';

create table learn.cohorts (
    id uuid not null default gen_random_uuid(),
    course_id uuid not null,
    course_is_visible boolean not null default false,
    title text not null,
    description text,
    seats integer,
    seats_taken integer not null default 0,
    waiting_count integer not null default 0,
    starts_at timestamptz,
    ends_at timestamptz,
    enroll_from timestamptz,
    enroll_until timestamptz,
    access_until timestamptz,
    is_published boolean not null default false,
    is_visible boolean generated always as (course_is_visible and is_published) stored,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_cohorts primary key (id),
    constraint uq_cohorts_id_course unique (id, course_id),
    constraint fk_cohorts_course
    foreign key (course_id, course_is_visible) references content.courses (id, is_visible)
    on update cascade,
    constraint ck_cohorts_title check (title ~ '[^[:space:]]' and length(title) <= 150),
    constraint ck_cohorts_description check (length(description) <= 5000),
    constraint ck_cohorts_seats check (seats between 1 and 1000000),
    -- Whatever goes wrong elsewhere, a seat is not given twice.
    constraint ck_cohorts_seats_taken check (seats_taken >= 0 and seats_taken <= seats),
    constraint ck_cohorts_waiting_count check (waiting_count >= 0),
    constraint ck_cohorts_period check (ends_at > starts_at),
    constraint ck_cohorts_enrolment check (enroll_until > enroll_from)
);

create index idx_cohorts_course on learn.cohorts (course_id, course_is_visible);

create trigger trg_cohorts_set_updated_at
before update on learn.cohorts
for each row execute function util.set_updated_at();

alter table learn.cohorts enable row level security;

comment on table learn.cohorts is 'Groups that take a course together, with a number of seats.';
comment on column learn.cohorts.course_is_visible is 'A copy of courses.is_visible.';
comment on column learn.cohorts.seats is 'Null: as many as come. Never below seats_taken.';
comment on column learn.cohorts.seats_taken is 'By those who learn in it or completed it.';
comment on column learn.cohorts.waiting_count is 'People on its waitlist.';
comment on column learn.cohorts.enroll_from is 'Null: at once.';
comment on column learn.cohorts.enroll_until is 'Null: without an end.';
comment on column learn.cohorts.access_until is
'When the enrolments of its members expire; null: never. A change counts for later ones.';
comment on column learn.cohorts.is_visible is 'Whether anyone may know it.';

create table learn.enrollments (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    course_id uuid not null,
    version_id uuid not null,
    cohort_id uuid,
    status text not null default 'active',
    source text not null,
    enrolled_at timestamptz not null default now(),
    completed_at timestamptz,
    ended_at timestamptz,
    expires_at timestamptz,
    updated_at timestamptz not null default now(),
    constraint pk_enrollments primary key (id),
    constraint uq_enrollments_user_course unique (user_id, course_id),
    constraint fk_enrollments_user foreign key (user_id) references public.profiles (id),
    constraint fk_enrollments_course foreign key (course_id) references content.courses (id),
    constraint fk_enrollments_version
    foreign key (version_id, course_id) references content.content_versions (id, course_id),
    constraint fk_enrollments_cohort
    foreign key (cohort_id, course_id) references learn.cohorts (id, course_id),
    constraint ck_enrollments_status
    check (status in ('active', 'completed', 'dropped', 'expired')),
    constraint ck_enrollments_source check (
        source in (
            'free', 'role', 'purchase', 'subscription', 'referral', 'grant', 'test', 'teacher',
            'staff'
        )
    ),
    constraint ck_enrollments_completed_at
    check ((status = 'completed') = (completed_at is not null)),
    constraint ck_enrollments_ended_at
    check ((status in ('dropped', 'expired')) = (ended_at is not null))
);

create index idx_enrollments_course on learn.enrollments (course_id, enrolled_at, id);
create index idx_enrollments_active on learn.enrollments (course_id, enrolled_at, id)
where status = 'active';
create index idx_enrollments_version on learn.enrollments (version_id, course_id);
create index idx_enrollments_cohort on learn.enrollments (cohort_id, course_id);
create index idx_enrollments_expires_at on learn.enrollments (expires_at)
where status = 'active';

create trigger trg_enrollments_set_updated_at
before update on learn.enrollments
for each row execute function util.set_updated_at();

alter table learn.enrollments enable row level security;

comment on table learn.enrollments is
'Who takes or took which course: one row a person and course, with the publication that they read. '
'It opens nothing by itself; what they may read is asked of schema access.';
comment on column learn.enrollments.version_id is
'The publication they read, until they take up a newer one.';
comment on column learn.enrollments.status is
'active, completed, dropped (left by the learner or taken out) or expired. Without a row: never '
'enrolled.';
comment on column learn.enrollments.source is
'What opened the course when they enrolled: free, role, purchase, subscription, referral, grant, '
'test, teacher, or staff who enrolled them.';
comment on column learn.enrollments.ended_at is 'When it was dropped or expired.';
comment on column learn.enrollments.expires_at is 'From when it no longer counts; null: never.';

create table learn.waitlist_entries (
    id uuid not null default gen_random_uuid(),
    entry_no bigint generated always as identity,
    user_id uuid not null,
    course_id uuid not null,
    cohort_id uuid,
    source text,
    expires_at timestamptz,
    status text not null default 'waiting',
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    constraint pk_waitlist_entries primary key (id),
    constraint uq_waitlist_entries_entry_no unique (entry_no),
    constraint fk_waitlist_entries_user foreign key (user_id) references public.profiles (id),
    constraint fk_waitlist_entries_course
    foreign key (course_id) references content.courses (id),
    constraint fk_waitlist_entries_cohort
    foreign key (cohort_id, course_id) references learn.cohorts (id, course_id),
    constraint ck_waitlist_entries_source check (source = 'staff'),
    constraint ck_waitlist_entries_status check (status in ('waiting', 'enrolled', 'left')),
    constraint ck_waitlist_entries_ended_at check ((status = 'waiting') = (ended_at is null))
);

create unique index idx_waitlist_entries_waiting_once
on learn.waitlist_entries (user_id, course_id) where status = 'waiting';
create index idx_waitlist_entries_waiting on learn.waitlist_entries (course_id, entry_no)
where status = 'waiting';
create index idx_waitlist_entries_user_id on learn.waitlist_entries (user_id);
create index idx_waitlist_entries_course_id on learn.waitlist_entries (course_id);
create index idx_waitlist_entries_cohort on learn.waitlist_entries (cohort_id, course_id);

alter table learn.waitlist_entries enable row level security;

comment on table learn.waitlist_entries is
'Who waits for a seat; who came first gets it.';
comment on column learn.waitlist_entries.entry_no is
'Rises in the order in which people came, as each takes it under the course''s lock.';
comment on column learn.waitlist_entries.cohort_id is 'Null: for the course, in no cohort.';
comment on column learn.waitlist_entries.source is
'staff, who are asked nothing; null: what opens the course to them is asked when there is a seat.';
comment on column learn.waitlist_entries.expires_at is
'When the enrolment is to end; null: as the cohort says.';
comment on column learn.waitlist_entries.status is
'waiting, enrolled (got a seat) or left (gave up).';

create table learn.user_progress (
    user_id uuid not null,
    lesson_id uuid not null,
    course_id uuid not null,
    status text not null default 'in_progress',
    started_at timestamptz not null default now(),
    completed_at timestamptz,
    watch_time_sec integer not null default 0,
    last_position_sec integer not null default 0,
    last_activity_at timestamptz not null default now(),
    constraint pk_user_progress primary key (user_id, lesson_id),
    constraint fk_user_progress_enrollment
    foreign key (user_id, course_id) references learn.enrollments (user_id, course_id),
    constraint fk_user_progress_lesson foreign key (lesson_id) references content.lessons (id),
    constraint ck_user_progress_status check (status in ('in_progress', 'completed')),
    constraint ck_user_progress_completed_at
    check ((status = 'completed') = (completed_at is not null)),
    constraint ck_user_progress_times check (watch_time_sec >= 0 and last_position_sec >= 0)
-- Players report every few seconds: with room on its page, a row changes without its indexes.
) with (fillfactor = 85);

create index idx_user_progress_user_course on learn.user_progress (user_id, course_id);
create index idx_user_progress_course_user on learn.user_progress (course_id, user_id);
create index idx_user_progress_lesson_id on learn.user_progress (lesson_id);

alter table learn.user_progress enable row level security;

comment on table learn.user_progress is
'How far learners are in lessons. Without a row: not started.';
comment on column learn.user_progress.course_id is
'Of the enrolment; where the lesson moved since, it is still this one for the learner.';
comment on column learn.user_progress.status is 'in_progress or completed.';
comment on column learn.user_progress.watch_time_sec is
'Seconds watched or read, at most a few times as fast as the clock.';
comment on column learn.user_progress.last_position_sec is
'Where to go on: seconds from the start.';

create table learn.lesson_analytics (
    user_id uuid not null,
    lesson_id uuid not null,
    course_id uuid not null,
    interactions jsonb not null default '{}',
    updated_at timestamptz not null default now(),
    constraint pk_lesson_analytics primary key (user_id, lesson_id),
    constraint fk_lesson_analytics_progress
    foreign key (user_id, lesson_id) references learn.user_progress (user_id, lesson_id),
    constraint ck_lesson_analytics_interactions
    check (jsonb_typeof(interactions) = 'object' and length(interactions::text) <= 4096)
);

create index idx_lesson_analytics_course_id on learn.lesson_analytics (course_id);
create index idx_lesson_analytics_lesson_id on learn.lesson_analytics (lesson_id);

create trigger trg_lesson_analytics_set_updated_at
before update on learn.lesson_analytics
for each row execute function util.set_updated_at();

alter table learn.lesson_analytics enable row level security;

comment on table learn.lesson_analytics is
'What learners did in a lesson''s player. Time and position stand in user_progress.';
comment on column learn.lesson_analytics.interactions is
'How often: {"pause": 3, "seek": 1}, under names that the app chooses.';

create table learn.certificates (
    id uuid not null default gen_random_uuid(),
    serial_no bigint generated always as identity,
    number text generated always as ('C' || lpad(serial_no::text, 9, '0')) stored,
    verify_hash text not null,
    user_id uuid not null,
    course_id uuid not null,
    version_id uuid not null,
    holder_name text not null,
    course_title text not null,
    metadata jsonb not null default '{}',
    issued_at timestamptz not null default now(),
    issued_by uuid,
    revoked_at timestamptz,
    revoked_by uuid,
    revoked_reason text,
    constraint pk_certificates primary key (id),
    constraint uq_certificates_serial_no unique (serial_no),
    constraint uq_certificates_verify_hash unique (verify_hash),
    constraint fk_certificates_enrollment
    foreign key (user_id, course_id) references learn.enrollments (user_id, course_id),
    constraint fk_certificates_version
    foreign key (version_id, course_id) references content.content_versions (id, course_id),
    constraint fk_certificates_issued_by foreign key (issued_by) references public.profiles (id),
    constraint fk_certificates_revoked_by foreign key (revoked_by) references public.profiles (id),
    constraint ck_certificates_verify_hash check (verify_hash ~ '^[0-9a-f]{64}$'),
    constraint ck_certificates_metadata
    check (jsonb_typeof(metadata) = 'object' and length(metadata::text) <= 4096),
    constraint ck_certificates_revoked
    check (num_nonnulls(revoked_at, revoked_reason) <> 1),
    constraint ck_certificates_revoked_reason check (length(revoked_reason) <= 500)
);

create unique index idx_certificates_valid on learn.certificates (user_id, course_id)
where revoked_at is null;
create index idx_certificates_user_course on learn.certificates (user_id, course_id);
create index idx_certificates_course on learn.certificates (course_id, issued_at, id);
create index idx_certificates_version on learn.certificates (version_id, course_id);
create index idx_certificates_issued_by on learn.certificates (issued_by);
create index idx_certificates_revoked_by on learn.certificates (revoked_by);

alter table learn.certificates enable row level security;

comment on table learn.certificates is
'Who completed which publication of a course. Revoked, never deleted; one that is not revoked a '
'person and course.';
comment on column learn.certificates.number is 'What people call it by; no secret.';
comment on column learn.certificates.verify_hash is
'64 random hexadecimal digits: who has them may see the certificate.';
comment on column learn.certificates.holder_name is 'As it was then.';
comment on column learn.certificates.course_title is 'As it was then.';
comment on column learn.certificates.metadata is
'The course''s certificate_settings, as they were.';
comment on column learn.certificates.issued_by is 'Null: by completing the course.';
