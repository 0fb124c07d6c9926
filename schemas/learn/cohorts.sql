-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.cohorts (
    id uuid default gen_random_uuid() not null,
    course_id uuid not null,
    course_is_visible boolean default false not null,
    title text not null,
    description text,
    seats integer,
    seats_taken integer default 0 not null,
    waiting_count integer default 0 not null,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    enroll_from timestamp with time zone,
    enroll_until timestamp with time zone,
    access_until timestamp with time zone,
    is_published boolean default false not null,
    is_visible boolean generated always as ((course_is_visible AND is_published)) stored,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_cohorts PRIMARY KEY (id),
    constraint uq_cohorts_id_course UNIQUE (id, course_id),
    constraint ck_cohorts_description CHECK ((length(description) <= 5000)),
    constraint ck_cohorts_enrolment CHECK ((enroll_until > enroll_from)),
    constraint ck_cohorts_period CHECK ((ends_at > starts_at)),
    constraint ck_cohorts_seats CHECK (((seats >= 1) AND (seats <= 1000000))),
    constraint ck_cohorts_seats_taken CHECK (((seats_taken >= 0) AND (seats_taken <= seats))),
    constraint ck_cohorts_title CHECK (((title ~ '[^[:space:]]'::text) AND (length(title) <= 150))),
    constraint ck_cohorts_waiting_count CHECK ((waiting_count >= 0)),
    constraint fk_cohorts_course FOREIGN KEY (course_id, course_is_visible) REFERENCES content.courses(id, is_visible) ON UPDATE CASCADE
);

comment on table learn.cohorts is 'Groups that take a course together, with a number of seats.';
comment on column learn.cohorts.course_is_visible is 'A copy of courses.is_visible.';
comment on column learn.cohorts.seats is 'Null: no limit. Never below seats_taken.';
comment on column learn.cohorts.seats_taken is 'Seats of people who take the course in it or completed it.';
comment on column learn.cohorts.waiting_count is 'People on its waitlist.';
comment on column learn.cohorts.enroll_from is 'Null: at once.';
comment on column learn.cohorts.enroll_until is 'Null: without an end.';
comment on column learn.cohorts.access_until is 'When the enrolments of its members expire; null: never. A change counts for later enrolments.';
comment on column learn.cohorts.is_visible is 'Whether everyone may see it.';

CREATE INDEX idx_cohorts_course ON learn.cohorts USING btree (course_id, course_is_visible);

CREATE TRIGGER trg_cohorts_copy_course_visibility BEFORE INSERT ON learn.cohorts FOR EACH ROW EXECUTE FUNCTION content.copy_course_visibility();

CREATE TRIGGER trg_cohorts_refresh_expiry AFTER UPDATE OF access_until ON learn.cohorts FOR EACH ROW WHEN ((new.access_until IS DISTINCT FROM old.access_until)) EXECUTE FUNCTION learn.refresh_expiry();

CREATE TRIGGER trg_cohorts_set_updated_at BEFORE UPDATE ON learn.cohorts FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.cohorts enable row level security;

grant select on table learn.cohorts to anon;
grant select on table learn.cohorts to authenticated;
grant delete, insert, select, update on table learn.cohorts to service_role;
grant delete, select on table learn.cohorts to staff;
grant insert (course_id, title, description, seats, starts_at, ends_at, enroll_from, enroll_until, access_until, is_published), update (title, description, seats, starts_at, ends_at, enroll_from, enroll_until, access_until, is_published) on table learn.cohorts to staff;

create policy cohorts_delete_staff on learn.cohorts for delete to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy cohorts_insert_staff on learn.cohorts for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy cohorts_select_any on learn.cohorts for select to authenticated
using (is_visible);

create policy cohorts_select_public on learn.cohorts for select to anon
using (is_visible);

create policy cohorts_select_staff on learn.cohorts for select to staff
using ((is_visible OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy cohorts_update_staff on learn.cohorts for update to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy cohorts_delete_staff on learn.cohorts is 'Those who teach a course remove cohorts that nobody has used; staff with course.edit remove those of every course.';
comment on policy cohorts_insert_staff on learn.cohorts is 'Those who teach a course add cohorts; staff with course.edit add them to every course.';
comment on policy cohorts_select_any on learn.cohorts is 'Everyone may see published cohorts of a course that was published.';
comment on policy cohorts_select_public on learn.cohorts is 'Everyone may see published cohorts of a course that was published.';
comment on policy cohorts_select_staff on learn.cohorts is 'Those who teach a course see all of its cohorts; staff with course.read_any or course.edit see those of every course.';
comment on policy cohorts_update_staff on learn.cohorts is 'Those who teach a course change cohorts; staff with course.edit change those of every course.';
