create table learn.assessments (
    id uuid not null default gen_random_uuid(),
    course_id uuid not null,
    lesson_id uuid,
    scope text generated always as (case when lesson_id is null then 'course' else 'lesson' end)
    stored,
    title text not null,
    description text,
    assessment_type text not null default 'quiz',
    time_limit_sec integer,
    passing_percent integer not null default 70,
    max_attempts integer default 3,
    shuffle_items boolean not null default false,
    shuffle_options boolean not null default false,
    results_shown text not null default 'at_once',
    review_shows text not null default 'answers',
    opens_at timestamptz,
    closes_at timestamptz,
    is_proctored boolean not null default false,
    is_required boolean not null default true,
    is_published boolean not null default false,
    published_at timestamptz,
    version_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_assessments primary key (id),
    constraint uq_assessments_id_course unique (id, course_id),
    constraint fk_assessments_course foreign key (course_id) references content.courses (id),
    constraint fk_assessments_lesson
    foreign key (lesson_id, course_id) references content.lessons (id, course_id)
    on update cascade,
    constraint ck_assessments_title check (title ~ '[^[:space:]]' and length(title) <= 150),
    constraint ck_assessments_description check (length(description) <= 5000),
    constraint ck_assessments_assessment_type
    check (assessment_type in ('quiz', 'final_exam', 'practice')),
    constraint ck_assessments_time_limit_sec check (time_limit_sec between 10 and 604800),
    constraint ck_assessments_passing_percent check (passing_percent between 0 and 100),
    constraint ck_assessments_max_attempts check (max_attempts between 1 and 1000),
    constraint ck_assessments_results_shown
    check (results_shown in ('at_once', 'after_close', 'never')),
    constraint ck_assessments_review_shows check (review_shows in ('score', 'answers')),
    constraint ck_assessments_period check (closes_at > opens_at),
    constraint ck_assessments_after_close
    check (results_shown <> 'after_close' or closes_at is not null),
    constraint ck_assessments_published
    check (not is_published or (version_id is not null and published_at is not null))
);

create index idx_assessments_course_id on learn.assessments (course_id);
create index idx_assessments_lesson on learn.assessments (lesson_id, course_id);

create trigger trg_assessments_set_updated_at
before update on learn.assessments
for each row execute function util.set_updated_at();

alter table learn.assessments enable row level security;

comment on table learn.assessments is
'Quizzes, exams and practice of a lesson or a course. Attempts are made on what was published of '
'them, in assessment_versions.';
comment on column learn.assessments.lesson_id is 'Null: of the whole course.';
comment on column learn.assessments.assessment_type is
'quiz, final_exam or practice; practice earns no XP and nothing waits for it.';
comment on column learn.assessments.time_limit_sec is 'Seconds; null: none.';
comment on column learn.assessments.max_attempts is 'Null: as many as one likes.';
comment on column learn.assessments.results_shown is
'When learners see their results: at_once (when graded), after_close (not before closes_at) or '
'never.';
comment on column learn.assessments.review_shows is
'What they see then: score, or answers with the points of each too. Keys are shown to nobody.';
comment on column learn.assessments.opens_at is 'Null: at once.';
comment on column learn.assessments.closes_at is
'When open attempts end, too; null: without an end.';
comment on column learn.assessments.is_required is
'Whether it must be passed to complete the lesson or course; asked of those who read a publication '
'of the course that is not older than it.';
comment on column learn.assessments.published_at is 'When first; null: never.';

