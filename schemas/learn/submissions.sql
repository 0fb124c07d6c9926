-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.submissions (
    id uuid not null,
    assignment_id uuid not null,
    course_id uuid not null,
    user_id uuid not null,
    submission_no integer not null,
    content text,
    file_ids uuid[] default '{}'::uuid[] not null,
    submitted_at timestamp with time zone default now() not null,
    days_late integer not null,
    penalty_percent integer not null,
    max_points integer not null,
    status text default 'submitted'::text not null,
    version integer default 1 not null,
    raw_points numeric(7,2),
    points numeric(7,2),
    is_passed boolean,
    feedback text,
    graded_by uuid,
    graded_at timestamp with time zone,
    updated_at timestamp with time zone default now() not null,
    constraint pk_submissions PRIMARY KEY (id),
    constraint uq_submissions_submission_no UNIQUE (assignment_id, user_id, submission_no),
    constraint ck_submissions_content CHECK ((length(content) <= 200000)),
    constraint ck_submissions_feedback CHECK ((length(feedback) <= 20000)),
    constraint ck_submissions_file_ids CHECK ((cardinality(file_ids) <= 20)),
    constraint ck_submissions_graded CHECK (((status = 'graded'::text) = (num_nulls(raw_points, points, is_passed, graded_at) = 0))),
    constraint ck_submissions_penalty CHECK (((days_late >= 0) AND ((penalty_percent >= 0) AND (penalty_percent <= 100)))),
    constraint ck_submissions_points CHECK (((points >= (0)::numeric) AND (points <= raw_points))),
    constraint ck_submissions_raw_points CHECK (((raw_points >= (0)::numeric) AND (raw_points <= (max_points)::numeric))),
    constraint ck_submissions_status CHECK ((status = ANY (ARRAY['submitted'::text, 'graded'::text]))),
    constraint fk_submissions_assignment FOREIGN KEY (assignment_id) REFERENCES learn.assignments(id),
    constraint fk_submissions_enrollment FOREIGN KEY (user_id, course_id) REFERENCES learn.enrollments(user_id, course_id),
    constraint fk_submissions_graded_by FOREIGN KEY (graded_by) REFERENCES public.profiles(id)
);

comment on table learn.submissions is 'Work that learners handed in, and its points. Late policy and points of the assignment are those of that moment.';
comment on column learn.submissions.id is 'Chosen by the client, so that a repeated request is recognised.';
comment on column learn.submissions.course_id is 'The course of the enrolment.';
comment on column learn.submissions.file_ids is 'Ids of files in the schema that keeps files.';
comment on column learn.submissions.days_late is 'Days, begun ones counted whole, from when it was due to when it was handed in. Follows the assignment''s due date.';
comment on column learn.submissions.penalty_percent is 'The percentage that the grade loses for lateness. It follows the late policy and the due date.';
comment on column learn.submissions.version is 'Rises with each grading; a grader sends the one they saw.';
comment on column learn.submissions.raw_points is 'Points before the penalty.';

CREATE INDEX idx_submissions_course_id ON learn.submissions USING btree (course_id, submitted_at, id);
CREATE INDEX idx_submissions_graded_by ON learn.submissions USING btree (graded_by);
CREATE INDEX idx_submissions_user_course ON learn.submissions USING btree (user_id, course_id);
CREATE INDEX idx_submissions_waiting ON learn.submissions USING btree (course_id, submitted_at, id) WHERE (status = 'submitted'::text);

CREATE TRIGGER trg_submissions_set_updated_at BEFORE UPDATE ON learn.submissions FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.submissions enable row level security;

grant select on table learn.submissions to authenticated;
grant delete, insert, select, update on table learn.submissions to service_role;
grant select on table learn.submissions to staff;

create policy submissions_select_own on learn.submissions for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy submissions_select_staff on learn.submissions for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission)));

comment on policy submissions_select_own on learn.submissions is 'Learners see their own.';
comment on policy submissions_select_staff on learn.submissions is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any see everyone''s.';
