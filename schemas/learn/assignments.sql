-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.assignments (
    id uuid default gen_random_uuid() not null,
    course_id uuid not null,
    lesson_id uuid,
    title text not null,
    instructions text,
    points integer default 100 not null,
    passing_percent integer default 50 not null,
    due_at timestamp with time zone,
    due_after_days integer,
    is_late_allowed boolean default true not null,
    late_penalty_percent integer default 0 not null,
    late_floor_percent integer default 0 not null,
    max_submissions integer default 3 not null,
    is_required boolean default false not null,
    is_published boolean default false not null,
    published_at timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_assignments PRIMARY KEY (id),
    constraint uq_assignments_id_course UNIQUE (id, course_id),
    constraint ck_assignments_due CHECK ((num_nonnulls(due_at, due_after_days) <= 1)),
    constraint ck_assignments_due_after_days CHECK (((due_after_days >= 0) AND (due_after_days <= 3650))),
    constraint ck_assignments_due_at CHECK (isfinite(due_at)),
    constraint ck_assignments_instructions CHECK ((length(instructions) <= 50000)),
    constraint ck_assignments_late_floor_percent CHECK (((late_floor_percent >= 0) AND (late_floor_percent <= 100))),
    constraint ck_assignments_late_penalty_percent CHECK (((late_penalty_percent >= 0) AND (late_penalty_percent <= 100))),
    constraint ck_assignments_max_submissions CHECK (((max_submissions >= 1) AND (max_submissions <= 100))),
    constraint ck_assignments_passing_percent CHECK (((passing_percent >= 0) AND (passing_percent <= 100))),
    constraint ck_assignments_points CHECK (((points >= 1) AND (points <= 10000))),
    constraint ck_assignments_published CHECK (((NOT is_published) OR (published_at IS NOT NULL))),
    constraint ck_assignments_title CHECK (((title ~ '[^[:space:]]'::text) AND (length(title) <= 150))),
    constraint fk_assignments_course FOREIGN KEY (course_id) REFERENCES content.courses(id),
    constraint fk_assignments_lesson FOREIGN KEY (lesson_id, course_id) REFERENCES content.lessons(id, course_id) ON UPDATE CASCADE
);

comment on table learn.assignments is 'Work to hand in, graded by a person.';
comment on column learn.assignments.lesson_id is 'Null: for the whole course.';
comment on column learn.assignments.due_at is 'The deadline for everyone; null: see due_after_days.';
comment on column learn.assignments.due_after_days is 'Days after the enrolment; null here and in due_at: no deadline.';
comment on column learn.assignments.late_penalty_percent is 'Percent taken off for each day late, the last one even if it has only begun.';
comment on column learn.assignments.late_floor_percent is 'Percent of its points that late work keeps at least.';
comment on column learn.assignments.is_required is 'Whether it must be passed to complete the lesson or course.';
comment on column learn.assignments.published_at is 'When it was first published; null: never.';

CREATE INDEX idx_assignments_course_id ON learn.assignments USING btree (course_id);
CREATE INDEX idx_assignments_lesson ON learn.assignments USING btree (lesson_id, course_id);

CREATE TRIGGER trg_assignments_refresh_lateness AFTER UPDATE OF due_at, due_after_days, late_penalty_percent, late_floor_percent ON learn.assignments FOR EACH ROW WHEN (((new.due_at IS DISTINCT FROM old.due_at) OR (new.due_after_days IS DISTINCT FROM old.due_after_days) OR (new.late_penalty_percent <> old.late_penalty_percent) OR (new.late_floor_percent <> old.late_floor_percent))) EXECUTE FUNCTION learn.refresh_lateness();

CREATE TRIGGER trg_assignments_set_updated_at BEFORE UPDATE ON learn.assignments FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.assignments enable row level security;

grant select on table learn.assignments to authenticated;
grant delete, insert, select, update on table learn.assignments to service_role;
grant delete, select on table learn.assignments to staff;
grant insert (course_id, lesson_id, title, instructions, points, passing_percent, due_at, due_after_days, is_late_allowed, late_penalty_percent, late_floor_percent, max_submissions, is_required), update (title, instructions, points, passing_percent, due_at, due_after_days, is_late_allowed, late_penalty_percent, late_floor_percent, max_submissions, is_required) on table learn.assignments to staff;

create policy assignments_delete_staff on learn.assignments for delete to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy assignments_insert_staff on learn.assignments for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy assignments_select_enrolled on learn.assignments for select to authenticated
using ((is_published AND (course_id = ANY (ARRAY( SELECT learn.my_studied_course_ids() AS my_studied_course_ids))) AND ((lesson_id IS NULL) OR (lesson_id = ANY (ARRAY( SELECT learn.my_lesson_ids() AS my_lesson_ids))))));

create policy assignments_select_staff on learn.assignments for select to staff
using (((is_published AND (course_id = ANY (ARRAY( SELECT learn.my_studied_course_ids() AS my_studied_course_ids))) AND ((lesson_id IS NULL) OR (lesson_id = ANY (ARRAY( SELECT learn.my_lesson_ids() AS my_lesson_ids))))) OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy assignments_update_staff on learn.assignments for update to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy assignments_delete_staff on learn.assignments is 'Those who teach a course remove assignments that nobody has used; staff with course.edit remove those of every course.';
comment on policy assignments_insert_staff on learn.assignments is 'Those who teach a course add assignments; staff with course.edit add them to every course.';
comment on policy assignments_select_enrolled on learn.assignments is 'Learners see the published assignments of courses they take.';
comment on policy assignments_select_staff on learn.assignments is 'Learners see the published assignments of courses they take; those who teach a course or hold gradebook.read in it see all of its assignments; staff with course.read_any or course.edit see those of every course.';
comment on policy assignments_update_staff on learn.assignments is 'Those who teach a course change assignments; staff with course.edit change those of every course.';