create table learn.assessment_items (
    id uuid not null default gen_random_uuid(),
    assessment_id uuid not null,
    course_id uuid not null,
    item_order integer not null,
    item_type text not null,
    prompt text not null,
    options jsonb not null default '[]',
    points numeric(6, 2) not null default 1,
    penalty numeric(6, 2) not null default 0,
    has_partial_credit boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_assessment_items primary key (id),
    constraint uq_assessment_items_id_course unique (id, course_id),
    constraint uq_assessment_items_item_order unique (assessment_id, item_order) deferrable,
    constraint fk_assessment_items_assessment
    foreign key (assessment_id, course_id) references learn.assessments (id, course_id)
    on update cascade on delete cascade,
    constraint ck_assessment_items_item_order check (item_order > 0),
    constraint ck_assessment_items_item_type check (
        item_type in (
            'single_choice', 'multiple_select', 'true_false', 'short_answer', 'long_answer',
            'fill_blank', 'code'
        )
    ),
    constraint ck_assessment_items_prompt
    check (prompt ~ '[^[:space:]]' and length(prompt) <= 20000),
    constraint ck_assessment_items_options
    check (jsonb_typeof(options) = 'array' and length(options::text) <= 20000),
    constraint ck_assessment_items_points check (points between 0.01 and 9999.99),
    constraint ck_assessment_items_penalty check (penalty between 0 and points)
);

create index idx_assessment_items_assessment
on learn.assessment_items (assessment_id, course_id);
create index idx_assessment_items_course_id on learn.assessment_items (course_id);

create trigger trg_assessment_items_set_updated_at
before update on learn.assessment_items
for each row execute function util.set_updated_at();

alter table learn.assessment_items enable row level security;

comment on table learn.assessment_items is
'Questions, as their authors work on them. Right answers stand apart, in answer_keys.';
comment on column learn.assessment_items.course_id is 'A copy of assessments.course_id.';
comment on column learn.assessment_items.options is
'What can be chosen: [{"id": "a", "text": "..."}]; empty where nothing is chosen. A question '
'that loses an option, or gets another type, loses its right answer.';
comment on column learn.assessment_items.penalty is
'Points taken off for a wrong answer; none for no answer.';
comment on column learn.assessment_items.has_partial_credit is
'Whether a part of the answer earns a part of the points.';

create table learn.answer_keys (
    item_id uuid not null,
    correct jsonb,
    guidance text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_answer_keys primary key (item_id),
    constraint fk_answer_keys_item
    foreign key (item_id) references learn.assessment_items (id) on delete cascade,
    constraint ck_answer_keys_correct check (length(correct::text) <= 20000),
    constraint ck_answer_keys_guidance check (length(guidance) <= 20000)
);

create trigger trg_answer_keys_set_updated_at
before update on learn.answer_keys
for each row execute function util.set_updated_at();

alter table learn.answer_keys enable row level security;

comment on table learn.answer_keys is
'Right answers. No client reads this table; graders read it through learn.read_answer_keys().';
comment on column learn.answer_keys.correct is
'As learn.set_answer_key() describes it; null: a person grades.';
comment on column learn.answer_keys.guidance is 'What graders are told.';

create table learn.assessment_versions (
    id uuid not null default gen_random_uuid(),
    assessment_id uuid not null,
    course_id uuid not null,
    version integer not null,
    items jsonb not null,
    max_points numeric(10, 2) not null,
    passing_percent integer not null,
    time_limit_sec integer,
    shuffle_items boolean not null,
    shuffle_options boolean not null,
    published_by uuid,
    published_at timestamptz not null default now(),
    constraint pk_assessment_versions primary key (id),
    constraint uq_assessment_versions_version unique (assessment_id, version),
    constraint uq_assessment_versions_id_assessment unique (id, assessment_id),
    constraint fk_assessment_versions_assessment
    foreign key (assessment_id, course_id) references learn.assessments (id, course_id)
    on update cascade,
    constraint fk_assessment_versions_published_by
    foreign key (published_by) references public.profiles (id),
    constraint ck_assessment_versions_version check (version >= 1)
);

create index idx_assessment_versions_assessment
on learn.assessment_versions (assessment_id, course_id);
create index idx_assessment_versions_course_id on learn.assessment_versions (course_id);
create index idx_assessment_versions_published_by on learn.assessment_versions (published_by);

alter table learn.assessments
add constraint fk_assessments_version
foreign key (version_id, id) references learn.assessment_versions (id, assessment_id);

