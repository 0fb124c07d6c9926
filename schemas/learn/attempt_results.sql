-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.attempt_results (
    attempt_id uuid not null,
    user_id uuid not null,
    course_id uuid not null,
    assessment_id uuid not null,
    version integer default 1 not null,
    item_points jsonb not null,
    item_feedback jsonb default '{}'::jsonb not null,
    score numeric(10,2) not null,
    max_score numeric(10,2) not null,
    is_passed boolean not null,
    feedback text,
    graded_by uuid,
    graded_at timestamp with time zone,
    shown_at timestamp with time zone,
    updated_at timestamp with time zone default now() not null,
    constraint pk_attempt_results PRIMARY KEY (attempt_id),
    constraint ck_attempt_results_feedback CHECK ((length(feedback) <= 20000)),
    constraint ck_attempt_results_item_feedback CHECK (((jsonb_typeof(item_feedback) = 'object'::text) AND (length((item_feedback)::text) <= 100000))),
    constraint ck_attempt_results_score CHECK (((score >= (0)::numeric) AND (score <= max_score))),
    constraint fk_attempt_results_assessment FOREIGN KEY (assessment_id) REFERENCES learn.assessments(id),
    constraint fk_attempt_results_attempt FOREIGN KEY (attempt_id) REFERENCES learn.user_assessment_attempts(id),
    constraint fk_attempt_results_enrollment FOREIGN KEY (user_id, course_id) REFERENCES learn.enrollments(user_id, course_id),
    constraint fk_attempt_results_graded_by FOREIGN KEY (graded_by) REFERENCES public.profiles(id)
);

comment on table learn.attempt_results is 'Results of attempts.';
comment on column learn.attempt_results.version is 'Rises with each grading; a grader sends the one they saw.';
comment on column learn.attempt_results.item_points is '{item id: points}, null if a person has yet to grade, below 0 if a penalty was taken off.';
comment on column learn.attempt_results.score is 'Points, never below 0; preliminary until graded_at.';
comment on column learn.attempt_results.graded_by is 'The person who graded last; null: nobody had to.';
comment on column learn.attempt_results.graded_at is 'When all items were graded; null: not yet.';
comment on column learn.attempt_results.shown_at is 'The time from which the learner sees it; null: never.';

CREATE INDEX idx_attempt_results_assessment_id ON learn.attempt_results USING btree (assessment_id, user_id);
CREATE INDEX idx_attempt_results_course_id ON learn.attempt_results USING btree (course_id, user_id);
CREATE INDEX idx_attempt_results_graded_by ON learn.attempt_results USING btree (graded_by);
CREATE INDEX idx_attempt_results_user_course ON learn.attempt_results USING btree (user_id, course_id);

CREATE TRIGGER trg_attempt_results_set_updated_at BEFORE UPDATE ON learn.attempt_results FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.attempt_results enable row level security;

grant delete, insert, select, update on table learn.attempt_results to service_role;
grant select on table learn.attempt_results to staff;
grant select (attempt_id, user_id, course_id, assessment_id, version, score, max_score, is_passed, feedback, graded_by, graded_at, shown_at, updated_at) on table learn.attempt_results to authenticated;

create policy attempt_results_select_own on learn.attempt_results for select to authenticated
using (((user_id = ( SELECT auth.uid() AS uid)) AND (shown_at <= now())));

create policy attempt_results_select_staff on learn.attempt_results for select to staff
using ((((user_id = ( SELECT auth.uid() AS uid)) AND (shown_at <= now())) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission)));

comment on policy attempt_results_select_own on learn.attempt_results is 'Learners see their own once they are shown.';
comment on policy attempt_results_select_staff on learn.attempt_results is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any see everyone''s.';
