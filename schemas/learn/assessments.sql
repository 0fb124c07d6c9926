-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.assessments (
    id uuid default gen_random_uuid() not null,
    course_id uuid not null,
    lesson_id uuid,
    scope text generated always as (
CASE
    WHEN (lesson_id IS NULL) THEN 'course'::text
    ELSE 'lesson'::text
END) stored,
    title text not null,
    description text,
    assessment_type text default 'quiz'::text not null,
    time_limit_sec integer,
    passing_percent integer default 70 not null,
    max_attempts integer default 3,
    shuffle_items boolean default false not null,
    shuffle_options boolean default false not null,
    results_shown text default 'at_once'::text not null,
    review_shows text default 'answers'::text not null,
    opens_at timestamp with time zone,
    closes_at timestamp with time zone,
    is_proctored boolean default false not null,
    is_required boolean default true not null,
    is_published boolean default false not null,
    published_at timestamp with time zone,
    version_id uuid,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_assessments PRIMARY KEY (id),
    constraint uq_assessments_id_course UNIQUE (id, course_id),
    constraint ck_assessments_after_close CHECK (((results_shown <> 'after_close'::text) OR (closes_at IS NOT NULL))),
    constraint ck_assessments_assessment_type CHECK ((assessment_type = ANY (ARRAY['quiz'::text, 'final_exam'::text, 'practice'::text]))),
    constraint ck_assessments_description CHECK ((length(description) <= 5000)),
    constraint ck_assessments_max_attempts CHECK (((max_attempts >= 1) AND (max_attempts <= 1000))),
    constraint ck_assessments_passing_percent CHECK (((passing_percent >= 0) AND (passing_percent <= 100))),
    constraint ck_assessments_period CHECK ((closes_at > opens_at)),
    constraint ck_assessments_published CHECK (((NOT is_published) OR ((version_id IS NOT NULL) AND (published_at IS NOT NULL)))),
    constraint ck_assessments_results_shown CHECK ((results_shown = ANY (ARRAY['at_once'::text, 'after_close'::text, 'never'::text]))),
    constraint ck_assessments_review_shows CHECK ((review_shows = ANY (ARRAY['score'::text, 'answers'::text]))),
    constraint ck_assessments_time_limit_sec CHECK (((time_limit_sec >= 10) AND (time_limit_sec <= 604800))),
    constraint ck_assessments_title CHECK (((title ~ '[^[:space:]]'::text) AND (length(title) <= 150))),
    constraint fk_assessments_course FOREIGN KEY (course_id) REFERENCES content.courses(id),
    constraint fk_assessments_lesson FOREIGN KEY (lesson_id, course_id) REFERENCES content.lessons(id, course_id) ON UPDATE CASCADE,
    constraint fk_assessments_version FOREIGN KEY (version_id, id) REFERENCES learn.assessment_versions(id, assessment_id)
);

comment on table learn.assessments is 'Quizzes, exams and practice of a lesson or a course. Attempts use the published versions, in assessment_versions.';
comment on column learn.assessments.lesson_id is 'Null: for the whole course.';
comment on column learn.assessments.assessment_type is 'quiz, final_exam or practice; practice earns no XP and is never required.';
comment on column learn.assessments.time_limit_sec is 'Seconds; null: none.';
comment on column learn.assessments.max_attempts is 'Null: no limit.';
comment on column learn.assessments.results_shown is 'When learners see their results: at_once (when graded), after_close (not before closes_at) or never.';
comment on column learn.assessments.review_shows is 'Shown to learners then: score, or also answers with the points of each. Nobody sees the keys.';
comment on column learn.assessments.opens_at is 'Null: at once.';
comment on column learn.assessments.closes_at is 'When it closes and open attempts end; null: never.';
comment on column learn.assessments.is_required is 'Whether it must be passed to complete the lesson or course. It counts only for learners whose publication of the course is not older than it.';
comment on column learn.assessments.published_at is 'When it was first published; null: never.';

CREATE INDEX idx_assessments_course_id ON learn.assessments USING btree (course_id);
CREATE INDEX idx_assessments_lesson ON learn.assessments USING btree (lesson_id, course_id);
CREATE INDEX idx_assessments_version ON learn.assessments USING btree (version_id, id);

CREATE TRIGGER trg_assessments_refresh_results_and_deadlines AFTER UPDATE OF results_shown, closes_at ON learn.assessments FOR EACH ROW WHEN (((new.results_shown IS DISTINCT FROM old.results_shown) OR (new.closes_at IS DISTINCT FROM old.closes_at))) EXECUTE FUNCTION learn.refresh_results_and_deadlines();

CREATE TRIGGER trg_assessments_set_updated_at BEFORE UPDATE ON learn.assessments FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.assessments enable row level security;

grant select on table learn.assessments to authenticated;
grant delete, insert, select, update on table learn.assessments to service_role;
grant delete, select on table learn.assessments to staff;
grant insert (course_id, lesson_id, title, description, assessment_type, time_limit_sec, passing_percent, max_attempts, shuffle_items, shuffle_options, results_shown, review_shows, opens_at, closes_at, is_proctored, is_required), update (title, description, assessment_type, time_limit_sec, passing_percent, max_attempts, shuffle_items, shuffle_options, results_shown, review_shows, opens_at, closes_at, is_proctored, is_required) on table learn.assessments to staff;

create policy assessments_delete_staff on learn.assessments for delete to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy assessments_insert_staff on learn.assessments for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy assessments_select_enrolled on learn.assessments for select to authenticated
using ((is_published AND (course_id = ANY (ARRAY( SELECT learn.my_studied_course_ids() AS my_studied_course_ids))) AND ((lesson_id IS NULL) OR (lesson_id = ANY (ARRAY( SELECT learn.my_lesson_ids() AS my_lesson_ids))))));

create policy assessments_select_staff on learn.assessments for select to staff
using (((is_published AND (course_id = ANY (ARRAY( SELECT learn.my_studied_course_ids() AS my_studied_course_ids))) AND ((lesson_id IS NULL) OR (lesson_id = ANY (ARRAY( SELECT learn.my_lesson_ids() AS my_lesson_ids))))) OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy assessments_update_staff on learn.assessments for update to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy assessments_delete_staff on learn.assessments is 'Those who teach a course remove assessments that nobody has used; staff with course.edit remove those of every course.';
comment on policy assessments_insert_staff on learn.assessments is 'Those who teach a course add assessments; staff with course.edit add them to every course.';
comment on policy assessments_select_enrolled on learn.assessments is 'Learners see the published assessments of courses they take.';
comment on policy assessments_select_staff on learn.assessments is 'Learners see the published assessments of courses they take; those who teach a course or hold gradebook.read in it see all of its assessments; staff with course.read_any or course.edit see those of every course.';
comment on policy assessments_update_staff on learn.assessments is 'Those who teach a course change assessments; staff with course.edit change those of every course.';