create index idx_assessments_version on learn.assessments (version_id, id);

alter table learn.assessment_versions enable row level security;

comment on table learn.assessment_versions is
'Each publication of an assessment, frozen. Attempts keep the one they began with.';
comment on column learn.assessment_versions.items is
'Its questions in order: [{"id", "type", "prompt", "options", "points", "penalty", '
'"has_partial_credit"}].';
comment on column learn.assessment_versions.published_by is 'Null: a back end.';

create table learn.assessment_version_keys (
    version_id uuid not null,
    keys jsonb not null,
    constraint pk_assessment_version_keys primary key (version_id),
    constraint fk_assessment_version_keys_version
    foreign key (version_id) references learn.assessment_versions (id)
);

alter table learn.assessment_version_keys enable row level security;

comment on table learn.assessment_version_keys is
'Right answers of a publication. No client reads this table.';
comment on column learn.assessment_version_keys.keys is
'{item id: correct}, null where a person grades.';

create table learn.user_assessment_attempts (
    id uuid not null default gen_random_uuid(),
    assessment_id uuid not null,
    version_id uuid not null,
    user_id uuid not null,
    course_id uuid not null,
    attempt_no integer not null,
    status text not null default 'open',
    started_at timestamptz not null default now(),
    deadline_at timestamptz,
    submitted_at timestamptz,
    was_late boolean not null default false,
    answers jsonb not null default '{}',
    updated_at timestamptz not null default now(),
    constraint pk_user_assessment_attempts primary key (id),
    constraint uq_user_assessment_attempts_attempt_no unique (assessment_id, user_id, attempt_no),
    constraint fk_user_assessment_attempts_version
    foreign key (version_id, assessment_id)
    references learn.assessment_versions (id, assessment_id),
    constraint fk_user_assessment_attempts_enrollment
    foreign key (user_id, course_id) references learn.enrollments (user_id, course_id),
    constraint ck_user_assessment_attempts_attempt_no check (attempt_no >= 1),
    constraint ck_user_assessment_attempts_status
    check (status in ('open', 'submitted', 'graded')),
    constraint ck_user_assessment_attempts_submitted_at
    check ((status = 'open') = (submitted_at is null)),
    constraint ck_user_assessment_attempts_answers
    check (jsonb_typeof(answers) = 'object' and length(answers::text) <= 200000)
);

create unique index idx_user_assessment_attempts_open
on learn.user_assessment_attempts (assessment_id, user_id) where status = 'open';
create index idx_user_assessment_attempts_deadline_at
on learn.user_assessment_attempts (deadline_at) where status = 'open';
create index idx_user_assessment_attempts_waiting
on learn.user_assessment_attempts (course_id, submitted_at, id) where status = 'submitted';
create index idx_user_assessment_attempts_version
on learn.user_assessment_attempts (version_id, assessment_id);
create index idx_user_assessment_attempts_user_course
on learn.user_assessment_attempts (user_id, course_id);
create index idx_user_assessment_attempts_course_id
on learn.user_assessment_attempts (course_id, started_at, id);

create trigger trg_user_assessment_attempts_set_updated_at
before update on learn.user_assessment_attempts
for each row execute function util.set_updated_at();

alter table learn.user_assessment_attempts enable row level security;

comment on table learn.user_assessment_attempts is
'Attempts at assessments, one open at a time for a person and assessment. Scores stand apart, in '
'attempt_results, because learners see them later or never.';
comment on column learn.user_assessment_attempts.course_id is 'Of the enrolment.';
comment on column learn.user_assessment_attempts.status is
'open, submitted (a person grades) or graded.';
comment on column learn.user_assessment_attempts.deadline_at is
'By the server''s clock; null: none. What comes later is not taken.';
comment on column learn.user_assessment_attempts.was_late is
'Whether the deadline ended it; what was saved before counts.';
comment on column learn.user_assessment_attempts.answers is
'{item id: answer}, as learn.save_answers() describes them.';

