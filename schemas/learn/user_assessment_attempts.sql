-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.user_assessment_attempts (
    id uuid default gen_random_uuid() not null,
    assessment_id uuid not null,
    version_id uuid not null,
    user_id uuid not null,
    course_id uuid not null,
    attempt_no integer not null,
    status text default 'open'::text not null,
    started_at timestamp with time zone default now() not null,
    deadline_at timestamp with time zone,
    submitted_at timestamp with time zone,
    was_late boolean default false not null,
    answers jsonb default '{}'::jsonb not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_user_assessment_attempts PRIMARY KEY (id),
    constraint uq_user_assessment_attempts_attempt_no UNIQUE (assessment_id, user_id, attempt_no),
    constraint ck_user_assessment_attempts_answers CHECK (((jsonb_typeof(answers) = 'object'::text) AND (length((answers)::text) <= 200000))),
    constraint ck_user_assessment_attempts_attempt_no CHECK ((attempt_no >= 1)),
    constraint ck_user_assessment_attempts_status CHECK ((status = ANY (ARRAY['open'::text, 'submitted'::text, 'graded'::text]))),
    constraint ck_user_assessment_attempts_submitted_at CHECK (((status = 'open'::text) = (submitted_at IS NULL))),
    constraint fk_user_assessment_attempts_enrollment FOREIGN KEY (user_id, course_id) REFERENCES learn.enrollments(user_id, course_id),
    constraint fk_user_assessment_attempts_version FOREIGN KEY (version_id, assessment_id) REFERENCES learn.assessment_versions(id, assessment_id)
);

comment on table learn.user_assessment_attempts is 'Attempts at assessments, one open at a time for a person and assessment. Scores are in attempt_results, because learners see them later or never.';
comment on column learn.user_assessment_attempts.course_id is 'The course of the enrolment.';
comment on column learn.user_assessment_attempts.status is 'open, submitted (a person grades) or graded.';
comment on column learn.user_assessment_attempts.deadline_at is 'When the attempt ends by itself: the time limit of its version after its start, or closes_at of the assessment if that is earlier, which it follows. Null: never.';
comment on column learn.user_assessment_attempts.was_late is 'Whether the deadline ended it; then the saved answers count.';
comment on column learn.user_assessment_attempts.answers is '{item id: answer}, as learn.save_answers() describes them.';

CREATE INDEX idx_user_assessment_attempts_course_id ON learn.user_assessment_attempts USING btree (course_id, started_at, id);
CREATE INDEX idx_user_assessment_attempts_deadline_at ON learn.user_assessment_attempts USING btree (deadline_at) WHERE (status = 'open'::text);
CREATE UNIQUE INDEX idx_user_assessment_attempts_open ON learn.user_assessment_attempts USING btree (assessment_id, user_id) WHERE (status = 'open'::text);
CREATE INDEX idx_user_assessment_attempts_user_course ON learn.user_assessment_attempts USING btree (user_id, course_id);
CREATE INDEX idx_user_assessment_attempts_version ON learn.user_assessment_attempts USING btree (version_id, assessment_id);
CREATE INDEX idx_user_assessment_attempts_waiting ON learn.user_assessment_attempts USING btree (course_id, submitted_at, id) WHERE (status = 'submitted'::text);

CREATE TRIGGER trg_user_assessment_attempts_set_updated_at BEFORE UPDATE ON learn.user_assessment_attempts FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.user_assessment_attempts enable row level security;

grant select on table learn.user_assessment_attempts to authenticated;
grant delete, insert, select, update on table learn.user_assessment_attempts to service_role;
grant select on table learn.user_assessment_attempts to staff;

create policy user_assessment_attempts_select_own on learn.user_assessment_attempts for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_assessment_attempts_select_staff on learn.user_assessment_attempts for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission)));

comment on policy user_assessment_attempts_select_own on learn.user_assessment_attempts is 'Learners see their own.';
comment on policy user_assessment_attempts_select_staff on learn.user_assessment_attempts is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any see everyone''s.';