create table learn.attempt_results (
    attempt_id uuid not null,
    user_id uuid not null,
    course_id uuid not null,
    assessment_id uuid not null,
    version integer not null default 1,
    item_points jsonb not null,
    item_feedback jsonb not null default '{}',
    score numeric(10, 2) not null,
    max_score numeric(10, 2) not null,
    is_passed boolean not null,
    feedback text,
    graded_by uuid,
    graded_at timestamptz,
    shown_at timestamptz,
    updated_at timestamptz not null default now(),
    constraint pk_attempt_results primary key (attempt_id),
    constraint fk_attempt_results_attempt
    foreign key (attempt_id) references learn.user_assessment_attempts (id),
    constraint fk_attempt_results_enrollment
    foreign key (user_id, course_id) references learn.enrollments (user_id, course_id),
    constraint fk_attempt_results_assessment
    foreign key (assessment_id) references learn.assessments (id),
    constraint fk_attempt_results_graded_by
    foreign key (graded_by) references public.profiles (id),
    constraint ck_attempt_results_score check (score between 0 and max_score),
    constraint ck_attempt_results_feedback check (length(feedback) <= 20000),
    constraint ck_attempt_results_item_feedback
    check (jsonb_typeof(item_feedback) = 'object' and length(item_feedback::text) <= 100000)
);

create index idx_attempt_results_user_course on learn.attempt_results (user_id, course_id);
create index idx_attempt_results_course_id on learn.attempt_results (course_id, user_id);
create index idx_attempt_results_assessment_id
on learn.attempt_results (assessment_id, user_id);
create index idx_attempt_results_graded_by on learn.attempt_results (graded_by);

create trigger trg_attempt_results_set_updated_at
before update on learn.attempt_results
for each row execute function util.set_updated_at();

alter table learn.attempt_results enable row level security;

comment on table learn.attempt_results is 'What attempts earned.';
comment on column learn.attempt_results.version is
'Rises with each grading; a grader names the one they saw.';
comment on column learn.attempt_results.item_points is
'{item id: points}, null where a person has yet to grade, below 0 where a penalty was taken off.';
comment on column learn.attempt_results.score is 'Points, never below 0; so far, until graded_at.';
comment on column learn.attempt_results.graded_by is 'Who graded last; null: nobody had to.';
comment on column learn.attempt_results.graded_at is 'When all items were graded; null: not yet.';
comment on column learn.attempt_results.shown_at is 'From when the learner sees it; null: never.';

create table learn.assignments (
    id uuid not null default gen_random_uuid(),
    course_id uuid not null,
    lesson_id uuid,
    title text not null,
    instructions text,
    points integer not null default 100,
    passing_percent integer not null default 50,
    due_at timestamptz,
    due_after_days integer,
    is_late_allowed boolean not null default true,
    late_penalty_percent integer not null default 0,
    late_floor_percent integer not null default 0,
    max_submissions integer not null default 3,
    is_required boolean not null default false,
    is_published boolean not null default false,
    published_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_assignments primary key (id),
    constraint uq_assignments_id_course unique (id, course_id),
    constraint fk_assignments_course foreign key (course_id) references content.courses (id),
    constraint fk_assignments_lesson
    foreign key (lesson_id, course_id) references content.lessons (id, course_id)
    on update cascade,
    constraint ck_assignments_title check (title ~ '[^[:space:]]' and length(title) <= 150),
    constraint ck_assignments_instructions check (length(instructions) <= 50000),
    constraint ck_assignments_points check (points between 1 and 10000),
    constraint ck_assignments_passing_percent check (passing_percent between 0 and 100),
    constraint ck_assignments_due check (num_nonnulls(due_at, due_after_days) <= 1),
    constraint ck_assignments_due_at check (isfinite(due_at)),
    constraint ck_assignments_due_after_days check (due_after_days between 0 and 3650),
    constraint ck_assignments_late_penalty_percent check (late_penalty_percent between 0 and 100),
    constraint ck_assignments_late_floor_percent check (late_floor_percent between 0 and 100),
    constraint ck_assignments_max_submissions check (max_submissions between 1 and 100),
    constraint ck_assignments_published check (not is_published or published_at is not null)
);

create index idx_assignments_course_id on learn.assignments (course_id);
create index idx_assignments_lesson on learn.assignments (lesson_id, course_id);

create trigger trg_assignments_set_updated_at
before update on learn.assignments
for each row execute function util.set_updated_at();

alter table learn.assignments enable row level security;

comment on table learn.assignments is 'Work to hand in, graded by a person.';
comment on column learn.assignments.lesson_id is 'Null: of the whole course.';
comment on column learn.assignments.due_at is 'For everyone; null: see due_after_days.';
comment on column learn.assignments.due_after_days is
'Days after the enrolment; null here and in due_at: no deadline.';
comment on column learn.assignments.late_penalty_percent is
'Taken off for each day late that was begun.';
comment on column learn.assignments.late_floor_percent is
'What late work is worth at least, of what it earned.';
comment on column learn.assignments.is_required is
'Whether it must be passed to complete the lesson or course.';
comment on column learn.assignments.published_at is 'When first; null: never.';

create table learn.submissions (
    id uuid not null,
    assignment_id uuid not null,
    course_id uuid not null,
    user_id uuid not null,
    submission_no integer not null,
    content text,
    file_ids uuid[] not null default '{}',
    submitted_at timestamptz not null default now(),
    days_late integer not null,
    penalty_percent integer not null,
    max_points integer not null,
    status text not null default 'submitted',
    version integer not null default 1,
    raw_points numeric(7, 2),
    points numeric(7, 2),
    is_passed boolean,
    feedback text,
    graded_by uuid,
    graded_at timestamptz,
    updated_at timestamptz not null default now(),
    constraint pk_submissions primary key (id),
    constraint uq_submissions_submission_no unique (assignment_id, user_id, submission_no),
    constraint fk_submissions_assignment
    foreign key (assignment_id) references learn.assignments (id),
    constraint fk_submissions_enrollment
    foreign key (user_id, course_id) references learn.enrollments (user_id, course_id),
    constraint fk_submissions_graded_by foreign key (graded_by) references public.profiles (id),
    constraint ck_submissions_content check (length(content) <= 200000),
    constraint ck_submissions_file_ids check (cardinality(file_ids) <= 20),
    constraint ck_submissions_penalty check (days_late >= 0 and penalty_percent between 0 and 100),
    constraint ck_submissions_status check (status in ('submitted', 'graded')),
    constraint ck_submissions_graded check (
        (status = 'graded') = (num_nulls(raw_points, points, is_passed, graded_at) = 0)
    ),
    constraint ck_submissions_raw_points check (raw_points between 0 and max_points),
    constraint ck_submissions_points check (points between 0 and raw_points),
    constraint ck_submissions_feedback check (length(feedback) <= 20000)
);

create index idx_submissions_user_course on learn.submissions (user_id, course_id);
create index idx_submissions_course_id on learn.submissions (course_id, submitted_at, id);
create index idx_submissions_waiting on learn.submissions (course_id, submitted_at, id)
where status = 'submitted';
create index idx_submissions_graded_by on learn.submissions (graded_by);

create trigger trg_submissions_set_updated_at
before update on learn.submissions
for each row execute function util.set_updated_at();

alter table learn.submissions enable row level security;

comment on table learn.submissions is
'What learners handed in, and what it earned. Late policy and points are those of that moment.';
comment on column learn.submissions.id is
'Chosen by the client, so that a repeated request is known.';
comment on column learn.submissions.course_id is 'Of the enrolment.';
comment on column learn.submissions.file_ids is 'Files, in the schema that keeps files.';
comment on column learn.submissions.penalty_percent is 'Taken off what it earned.';
comment on column learn.submissions.raw_points is 'Before the penalty.';
comment on column learn.submissions.version is
'Rises with each grading; a grader names the one they saw.';

create table learn.proctoring_sessions (
    attempt_id uuid not null,
    user_id uuid not null,
    course_id uuid not null,
    event_count integer not null default 0,
    screenshot_ids uuid[] not null default '{}',
    analysis jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_proctoring_sessions primary key (attempt_id),
    constraint fk_proctoring_sessions_attempt
    foreign key (attempt_id) references learn.user_assessment_attempts (id),
    constraint fk_proctoring_sessions_user
    foreign key (user_id) references public.profiles (id),
    constraint ck_proctoring_sessions_event_count check (event_count >= 0),
    constraint ck_proctoring_sessions_analysis
    check (jsonb_typeof(analysis) = 'object' and length(analysis::text) <= 100000)
);

create index idx_proctoring_sessions_user_id on learn.proctoring_sessions (user_id);
create index idx_proctoring_sessions_course_id on learn.proctoring_sessions (course_id);

create trigger trg_proctoring_sessions_set_updated_at
before update on learn.proctoring_sessions
for each row execute function util.set_updated_at();

alter table learn.proctoring_sessions enable row level security;

comment on table learn.proctoring_sessions is
'What watched over an attempt. For graders; the learner sees none of it.';
comment on column learn.proctoring_sessions.screenshot_ids is
'Files, in the schema that keeps files.';
comment on column learn.proctoring_sessions.analysis is 'What a back end found, in its own terms.';

create table learn.proctoring_events (
    id uuid not null default gen_random_uuid(),
    attempt_id uuid not null,
    user_id uuid not null,
    course_id uuid not null,
    violation_type text not null,
    details jsonb not null default '{}',
    file_id uuid,
    occurred_at timestamptz not null default now(),
    constraint pk_proctoring_events primary key (id),
    constraint fk_proctoring_events_session
    foreign key (attempt_id) references learn.proctoring_sessions (attempt_id),
    constraint fk_proctoring_events_user foreign key (user_id) references public.profiles (id),
    constraint ck_proctoring_events_violation_type check (
        violation_type in (
            'phone_detected', 'multiple_faces', 'no_face', 'looking_away', 'audio_detected',
            'tab_switch', 'copy_paste', 'other'
        )
    ),
    constraint ck_proctoring_events_details
    check (jsonb_typeof(details) = 'object' and length(details::text) <= 4096)
);

create index idx_proctoring_events_attempt on learn.proctoring_events (attempt_id, occurred_at);
create index idx_proctoring_events_user_id on learn.proctoring_events (user_id);
create index idx_proctoring_events_course_id on learn.proctoring_events (course_id);

alter table learn.proctoring_events enable row level security;

comment on table learn.proctoring_events is
'What a learner''s own browser reported during an attempt; hints for graders, no proof.';
comment on column learn.proctoring_events.file_id is 'A screenshot; null: none.';

create table learn.live_sessions (
    id uuid not null default gen_random_uuid(),
    course_id uuid not null,
    lesson_id uuid,
    cohort_id uuid,
    host_id uuid not null default auth.uid(),
    title text not null,
    description text,
    scheduled_at timestamptz not null,
    duration_sec integer not null default 3600,
    max_participants integer,
    status text not null default 'scheduled',
    started_at timestamptz,
    ended_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_live_sessions primary key (id),
    constraint uq_live_sessions_id_course unique (id, course_id),
    constraint fk_live_sessions_course foreign key (course_id) references content.courses (id),
    constraint fk_live_sessions_lesson
    foreign key (lesson_id, course_id) references content.lessons (id, course_id)
    on update cascade,
    constraint fk_live_sessions_cohort
    foreign key (cohort_id, course_id) references learn.cohorts (id, course_id),
    constraint fk_live_sessions_host foreign key (host_id) references public.profiles (id),
    constraint ck_live_sessions_title check (title ~ '[^[:space:]]' and length(title) <= 150),
    constraint ck_live_sessions_description check (length(description) <= 5000),
    constraint ck_live_sessions_duration_sec check (duration_sec between 60 and 86400),
    constraint ck_live_sessions_max_participants check (max_participants between 1 and 1000000),
    constraint ck_live_sessions_status
    check (status in ('scheduled', 'live', 'ended', 'cancelled')),
    constraint ck_live_sessions_started_at
    check ((status in ('live', 'ended')) = (started_at is not null)),
    constraint ck_live_sessions_ended_at check ((status = 'ended') = (ended_at is not null))
);

create index idx_live_sessions_course_id on learn.live_sessions (course_id, scheduled_at, id);
create index idx_live_sessions_lesson on learn.live_sessions (lesson_id, course_id);
create index idx_live_sessions_cohort on learn.live_sessions (cohort_id, course_id);
create index idx_live_sessions_host_id on learn.live_sessions (host_id);

create trigger trg_live_sessions_set_updated_at
before update on learn.live_sessions
for each row execute function util.set_updated_at();

alter table learn.live_sessions enable row level security;

comment on table learn.live_sessions is
'Meetings of a course. Where they are held stands apart, in live_session_links.';
comment on column learn.live_sessions.lesson_id is 'Null: of the whole course.';
comment on column learn.live_sessions.cohort_id is 'For this cohort alone; null: for all.';
comment on column learn.live_sessions.max_participants is 'Besides teachers; null: no limit.';

create table learn.live_session_links (
    session_id uuid not null,
    course_id uuid not null,
    join_url text,
    recording_url text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_live_session_links primary key (session_id),
    constraint fk_live_session_links_session
    foreign key (session_id, course_id) references learn.live_sessions (id, course_id)
    on update cascade on delete cascade,
    constraint ck_live_session_links_join_url
    check (join_url ~ '^https://[^[:space:]]+$' and length(join_url) <= 2000),
    constraint ck_live_session_links_recording_url
    check (recording_url ~ '^https://[^[:space:]]+$' and length(recording_url) <= 2000)
);

create index idx_live_session_links_session
on learn.live_session_links (session_id, course_id);
create index idx_live_session_links_course_id on learn.live_session_links (course_id);

create trigger trg_live_session_links_set_updated_at
before update on learn.live_session_links
for each row execute function util.set_updated_at();

alter table learn.live_session_links enable row level security;

comment on table learn.live_session_links is
'Where a meeting is held and its recording. Learners get them by learn.join_live_session().';
comment on column learn.live_session_links.course_id is 'A copy of live_sessions.course_id.';

create table learn.live_session_participants (
    session_id uuid not null,
    user_id uuid not null,
    course_id uuid not null,
    role text not null,
    joined_at timestamptz not null default now(),
    left_at timestamptz,
    attended_sec integer not null default 0,
    constraint pk_live_session_participants primary key (session_id, user_id),
    constraint fk_live_session_participants_session
    foreign key (session_id) references learn.live_sessions (id),
    constraint fk_live_session_participants_user
    foreign key (user_id) references public.profiles (id),
    constraint ck_live_session_participants_role check (role in ('host', 'learner')),
    constraint ck_live_session_participants_attended_sec check (attended_sec >= 0)
);

create index idx_live_session_participants_user_id
on learn.live_session_participants (user_id, joined_at);
create index idx_live_session_participants_course_id
on learn.live_session_participants (course_id);

alter table learn.live_session_participants enable row level security;

comment on table learn.live_session_participants is 'Who took part in a meeting, and how long.';
comment on column learn.live_session_participants.course_id is 'A copy of live_sessions.course_id.';
comment on column learn.live_session_participants.role is 'host (whoever teaches) or learner.';
comment on column learn.live_session_participants.joined_at is 'The last time.';
comment on column learn.live_session_participants.left_at is 'The last time; null: still there.';
comment on column learn.live_session_participants.attended_sec is
'Seconds of earlier stays, without one that lasts.';
